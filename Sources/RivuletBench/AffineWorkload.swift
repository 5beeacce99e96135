import Rivulet
import RivuletKernels
import RivuletNumerics

/// The workload `affine`: planar affine chains from noise to a log-mixture reward.
///
/// Ten Flow-GRPO steps with a = 0.7 on the uniform grid t_k = 1 - k/10, t_0 read as t_1 where the
/// noise coefficient divides by 1 - t. The velocity is affine, v = A(t) x + b(t) with
///
///     A = [[0.8 - 0.3 t, 0.2 t], [-0.1, 0.9 - 0.5 t]],   b = (0.3 t, -0.2),
///
/// so a step is x' = M_k x + c_k + s_k eps. The reward is log sum_m w_m exp(-|x - mu_m|^2 / (2 tau^2))
/// with tau = 0.6. One run gives the mean reward and the first and second moments.
struct AffineWorkload {
  /// The chains of one piece of work; results are added up in the order of the pieces.
  static let chunk = 2000
  static let quantities = ["reward", "mx", "my", "xx", "xy", "yy"]

  let steps: [PlanarStep]
  let modes: [PlanarMode]
  let precision = 1 / (2 * 0.6 * 0.6)
  let trajectories: Int
  /// Whether states are of single precision.
  let isSingle: Bool

  /// Makes the workload with the given number of trajectories, rounded up to whole chunks.
  init(trajectories: Int, isSingle: Bool = false) {
    self.isSingle = isSingle
    self.trajectories = (trajectories + Self.chunk - 1) / Self.chunk * Self.chunk
    steps = (0..<10).map(Self.step)
    modes = [(0.1, 1.5, 1.5), (0.2, -1.5, 1.5), (0.3, -1.5, -1.5), (0.4, 1.5, -1.5)].map {
      PlanarMode(logWeight: Elementary.log($0.0), centre: SIMD2($0.1, $0.2))
    }
  }

  private static func step(_ index: Int) -> PlanarStep {
    let count = 10.0
    let t = 1 - Double(index) / count
    let h = 1 / count
    let variance = 0.7 * 0.7 * t / (1 - (index == 0 ? 1 - h : t))
    let p = 1 - variance / (2 * t) * h
    let q = -(1 + variance * (1 - t) / (2 * t)) * h
    return PlanarStep(
      xRow: SIMD2(p + q * (0.8 - 0.3 * t), q * (0.2 * t)),
      yRow: SIMD2(q * -0.1, p + q * (0.9 - 0.5 * t)),
      offset: SIMD2(q * (0.3 * t), q * -0.2), deviation: (variance * h).squareRoot())
  }

  /// Runs every chain once and returns the means of ``quantities``.
  ///
  /// The bits depend on the key and the number of trajectories, not on the threads.
  func run(workers: Workers, key: RandomKey) -> [Double] {
    let initialKey = key.child("initial").word
    let stepKey = key.child("steps").word
    let chunks = workers.map(count: trajectories / Self.chunk) { chunk in
      [Double](unsafeUninitializedCapacity: Self.quantities.count) { sums, initialized in
        initialized = Self.quantities.count
        steps.withUnsafeBufferPointer { steps in
          modes.withUnsafeBufferPointer { modes in
            guard let output = sums.baseAddress, let law = steps.baseAddress,
              let mixture = modes.baseAddress
            else { return }
            let root = UInt32(chunk * Self.chunk)
            if isSingle {
              singleAffineChainSums(
                key: key.word, firstRoot: root, count: Self.chunk, steps: law,
                stepCount: steps.count, modes: mixture, modeCount: modes.count,
                precision: precision, sums: output)
            } else {
              affineChainSums(
                initialKey: initialKey, stepKey: stepKey, firstRoot: root, count: Self.chunk,
                steps: law, stepCount: steps.count, modes: mixture, modeCount: modes.count,
                precision: precision, sums: output)
            }
          }
        }
      }
    }
    var means = [Double](repeating: 0, count: Self.quantities.count)
    for sums in chunks {
      for index in means.indices { means[index] += sums[index] }
    }
    return means.map { $0 / Double(trajectories) }
  }

  /// Runs the workload as the options ask, and prints one line of JSON unless only iterations count.
  static func main(_ options: BenchOptions) {
    let threads = options.threads ?? 1
    let workers = Workers(threads: threads)
    let key = RandomKey(seed: 1)
    let precision = options.precision ?? "f32"
    let workload = AffineWorkload(
      trajectories: options.trajectories ?? (options.check ? 10_000_000 : 1_000_000),
      isSingle: precision == "f32")
    if options.check {
      let answers = workload.run(workers: workers, key: key)
      let pairs = answers.indices.map { "\"\(quantities[$0])\": \(answers[$0])" }
      print(
        "{\"peer\": \"rivulet\", \"workload\": \"affine\", \"dtype\": \"\(precision)\", "
          + "\"n\": \(workload.trajectories), " + pairs.joined(separator: ", ") + "}")
      return
    }
    var sink = 0.0
    var iteration: UInt64 = 0
    let once = {
      sink += workload.run(workers: workers, key: key.child(iteration))[0]
      iteration += 1
    }
    if options.iterations > 0 {
      for _ in 0..<options.iterations { once() }
      return
    }
    let watch = Stopwatch(seconds: options.seconds ?? 3, once)
    let rate = Double(workload.trajectories) / watch.median
    print(
      "{\"peer\": \"rivulet\", \"workload\": \"affine\", \"threads\": \(threads), "
        + "\"dtype\": \"\(precision)\", \"ms\": \(fixed(watch.median * 1e3, decimals: 4)), "
        + "\"ms_best\": \(fixed(watch.best * 1e3, decimals: 4)), "
        + "\"it_per_s\": \(fixed(1 / watch.median, decimals: 3)), "
        + "\"traj_per_s\": \(fixed(rate, decimals: 0)), "
        + "\"first_s\": \(fixed(watch.first, decimals: 3)), \"samples\": \(watch.times.count)}")
    precondition(sink.isFinite, "the mean reward is not finite")
  }
}
