import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

/// Words that make every preset small enough for a test.
enum TrainingWords {
  static let fewPrompts = [
    "--set", #"prompts={"count": 2, "perIteration": 2, "order": "cycle"}"#,
  ]
  static let small = fewPrompts + ["--iterations", "6"]
}

/// `rivulet train` as a process: signals belong to the whole process, so it cannot run inside a test.
struct TrainTests {
  private static func train(
    _ files: RunFiles, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Program {
    try RunningProgram(
      program: Program.path(), arguments: ["train", "--run", files.path] + arguments,
      environment: environment
    ).finished()
  }

  @Test func `a run leaves its files and prints what it did`() throws {
    let files = try RunFiles()
    let run = try Self.train(
      files, ["exact", "--set", "seed=7"] + TrainingWords.small, environment: ["LANG": "C.UTF-8"])
    #expect(run.code == 0, "\(run.errors)")
    let directory = try files.directory
    #expect(directory.manifest.recipe.seed == 7)
    #expect(directory.manifest.recipe.iterations == 6)
    let trail = try directory.trail()
    #expect(trail.hashes.count == 6)
    #expect(try directory.metrics().records.map(\.iteration) == Array(1...6))
    #expect(run.output.contains("run         \(files.path)\n"))
    #expect(run.output.contains("iterations  6 of 6\n"))
    #expect(run.output.contains("state       \(trail.hashes[5])\n"))
    #expect(run.output.contains("\nreward "))
    #expect(run.output.contains("█"))
    #expect(run.errors.hasPrefix("6 iterations in "))
    #expect(!run.errors.contains("\u{1B}"))

    let again = try Self.train(files, ["exact"])
    #expect(again.code == 64)
    #expect(again.errors.contains("holds a run already; go on with --resume, or choose another"))
    let mistaken = try Self.train(files, [files.path])
    #expect(mistaken.code == 64)
    #expect(mistaken.errors.contains("is the folder of a run; go on with it by --resume --run"))
    let resumed = try Self.train(files, ["--resume"], environment: ["LANG": "C.UTF-8"])
    #expect(resumed.code == 0)
    #expect(
      resumed.output
        == run.output.replacing("6 of 6\n", with: "6 of 6, the first 6 of them earlier\n"))
    let other = try Self.train(
      files, ["exact", "--resume", "--set", "seed=8"] + TrainingWords.small)
    #expect(other.code == 64)
    #expect(other.errors.contains("a run of another recipe: seed is 7 there; choose another"))
  }

