import RivuletNumerics

// The grids of the published models. A list of times made here always starts at exactly 1: the
// noise level of the first step is found by comparing t_0 with 1, and a rounding error there would
// make it infinite.

extension TimeGrid {
  /// Makes a grid of times known to be in order.
  private init(ordered times: [Double]) {
    do {
      try self.init(times: times)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Returns the uniform grid t_k = 1 - k/N.
  ///
  /// - Parameter steps: N, at least one.
  /// - Returns: A grid of N equal steps.
  public static func uniform(steps: Int) -> TimeGrid {
    precondition(steps >= 1, "a grid needs one or more steps, got \(steps)")
    return TimeGrid(ordered: (0...steps).map { Double(steps - $0) / Double(steps) })
  }

  /// Returns the uniform grid moved towards noise, t = s u / (1 + (s - 1) u).
  ///
  /// Source: DanceGRPO and MixGRPO (linspace with shift), `train_grpo_flux.py`.
  ///
  /// - Parameters:
  ///   - steps: N, at least one.
  ///   - shift: s in [1e-6, 1e6]; 1 gives the uniform grid, larger values more steps near noise.
  /// - Returns: A grid of N steps.
  public static func shifted(steps: Int, shift: Double) -> TimeGrid {
    requireShift(shift)
    var times = uniform(steps: steps).times.map { moved($0, by: shift) }
    // s / (1 + (s - 1)) need not be exactly 1.
    times[0] = 1
    return TimeGrid(ordered: times)
  }

  /// Returns the grid of Stable Diffusion 3.5 as its scheduler builds it, with the shift applied twice.
  ///
  ///     u_i = linspace(1, s(0.001), N),   t_i = s(u_i),   s(x) = shift x / (1 + (shift - 1) x),   then 0
  ///
  /// The inner shift of the end point is an accident of the published scheduler that every trainer
  /// built on it inherits: with N = 10 the last time before 0 is 0.0089.
  /// Source: Flow-GRPO and TempFlow-GRPO training scripts through the flow-match Euler scheduler.
  ///
  /// - Parameters:
  ///   - steps: N, at least two.
  ///   - shift: The shift in [1e-6, 1e6]; 3 in the published models.
  /// - Returns: A grid of N steps.
  public static func stableDiffusion3(steps: Int, shift: Double = 3) -> TimeGrid {
    precondition(steps >= 2, "this grid needs two or more steps, got \(steps)")
    requireShift(shift)
    let end = moved(0.001, by: shift)
    var times = (0..<steps).map { index in
      moved(1 - (1 - end) * (Double(index) / Double(steps - 1)), by: shift)
    }
    times[0] = 1
    return TimeGrid(ordered: times + [0])
  }

  /// Returns the exponentially shifted grid of FLUX.
  ///
  ///     u = linspace(1, 1/N, N),   t = e^mu / (e^mu + (1/u - 1)),   then 0
  ///
  /// Source: `train_flux_pr.py` of TempFlow-GRPO; mu = 1.15 at 1024 x 1024 pixels.
  ///
  /// - Parameters:
  ///   - steps: N, at least two.
  ///   - mu: The logarithm of the shift, in [-14, 14].
  /// - Returns: A grid of N steps.
  public static func flux(steps: Int, mu: Double = 1.15) -> TimeGrid {
    TimeGrid(ordered: exponentiallyShifted(steps: steps, mu: mu) + [0])
  }

  /// Returns the grid of Qwen-Image: the shift of FLUX, stretched to end at a terminal time, then 0.
  ///
  ///     t' = 1 - (1 - t)(1 - terminal) / (1 - t_{N-1})
  ///
  /// Source: `train_qwenimage_pr.py` of TempFlow-GRPO; at 512 x 512 pixels mu = 0.5 + 0.4 x 768/7936.
  ///
  /// - Parameters:
  ///   - steps: N, at least two.
  ///   - mu: The logarithm of the shift, in [-14, 14].
  ///   - terminal: The last time before 0; in (0, 1).
  /// - Returns: A grid of N steps.
  public static func qwen(
    steps: Int, mu: Double = 0.5 + 0.4 * 768 / 7936, terminal: Double = 0.02
  ) -> TimeGrid {
    precondition(terminal > 0 && terminal < 1, "the terminal time lies in (0, 1), got \(terminal)")
    let shifted = exponentiallyShifted(steps: steps, mu: mu)
    let stretch = (1 - terminal) / (1 - shifted[steps - 1])
    return TimeGrid(ordered: shifted.map { 1 - (1 - $0) * stretch } + [0])
  }

  /// Stops at a shift so extreme that times would coincide in double precision.
  private static func requireShift(_ shift: Double) {
    precondition(shift >= 1e-6 && shift <= 1e6, "the shift must lie in [1e-6, 1e6], got \(shift)")
  }

  private static func moved(_ time: Double, by shift: Double) -> Double {
    shift * time / (1 + (shift - 1) * time)
  }

  private static func exponentiallyShifted(steps: Int, mu: Double) -> [Double] {
    precondition(steps >= 2, "this grid needs two or more steps, got \(steps)")
    precondition(abs(mu) <= 14, "the logarithm of the shift must lie in [-14, 14], got \(mu)")
    let factor = Elementary.exp(mu)
    // linspace(1, 1/N, N) is (N - k)/N. The brackets keep t_0 = 1 exactly.
    return (0..<steps).map { step in
      let u = Double(steps - step) / Double(steps)
      return factor / (factor + (1 / u - 1))
    }
  }
}
