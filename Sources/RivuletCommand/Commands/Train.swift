import Foundation
import Rivulet

/// `rivulet train RECIPE`: trains a small model as a recipe says, in a folder that survives interruption.
enum Train: Command {
  static let name = "train"
  static let run = Option(
    "--run", "FOLDER", .folder, help: "The folder of the run",
    default: "runs/NAME-DIGEST, from the recipe's name and the first 8 digits of its digest")
  static let resume = Flag(
    "--resume",
    help: "Go on with the run in the folder; with a recipe, start it where there is none yet")
  static let checkpointEvery = Option(
    "--checkpoint-every", "N", .count(1...1_000_000_000),
    help: "The number of iterations between two checkpoints; changes no number",
    default: "every 30 seconds")
  static let iterations = Option(
    "--iterations", "N", .count(1...1_000_000_000),
    help: "The number of iterations, short for --set iterations=N", default: "the recipe's")

  static let syntax = CommandSyntax(
    command: "rivulet train", summary: "Trains a small flow model as a recipe says",
    examples: [
      .init("rivulet train exact", "a preset, in a folder of its own under runs/"),
      .init(
        "rivulet train branch-grpo/paper --set seed=7 --set optimiser.learningRate=1e-3 --run b7",
        "a preset with other values, in the folder b7"),
      .init("rivulet train mine.json --resume --run mine", "start it, or go on where it stopped"),
      .init(
        "until rivulet train exact --resume; [ $? -ne 75 ]; do :; done",
        "on a machine that stops its jobs: 75 means run again"),
      .init("rivulet train --resume --run b7", "go on; the recipe stands in the folder"),
    ],
    positional: .init(name: "RECIPE", help: RecipeArgument.positionalHelp, count: 0...1),
    groups: [
      .init(
        title: "Run",
        options: [
          run.declaration, resume.declaration, checkpointEvery.declaration,
          Verify.threads.declaration,
        ]),
      .init(
        title: "Recipe", options: [iterations.declaration, RecipeArgument.changes.declaration]),
    ],
    notes: [
      "The folder holds manifest.json with the recipe, metrics.jsonl with a line for each iteration, trail.txt "
        + "with a hash of each state, and the last two checkpoints. Whatever ends the process, --resume "
        + "goes on, and the end has the same bits.",
      "SIGTERM and SIGINT write a checkpoint and end with code 75; a second one ends at once.",
      "Exit codes: 0 all iterations are done, 1 the run diverged, 64 wrong command line, 65 a recipe or a "
        + "run is damaged, 74 a file cannot be read or written or another process writes the run, 75 stopped.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let pace =
      try parsed.value(of: checkpointEvery).map {
        RunPace(checkpointIterations: $0, lineSeconds: 1)
      } ?? .standard
    let workers = try parsed.workers
    let place = try place(parsed)
    let trainer: Trainer
    do {
      trainer = try Trainer(place.recipe, workers: workers)
    } catch {
      throw CommandFailure(.badData, "the recipe is refused: \(error)")
    }
    StopSignals.install()
    defer { StopSignals.remove() }
    let directory = try place.opened()
    return try drive(trainer, in: directory, pace: pace, console: console)
  }

  /// Drives a run and reports on it.
  private static func drive(
    _ trainer: Trainer, in directory: RunDirectory, pace: RunPace, console: Console
  ) throws -> ExitCode {
    var run = try CommandFailure.ofRun(syntax.command) { () throws(RunError) in
      try TrainingRun(trainer, in: directory)
    }
    for skipped in run.skipped {
      console.warn("a checkpoint was put aside: \(skipped)")
    }
    var curves = TrainingCurves()
    if run.resumedFrom > 0 {
      let metrics = try CommandFailure.ofRun(syntax.command) { () throws(RunError) in
        try directory.metrics()
      }
      for record in metrics.records { curves.add(record.values, of: record.iteration) }
    }
    var progress = TrainingProgress(
      console: console, total: trainer.iterationCount, done: run.resumedFrom)
    let outcome: TrainingRun<Trainer>.Outcome
    do throws(TrainingRunError) {
      defer { progress.clear() }
      outcome = try run.drive(pace: pace, shouldStop: { StopSignals.pending != nil }) { report in
        curves.add(report.metrics, of: trainer.iteration)
        progress.show(trainer.iteration) { report.label }
      }
    } catch {
      switch error {
      case .run(let error): throw CommandFailure(error, command: syntax.command)
      case .diverged(let divergence): throw CommandFailure(.fell, divergence.description)
      }
    }
    let done = trainer.iteration - run.resumedFrom
    if done > 0 {
      console.say(
        "\(done) iteration\(done == 1 ? "" : "s") in \(Numerals.significant(progress.seconds, digits: 3)) s, "
          + TrainingProgress.words(rate: Double(done) / max(progress.seconds, 1e-9)))
    }
    if outcome == .stopped {
      console.say("stopped with a checkpoint; go on with: \(resumption(of: directory))")
    }
    try console.write(summary(of: run, curves: curves, console: console))
    return outcome == .stopped ? .stopped : .success
  }

  private static func resumption(of directory: RunDirectory) -> String {
    "rivulet train --resume --run \(shellWord(directory.path))"
  }

  private static func summary(
    of run: TrainingRun<Trainer>, curves: TrainingCurves, console: Console
  ) -> String {
    let manifest = run.directory.manifest
    let resumed = run.resumedFrom > 0 ? ", the first \(run.resumedFrom) of them earlier" : ""
    var lines = [
      "run         \(run.directory.path)",
      "recipe      \(manifest.recipe.name), digest \(manifest.recipeDigest.prefix(16))",
      "iterations  \(run.trainer.iteration) of \(run.trainer.iterationCount)\(resumed)",
      "state       \(run.trainer.stateHash.hexadecimal)",
    ]
    let table = curves.table(
      style: console.outputStyle, marks: TrainingCurves.marks(console.environment))
    if !table.isEmpty { lines += [""] + table }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ParsedArguments {
  /// The threads that `--threads` asks for; else one for each processor.
  var workers: Workers {
    get throws(UsageError) {
      Workers(
        threads: try value(of: Verify.threads) ?? ProcessInfo.processInfo.activeProcessorCount)
    }
  }
}

extension ValueReading where Value == String {
  /// The name of a folder.
  static let folder = ValueReading("the name of a folder") { text in
    var path = text[...]
    while path.count > 1, path.last == "/" { path = path.dropLast() }
    return path.isEmpty ? nil : String(path)
  }
}

/// Returns a word as a shell reads it back.
func shellWord(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:=@%".utf8.contains(byte)
  }
  return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
}
