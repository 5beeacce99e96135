import RivuletTraining

/// A trainer that is cheap, and whose state depends on every iteration before.
struct CountingTrainer {
  var parameters: [Double] = [0.5, -0.25]
  var moments: [Float] = [0, 0, 0]
  var draws: UInt64 = 1

  init() {}

  init(_ checkpoint: Checkpoint) throws {
    parameters = try checkpoint.doubles("parameters", count: 2)
    moments = try checkpoint.floats("moments", count: 3)
    draws = try checkpoint.words("draws", count: 1)[0]
  }

  var arrays: [Checkpoint.NamedArray] {
    [
      Checkpoint.NamedArray("parameters", .doubles(parameters)),
      Checkpoint.NamedArray("moments", .floats(moments)),
      Checkpoint.NamedArray("draws", .words([draws])),
    ]
  }

  var hash: TrailHash {
    var hash = TrailHash()
    hash.update(parameters)
    hash.update(moments)
    hash.update(draws)
    return hash
  }

  mutating func step() {
    draws = draws &* 6_364_136_223_846_793_005 &+ 1
    for index in parameters.indices {
      parameters[index] = parameters[index] * 0.75 + Double(draws >> 40) / 0x1p24
    }
    for index in moments.indices { moments[index] += Float(parameters[index % 2]) }
  }

  /// Goes on from the newest checkpoint to an iteration, with a checkpoint every third iteration.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - last: The iteration at which it ends.
  ///   - saved: Told of each checkpoint that was promised to be safe.
  /// - Throws: What the run throws.
  static func run(
    _ run: RunDirectory, to last: Int, saved: (Int, [Checkpoint.NamedArray]) -> Void = { _, _ in }
  ) throws {
    let start = try run.newestCheckpoint().checkpoint
    var recorder = try run.recorder(after: start)
    var trainer = try start.map(CountingTrainer.init) ?? CountingTrainer()
    while recorder.iteration < last {
      trainer.step()
      try recorder.record(
        hash: trainer.hash,
        metrics: [RunMetrics.Value("reward", trainer.parameters[0])])
      if recorder.iteration.isMultiple(of: 3) || recorder.iteration == last {
        try recorder.save(trainer.arrays)
        saved(recorder.iteration, trainer.arrays)
      } else if recorder.iteration.isMultiple(of: 2) {
        try recorder.flush()
      }
    }
  }
}
