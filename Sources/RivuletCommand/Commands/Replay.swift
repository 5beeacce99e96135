import Rivulet

/// `rivulet replay RUN`: executes a run anew and holds it against its hash trail.
enum Replay: Command {
  static let name = "replay"
  static let iterations = Option(
    "--iterations", "N", .count(1...1_000_000_000), help: "How many iterations are compared",
    default: "all that are recorded")

  static let syntax = CommandSyntax(
    command: "rivulet replay",
    summary: "Executes a run anew and names the first iteration with other bits",
    examples: [
      .init("rivulet replay runs/exact-1f0c9a2e", "the whole run, on this machine"),
      .init("rivulet replay b7 --iterations 20 --threads 1", "its first iterations alone"),
    ],
    positional: .init(
      name: "RUN", help: "the folder of a run; nothing in it is changed", count: 1...1),
    groups: [
      .init(title: "Run", options: [iterations.declaration, Verify.threads.declaration])
    ],
    notes: [
      "The recipe in manifest.json is executed from its seed. After each iteration the hash of the state is held against the "
        + "line of trail.txt, and where there is a checkpoint, all its numbers.",
      "Exit codes: 0 the same bits, 1 others, 5 nothing is recorded yet, 65 the run is damaged, 74 a file "
        + "cannot be read.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let limit = try parsed.value(of: iterations)
    let workers = try parsed.workers
    guard let path = parsed.positionals.first.flatMap(ValueReading.folder.read) else {
      throw UsageError("'' is no folder of a run", command: syntax.command)
    }
    let (directory, trainer) = try opened(path, workers: workers, command: syntax.command)
    let replay = try CommandFailure.ofRun(syntax.command) { () throws(RunError) in
      try RunReplay(trainer, of: directory, limit: limit)
    }
    let total = replay.trail.hashes.count
    guard total > 0 else {
      throw CommandFailure(.nothingRan, "'\(path)' has no iteration on record yet")
    }
    for skipped in replay.skipped { console.warn("a checkpoint cannot be read: \(skipped)") }
    var progress = TrainingProgress(console: console, total: total, done: 0)
    let outcome = replay.outcome { report in progress.show(trainer.iteration) { report.label } }
    progress.clear()
    try console.write(words(outcome, of: replay, path: path) + "\n")
    if case .same = outcome { return .success }
    return .fell
  }

  /// Opens a run and makes its trainer.
  static func opened(
    _ path: String, workers: Workers, command: String
  ) throws(CommandFailure) -> (directory: RunDirectory, trainer: Trainer) {
    let directory = try CommandFailure.ofRun(command) { () throws(RunError) in
      try RunDirectory(at: path)
    }
    do {
      return (directory, try Trainer(directory.manifest.recipe, workers: workers))
    } catch {
      throw CommandFailure(.badData, "'\(path)': the recipe is refused: \(error)")
    }
  }

  private static func words(
    _ outcome: RunReplay<Trainer>.Outcome, of replay: RunReplay<Trainer>, path: String
  ) -> String {
    switch outcome {
    case .same(let iterations):
      var text = "\(iterations) iterations of '\(path)' have the same bits"
      if let checkpoint = replay.checkpoint {
        text += ", and so has the checkpoint after iteration \(checkpoint.iteration)"
      }
      return text
    case .different(let iteration, let recorded, let computed):
      return "iteration \(iteration) of '\(path)' is the first that differs: the trail has "
        + "\(recorded), this program computes \(computed)"
    case .otherCheckpoint(let iteration, let arrays):
      return "the checkpoint after iteration \(iteration) of '\(path)' differs in "
        + arrays.joined(separator: ", ") + ", and the trail does not"
    case .diverged(let iteration, let cause):
      return "iteration \(iteration) of '\(path)' is on record, and diverges here: \(cause)"
    }
  }
}
