import Rivulet

extension TrainingWorkload {
  /// Runs the workload as the options ask, and prints one line of JSON unless only iterations count.
  func main(_ options: BenchOptions) throws {
    let threads = options.threads ?? 1
    if options.check {
      try check(threads: threads)
      return
    }
    let trainer = try trainer(threads: threads)
    if options.iterations > 0 {
      for _ in 0..<options.iterations { try trainer.iterate() }
      return
    }
    let watch = try Stopwatch(seconds: options.seconds ?? 3) { try trainer.iterate() }
    print(
      "{\"peer\": \"rivulet\", \"workload\": \"\(name)\", \"threads\": \(threads), "
        + "\"dtype\": \"f32\", \"ms\": \(fixed(watch.median * 1e3, decimals: 4)), "
        + "\"ms_best\": \(fixed(watch.best * 1e3, decimals: 4)), "
        + "\"it_per_s\": \(fixed(1 / watch.median, decimals: 3)), "
        + "\"traj_per_s\": \(fixed(Double(trajectories) / watch.median, decimals: 0)), "
        + "\"first_s\": \(fixed(watch.first, decimals: 3)), \"samples\": \(watch.times.count)}")
  }

  /// Prints the answers at inputs without a generator: two gradient passes over one rollout.
  ///
  /// An iteration reports the means of its updates, so the second pass is what two of them have beyond
  /// the first.
  private func check(threads: Int) throws {
    let once = try trainer(threads: threads)
    let noise = CheckNoise(once.setting, rows: dimension)
    let first = try once.iterate(noise: noise)
    let twice = try trainer(threads: threads, epochs: 2).iterate(noise: noise)
    let answers = [
      ("reward", first.reward ?? .nan), ("loss", first.loss), ("gnorm", first.gradientNorm),
      ("loss2", 2 * twice.loss - first.loss),
      ("gnorm2", 2 * twice.gradientNorm - first.gradientNorm),
    ]
    var digest = Digest()
    for number in once.parameters { digest.update(UInt64(number.bitPattern)) }
    let pairs = answers.map { "\"\($0.0)\": \(fixed($0.1, decimals: 9))" }
    print(
      "{\"peer\": \"rivulet\", \"workload\": \"\(name)\", \"dtype\": \"f32\", "
        + pairs.joined(separator: ", ")
        + ", \"parameters\": \"\(digest.hexadecimal.prefix(16))\"}")
  }
}