  @Test func `a folder that is not named is made from the name and the digest of the recipe`()
    throws
  {
    let folder = try TemporaryFolder()
    let recipe = try #require(Recipe.preset("flow-grpo/code")).recipe.changed(
      by: [Recipe.Change(parsing: "iterations=1")])
    let name = "runs/flow-grpo-code-" + (try recipe.digest().prefix(8))
    let run = try Program(
      shell: "cd '\(folder.url.path)' && \"$0\" train flow-grpo/code --iterations 1")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("run         \(name)\n"))
    #expect(try RunDirectory(at: folder.path(name)).manifest.recipe == recipe)
  }

  @Test func `a recipe comes from a file or from standard input`() throws {
    let folder = try TemporaryFolder()
    try folder.write(CapturedRun("recipes", "exact", "--set", "iterations=2").output, to: "r.json")
    let file = try RunFiles()
    #expect(try Self.train(file, [folder.path("r.json")]).code == 0)
    let input = try RunFiles()
    let run = try Program(
      "train", "-", "--run", input.path, input: folder.text("r.json"))
    #expect(run.code == 0)
    #expect(try file.end() == input.end())
  }

  @Test func `threads change no bit of any kind of rollout`() throws {
    for recipe in [
      "flow-grpo/code", "tempflow-v2/code", "branch-grpo-width/code", "mix-grpo/code",
    ] where Recipe.preset(recipe) != nil {
      var ends: [[Data]] = []
      for threads in ["1", "2", "7"] {
        let files = try RunFiles()
        let run = try Self.train(
          files, [recipe, "--threads", threads] + TrainingWords.small)
        #expect(run.code == 0, "\(recipe): \(run.errors)")
        ends.append(try files.end())
      }
      #expect(ends[0] == ends[1], "\(recipe)")
      #expect(ends[0] == ends[2], "\(recipe)")
    }
  }

  @Test func `checkpoints that are cut, flipped or foreign are named, and the run ends the same`()
    throws
  {
    let straight = try RunFiles()
    let words = ["exact", "--checkpoint-every", "2"] + TrainingWords.small
    #expect(try Self.train(straight, words).code == 0)
    // What is done to the newest checkpoint, and how the message ends.
    let damages: [(String, (inout Data) -> Void)] = [
      ("it is cut off after ", { $0.removeLast(9) }),
      ("it is damaged: its digest is ", { $0[$0.count / 2] ^= 4 }),
      ("it is no checkpoint: it starts with 23 21", { $0 = Data("#!/bin/sh\n".utf8) }),
      ("it is no checkpoint: it starts with nothing", { $0 = Data() }),
    ]
    for (message, damage) in damages {
      let files = try RunFiles()
      #expect(try Self.train(files, words).code == 0)
      let paths = try files.directory.checkpointPaths()
      let newest = URL(filePath: try #require(paths.first))
      var bytes = try Data(contentsOf: newest)
      damage(&bytes)
      try bytes.write(to: newest)
      let run = try Self.train(files, ["--resume"])
      #expect(run.code == 0)
      #expect(run.errors.contains("a checkpoint was put aside: '\(newest.path)': \(message)"))
      #expect(try files.end() == straight.end())
      // Where none is left the run is refused, with each of them.
      for path in try files.directory.checkpointPaths() {
        try Data("x".utf8).write(to: URL(filePath: path))
      }
      let refused = try Self.train(files, ["--resume"])
      #expect(refused.code == 65)
      #expect(refused.errors.contains("no checkpoint can be used: '"))
      #expect(refused.errors.contains("it is no checkpoint: it starts with 78"))
    }
  }

  @Test func `a wrong command line, recipe or folder is refused with its code`() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"name\": 3}", to: "wrong.json")
    try folder.write("x", to: "thesis.tex")
    // Arguments, the code, and a part of the message.
    let cases: [([String], Int32, String)] = [
      ([], 64, "'rivulet train' needs RECIPE: a preset"),
      (["--resume"], 64, "needs RECIPE"),
      (["exac"], 64, "there is no preset and no file 'exac'; did you mean 'exact'?"),
      (["exact", "--set", "seed"], 64, "--set 'seed': expected PATH=VALUE"),
      (
        ["exact", "--set", "optimiser.learningRate=-1"], 64,
        "--set: optimiser.learningRate is -1; it must be a finite number > 0"
      ),
      (
        ["exact", "--iterations", "3", "--set", "iterations=4"], 64,
        "--iterations and --set iterations exclude each other"
      ),
      (["--resume", "--run", "x", "--iterations", "3"], 64, "a run that goes on keeps its recipe"),
      (
        ["exact", "--checkpoint-every", "0"], 64, "--checkpoint-every '0': expected a whole number"
      ),
      ([folder.path("wrong.json")], 65, "wrong.json: name is 3; it must be a text"),
      ([folder.path("none.json")], 74, "none.json': No such file"),
      (["exact", "--run", folder.path("no/such")], 74, "cannot make the folder"),
      (["exact", "--run", folder.url.path], 64, "holds 'thesis.tex'; a new run needs an empty"),
      (["--resume", "--run", folder.url.path], 74, "is no run: it has no manifest.json"),
    ]
    for (arguments, code, message) in cases {
      let run = try RunningProgram(
        program: Program.path(), arguments: ["train"] + arguments
      ).finished()
      #expect(run.code == code, "\(arguments)")
      #expect(run.errors.contains(message), "\(run.errors)")
      #expect(run.output == "")
    }
  }
}
