import Rivulet

extension TrainingWorkload {
  /// Runs the workload as the options ask, and prints one line of JSON unless only iterations count.
  func main(_ options: BenchOptions) throws {
    let threads = options.threads ?? 1
    var loop = try TrainingLoop(self, threads: threads)
    if options.check {
      try check(&loop)
      return
    }
    let key = RandomKey(seed: 1)
    var iteration: UInt64 = 0
    func once() throws {
      try loop.iterate(KeyedTileNoise(key: key.child(iteration)))
      iteration += 1
    }
    if options.iterations > 0 {
      for _ in 0..<options.iterations { try once() }
      return
    }
    let watch = try Stopwatch(seconds: options.seconds ?? 3, once)
    print(
      "{\"peer\": \"rivulet\", \"workload\": \"\(name)\", \"threads\": \(threads), "
        + "\"dtype\": \"f32\", \"ms\": \(fixed(watch.median * 1e3, decimals: 4)), "
        + "\"ms_best\": \(fixed(watch.best * 1e3, decimals: 4)), "
        + "\"it_per_s\": \(fixed(1 / watch.median, decimals: 3)), "
        + "\"traj_per_s\": \(fixed(Double(trajectories) / watch.median, decimals: 0)), "
        + "\"first_s\": \(fixed(watch.first, decimals: 3)), \"samples\": \(watch.times.count)}")
  }

  /// Prints the answers at inputs without a generator: two gradient passes over one rollout.
  private func check(_ loop: inout TrainingLoop) throws {
    let noise = CheckNoise(loop.engine.setting, rows: dimension)
    let first = try loop.iterate(noise)
    let second = try loop.engine.computeGradient()
    let answers = [
      ("reward", loop.meanReward), ("loss", first.loss), ("gnorm", first.norm),
      ("loss2", second.loss), ("gnorm2", second.norm),
    ]
    var digest = Digest()
    for number in loop.engine.parameters { digest.update(UInt64(number.bitPattern)) }
    let pairs = answers.map { "\"\($0.0)\": \(fixed($0.1, decimals: 9))" }
    print(
      "{\"peer\": \"rivulet\", \"workload\": \"\(name)\", \"dtype\": \"f32\", "
        + pairs.joined(separator: ", ")
        + ", \"parameters\": \"\(digest.hexadecimal.prefix(16))\"}")
  }
}
