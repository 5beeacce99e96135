import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

struct ReplayTests {
  private static func trained(_ recipe: String = "flow-grpo/code") throws -> RunFiles {
    let files = try RunFiles()
    let run = try RunningProgram(
      program: Program.path(),
      arguments: ["train", recipe, "--run", files.path] + TrainingWords.small
    ).finished()
    try #require(run.code == 0, "\(run.errors)")
    return files
  }

  private static func change(_ path: String, _ old: String, _ new: String) throws {
    let url = URL(filePath: path)
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    #expect(text.contains(old))
    try Data(text.replacing(old, with: new).utf8).write(to: url)
  }

  @Test func `a run is repeated with the same bits, and nothing in it changes`() throws {
    let files = try Self.trained()
    let before = try files.bytes
    let run = CapturedRun("replay", files.path, "--threads", "3")
    #expect(run.code == .success)
    #expect(
      run.output == "6 iterations of '\(files.path)' have the same bits, and so has the checkpoint "
        + "after iteration 6\n")
    #expect(run.errors == "")
    let part = CapturedRun("replay", files.path + "/", "--iterations", "2")
    #expect(part.output == "2 iterations of '\(files.path)' have the same bits\n")
    #expect(try files.bytes == before)
  }

  @Test func `the first line that was changed is named, with code 1`() throws {
    let files = try Self.trained()
    let hash = try files.directory.trail().hashes[3]
    let wrong = "0123456789abcdef"
    try Self.change(files.path + "/trail.txt", hash, wrong)
    let run = CapturedRun("replay", files.path)
    #expect(run.code == .fell)
    #expect(
      run.output
        == "iteration 4 of '\(files.path)' is the first that differs: the trail has \(wrong), "
        + "this program computes \(hash)\n")
  }

  @Test func `a recipe that was changed is found, with its digest or without`() throws {
    let files = try Self.trained()
    let manifest = files.path + "/manifest.json"
    let digest = try files.directory.manifest.recipeDigest
    try Self.change(manifest, "\"learningRate\": 0.0003", "\"learningRate\": 0.0004")
    let plain = CapturedRun("replay", files.path)
    #expect(plain.code == .badData)
    #expect(plain.errors.contains("the digest of the recipe beside it"))
    let text = String(decoding: try Data(contentsOf: URL(filePath: manifest)), as: UTF8.self)
    let element = try #require(try JSONElement(parsing: text)["recipe"])
    try Self.change(manifest, digest, Recipe(document: element).digest())
    for path in try files.directory.checkpointPaths() {
      try FileManager.default.removeItem(atPath: path)
    }
    let run = CapturedRun("replay", files.path)
    #expect(run.code == .fell)
    #expect(run.output.hasPrefix("iteration 1 of '\(files.path)' is the first that differs"))
  }

  @Test func `what is no run, or has nothing on record, is told apart`() throws {
    #expect(CapturedRun("replay").code == .usage)
    let folder = try TemporaryFolder()
    #expect(CapturedRun("replay", folder.url.path).code == .inputOutput)
    let recipe = try #require(Recipe.preset("exact")).recipe
    let path = folder.path("run")
    _ = try RunDirectory.create(at: path, recipe: recipe, packageVersion: "0.1.0")
    let run = CapturedRun("replay", path)
    #expect(run.code == .nothingRan)
    #expect(run.errors.contains("'\(path)' has no iteration on record yet"))
  }

  @Test func `samples come from the newest checkpoint, as CSV and as JSON`() throws {
    let files = try Self.trained()
    let csv = CapturedRun("sample", files.path, "--count", "5")
    #expect(csv.code == .success, "\(csv.errors)")
    #expect(csv.lines[0] == "sample,prompt,x0,x1,linear")
    #expect(csv.lines.count == 6)
    let columns = csv.csvColumns
    #expect(columns["prompt"] == [0, 0, 0, 0, 0])
    // The reward of the presets is the first coordinate.
    #expect(columns["linear"] == columns["x0"])
    #expect(Set((columns["x0"] ?? []).compactMap { $0 }).count == 5)
    #expect(
      CapturedRun("sample", files.path, "--count", "5", "--threads", "7").output == csv.output)
    #expect(CapturedRun("sample", files.path, "--count", "5", "--seed", "9").output != csv.output)

    var outputs: [String] = []
    for which in ["current", "average", "reference"] {
      let run = CapturedRun(
        "sample", files.path, "--count", "2", "--prompt", "1", "--format", "json", "--parameters",
        which, "--sampler", "sde")
      #expect(run.code == .success, "\(run.errors)")
      let document = try JSONElement(parsing: run.output)
      #expect(document["parameters"] == .text(which))
      #expect(document["iteration"] == .number(6))
      guard case .list(let samples) = document["samples"] else {
        Issue.record("\(run.output)")
        continue
      }
      #expect(samples.count == 2)
      #expect(document["prompt"] == .number(1))
      outputs.append(samples.map(\.line).joined())
    }
    #expect(Set(outputs).count == 3)
  }

  @Test func `what cannot be sampled is refused`() throws {
    let files = try Self.trained("exact")
    let average = CapturedRun("sample", files.path, "--parameters", "average")
    #expect(average.code == .usage)
    #expect(average.errors.contains("the recipe keeps no average; optimiser.average is null"))
    let prompt = CapturedRun("sample", files.path, "--prompt", "2")
    #expect(prompt.code == .usage)
    #expect(prompt.errors.contains("--prompt '2': the recipe has the prompts 0...1"))
    for path in try files.directory.checkpointPaths() {
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(CapturedRun("sample", files.path).code == .nothingRan)
  }
}
