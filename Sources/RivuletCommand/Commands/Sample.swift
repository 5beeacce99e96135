import Rivulet

/// `rivulet sample RUN`: final states and rewards of what a run has learned so far.
enum Sample: Command {
  /// The formats of the samples.
  enum Format: String, CaseIterable, Sendable {
    case csv
    case json
  }

  /// Whose parameters are sampled.
  enum Parameters: String, CaseIterable, Sendable {
    case current
    case average
    case reference
  }

  static let name = "sample"
  static let count = Option(
    "--count", "N", .count(1...1_000_000), help: "The number of samples", default: "16")
  static let prompt = Option(
    "--prompt", "P", .count(0...999_999), help: "The prompt, from 0", default: "0")
  static let sampler = Option(
    "--sampler", "WAY", .choice(of: TrainingSampler.self),
    help: "The ODE, or the noisy steps of the recipe", default: "ode")
  static let seed = Option(
    "--seed", "N", .seed, help: "The seed of the samples, decimal or 0x...",
    default: "the recipe's")
  static let parameters = Option(
    "--parameters", "WHICH", .choice(of: Parameters.self),
    help: "Those of the checkpoint, their average over time, or the reference", default: "current")
  static let format = Option(
    "--format", "FORMAT", .choice(of: Format.self), help: "The form of the samples", default: "csv")

  static let syntax = CommandSyntax(
    command: "rivulet sample", summary: "Draws samples from the newest checkpoint of a run",
    examples: [
      .init("rivulet sample runs/exact-1f0c9a2e", "16 final states and their rewards as CSV"),
      .init(
        "rivulet sample b7 --count 1000 --prompt 2 --seed 5 --output b7.csv",
        "many of one prompt, to a file"),
      .init(
        "rivulet sample b7 --parameters reference --format json", "what the run started from"),
    ],
    positional: .init(
      name: "RUN", help: "the folder of a run; nothing in it is changed", count: 1...1),
    groups: [
      .init(
        title: "Samples",
        options: [
          count.declaration, prompt.declaration, seed.declaration, sampler.declaration,
          parameters.declaration,
        ]),
      .init(
        title: "Output",
        options: [
          format.declaration, Expect.output.declaration, Verify.threads.declaration,
        ]),
    ],
    notes: [
      "Sample i starts from the noise of root i; the same seed draws the same noise for all parameters. With "
        + "--sampler sde JSON also has the mean divergence of a path from the reference.",
      "A run may be sampled while it is being trained: the newest whole checkpoint counts.",
      "Exit codes: 0, 1 a sample is not finite, 5 the run has no checkpoint yet, 65 the run is damaged, 74 a "
        + "file cannot be read or written.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let count = try parsed.value(of: count) ?? 16
    let format = try parsed.value(of: format) ?? .csv
    let which = try parsed.value(of: parameters) ?? .current
    let workers = try parsed.workers
    let prompt = try parsed.value(of: prompt) ?? 0
    let sampler = try parsed.value(of: sampler) ?? .ode
    let seed = try parsed.value(of: seed)
    let file = try parsed.value(of: Expect.output).flatMap { $0 == "-" ? nil : $0 }
    guard let path = parsed.positionals.first.flatMap(ValueReading.folder.read) else {
      throw UsageError("'' is no folder of a run", command: syntax.command)
    }
    let (directory, trainer) = try Replay.opened(path, workers: workers, command: syntax.command)
    let recipe = trainer.recipe
    if prompt >= recipe.prompts.count {
      throw UsageError(
        "--prompt '\(prompt)': the recipe has the prompts 0...\(recipe.prompts.count - 1)",
        command: syntax.command)
    }
    let target = try file.map { path throws(CommandFailure) in try OutputFile(path: path) }
    let checkpoint = try restored(trainer, from: directory, console: console)
    let chosen: [Float]
    switch which {
    case .current: chosen = trainer.parameters
    case .reference: chosen = trainer.referenceParameters
    case .average:
      guard let average = trainer.averagedParameters else {
        throw UsageError(
          "--parameters average: the recipe keeps no average; optimiser.average is null",
          command: syntax.command)
      }
      chosen = average
    }
    let samples: TrainingSamples
    do {
      samples = try trainer.samples(
        count: count, prompt: prompt, sampler: sampler,
        key: RandomKey(seed: seed ?? recipe.seed).child("samples"), parameters: chosen)
    } catch {
      throw CommandFailure(.fell, "a sample of '\(path)' diverged: \(error)")
    }
    let table = SampleTable(
      samples: samples, recipe: recipe, prompt: prompt, iteration: checkpoint.iteration,
      parameters: which.rawValue, sampler: sampler)
    let text = format == .csv ? table.csv : table.json.document
    if let target { try target.write(text) } else { try console.write(text) }
    return .success
  }

  private static func restored(
    _ trainer: Trainer, from directory: RunDirectory, console: Console
  ) throws(CommandFailure) -> Checkpoint {
    let found = try CommandFailure.ofRun(syntax.command) { () throws(RunError) in
      try directory.newestCheckpoint()
    }
    for skipped in found.skipped { console.warn("a checkpoint is passed over: \(skipped)") }
    guard let checkpoint = found.checkpoint else {
      throw CommandFailure(.nothingRan, "'\(directory.path)' has no checkpoint yet")
    }
    try CommandFailure.ofRun(syntax.command) { () throws(RunError) in
      try directory.restore(checkpoint, to: trainer)
    }
    return checkpoint
  }
}
