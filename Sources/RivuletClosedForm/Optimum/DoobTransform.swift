import RivuletNumerics

/// The best law of all steps against a penalty on the path divergence, for a reward of at most second degree.
///
/// Maximise E[R] - beta KL(p || p_ref) over the laws p of whole paths, the initial noise left alone. The
/// optimum is the Doob transform of the reference chain,
///
///     p*(x' | x) proportional to p_ref(x' | x) h_{k+1}(x'),   h_k(x) = E_ref[exp(R/beta) | x_k = x].
///
/// For R = -q x^2/2 + g x + r and steps x' = M x + c + tau xi every h is log-quadratic,
///
///     log h_k = -A_k x^2/2 + B_k x + C_k,   A_N = q/beta,  B_N = g/beta,  C_N = r/beta,
///
/// and with A, B, C at k + 1 and w = 1 + A tau^2
///
///     A_k = M^2 A/w,   B_k = M (B - A c)/w,   C_k = C - ln(w)/2 + (B c - A c^2/2 + tau^2 B^2/2)/w.
///
/// The optimum exists where w > 0 at every step. Its step k is N((M x + c + tau^2 B)/w, tau^2/w). A trained
/// velocity moves means and leaves the noise: with the noise held at tau the *same* means are optimal, and
/// only -ln(w)/2 becomes -A tau^2/2. See ``Noise``.
///
/// A reward that adds up over independent coordinates has one transform for each: expected rewards,
/// divergences and objectives add up. A matrix of second derivatives that couples them is not covered.
///
/// Source: derived; the recursion is completion of the square in the Gaussian integral for h_k.
public struct DoobTransform: Sendable {
  /// What of a step may change.
  public enum Noise: String, Sendable, Hashable, CaseIterable {
    /// Mean and deviation: the optimum over all laws of paths.
    case free
    /// The mean alone, the deviation stays tau: the optimum over all velocities.
    case held
  }

  /// The reward grows so fast against the penalty that no law of a step is best.
  public struct NoOptimum: Error, Hashable, CustomStringConvertible {
    /// The step k.
    public let step: Int
    /// w_k = 1 + A_{k+1} tau_k^2, not positive.
    public let weight: Double

    /// The step, the weight and what would be right.
    public var description: String {
      "no optimum exists: at step \(step) the weight 1 + A tau^2 is \(weight); it must be positive, so "
        + "take a larger penalty or a reward that opens upwards less"
    }
  }

  /// The reference chain.
  public let chain: GaussianChain
  /// beta, the penalty on the divergence.
  public let penalty: Double
  /// q, positive for a reward with a top.
  public let curvature: Double
  /// g.
  public let gradient: Double
  /// r.
  public let offset: Double
  /// A_k; N + 1 numbers.
  public let precisions: [Double]
  /// B_k; N + 1 numbers.
  public let slopes: [Double]
  /// C_k, of the free noise; N + 1 numbers.
  public let constants: [Double]
  /// w_k; N numbers, 1 where a step adds no noise.
  public let weights: [Double]

  /// Transforms a chain.
  ///
  /// - Parameters:
  ///   - chain: The reference, one coordinate.
  ///   - penalty: beta > 0.
  ///   - curvature: q of the reward -q x^2/2 + g x + r; 0 for a linear one.
  ///   - gradient: g.
  ///   - offset: r.
  /// - Throws: ``NoOptimum`` where some w is not positive.
  public init(
    chain: GaussianChain, penalty: Double, curvature: Double = 0, gradient: Double,
    offset: Double = 0
  ) throws(NoOptimum) {
    requirePenalty(penalty)
    precondition(
      curvature.isFinite && gradient.isFinite && offset.isFinite,
      "a reward has finite coefficients, got \(curvature), \(gradient) and \(offset)")
    let count = chain.stepCount
    var precisions = [Double](repeating: curvature / penalty, count: count + 1)
    var slopes = [Double](repeating: gradient / penalty, count: count + 1)
    var constants = [Double](repeating: offset / penalty, count: count + 1)
    var weights = [Double](repeating: 1, count: count)
    for step in (0..<count).reversed() {
      let (m, c) = (chain.slopes[step], chain.offsets[step])
      let variance = chain.deviations[step] * chain.deviations[step]
      let (a, b) = (precisions[step + 1], slopes[step + 1])
      let weight = 1 + a * variance
      guard weight > 0 else { throw NoOptimum(step: step, weight: weight) }
      weights[step] = weight
      precisions[step] = m * m * a / weight
      slopes[step] = m * (b - a * c) / weight
      constants[step] =
        constants[step + 1] - Elementary.log1p(a * variance) / 2
        + (b * c - a * c * c / 2 + variance * b * b / 2) / weight
    }
    self.chain = chain
    self.penalty = penalty
    self.curvature = curvature
    self.gradient = gradient
    self.offset = offset
    self.precisions = precisions
    self.slopes = slopes
    self.constants = constants
    self.weights = weights
  }

  /// The number of steps N.
  public var stepCount: Int { weights.count }

  /// Returns log h_k(x), or what takes its place with the noise held.
  ///
  /// beta times it is the best objective from x on: the expected reward less the penalised divergence of
  /// the steps k to N - 1.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N.
  ///   - state: x.
  ///   - noise: What of a step may change.
  /// - Returns: -A_k x^2/2 + B_k x + C_k.
  public func logFactor(at step: Int, state: Double, noise: Noise) -> Double {
    chain.requireStanding(step)
    return -precisions[step] * state * state / 2 + slopes[step] * state + constants[step]
      - (noise == .held ? loss(from: step) : 0)
  }

  /// How much lower the best objective is with the noise held.
  ///
  ///     (beta/2) sum_k (w_k - 1 - ln w_k)
  ///
  /// No velocity changes this part, so a trainer is compared with the optimum of held noise.
  public var heldNoiseLoss: Double { penalty * loss(from: 0) }

  /// sum_{j >= k} (w_j - 1 - ln w_j)/2.
  private func loss(from step: Int) -> Double {
    var sum = 0.0
    for later in (step..<stepCount).reversed() {
      let deviation = chain.deviations[later]
      let excess = precisions[later + 1] * deviation * deviation
      sum += (excess - Elementary.log1p(excess)) / 2
    }
    return sum
  }
}

/// Stops for a penalty on the divergence that is not positive.
func requirePenalty(_ penalty: Double) {
  precondition(
    penalty > 0 && penalty.isFinite, "the penalty must be positive and finite, got \(penalty)")
}
