public import RivuletFlow
import RivuletNumerics

/// What weighting leaves by their path probability makes of the value of one fork.
///
/// K children x_b = mu + std c xi_b, xi_b iid N(0, I) in D dimensions, scored as if c were 1, so that the
/// logarithm of a child's density is -c^2 |xi_b|^2/2 up to a constant, summed or averaged over D. The fused
/// value is
///
///     rbar = sum_b w_b r_b,   w_b proportional to exp(-q_b),   q_b = gamma |xi_b|^2/2,
///     gamma = beta c^2 (sum) or beta c^2/D (mean).
///
/// The children were drawn from the density already, so it is counted twice: as K grows rbar tends to the
/// value under the law proportional to p^{1+gamma}, N(mu, std^2 c^2/(1 + gamma)). A linear reward has no
/// bias for any K, since the law is symmetric and w even. Curved ones do.
///
/// By the Gumbel rule sum_b w_b r_b is the expected reward of the child with the largest -q_b + G_b, G
/// standard Gumbel. With -z the value of that maximum
///
///     E[rbar] = K int dz E[r e^{z'} exp(-e^{z'})] E[exp(-e^{z'})]^{K-1},   z' = z - q,
///
/// and the inner expectations are integrals over the length of xi.
///
/// Source: BranchGRPO, arXiv 2509.06040, equation 3.
public struct FusionBias: Sendable, Hashable {
  /// K.
  public let children: Int
  /// D.
  public let dimension: Int
  /// gamma, the factor of |xi|^2/2 in the exponent of a weight.
  public let sharpness: Double

  /// Makes the fork.
  ///
  /// - Parameters:
  ///   - children: K, one or more.
  ///   - dimension: D, one or more.
  ///   - beta: The inverse temperature of the weights, not negative; 1 weights by probability.
  ///   - reduction: Whether log-probabilities are sums or means over D.
  ///   - noiseScale: c, what the fork noise is multiplied by while it is scored as if it were not.
  public init(
    children: Int, dimension: Int = 1, beta: Double, reduction: LogProbabilityReduction = .sum,
    noiseScale: Double = 1
  ) {
    precondition(children >= 1, "a fork has one or more children, got \(children)")
    precondition(dimension >= 1, "a space has one or more dimensions, got \(dimension)")
    precondition(beta >= 0 && beta.isFinite, "beta is finite and not negative, got \(beta)")
    self.children = children
    self.dimension = dimension
    let sum = beta * noiseScale * noiseScale
    sharpness = reduction == .sum ? sum : sum / Double(dimension)
  }

  /// Returns E[rbar] for a reward that is a function of |xi|^2.
  ///
  /// A reward xi_1^2 or -|xi|^2/2 + g.xi has the bias of its radial part, by symmetry.
  ///
  /// - Parameters:
  ///   - nodes: Gauss-Legendre nodes for each panel, 8 to 128. At the default the error is below
  ///     1e-12 for rewards of the size of one; doubling them shows it.
  ///   - reward: r as a function of |xi|^2.
  /// - Returns: The expectation of the fused value.
  public func expectedValue(
    nodes: Int = 24, ofRadialReward reward: (_ squaredLength: Double) -> Double
  ) -> Double {
    let law = RadialLaw(dimension: dimension, nodes: nodes)
    guard sharpness > 0, children > 1 else {
      return law.integral(from: law.lower, to: law.upper) { reward($0 * $0) }
    }
    let half = sharpness / 2
    let first = half * law.lower * law.lower
    let last = half * law.upper * law.upper
    // z lies between q - 40 and q + 4, beyond which the Gumbel law has nothing; q from first to last.
    // The Gumbel law blurs everything to the scale of one; above the lower end, where q may begin with a
    // jump, the scale is also that of q itself.
    let low = first - 40
    let middle = first + 8
    let high = max(last + 4, middle)
    let spread = sharpness * (Double(dimension) / 2).squareRoot()
    var sum = 0.0
    for (start, end, longest) in [(low, middle, 3.0), (middle, high, max(3, spread / 2))] {
      let panels = Int(((end - start) / longest).rounded(.up))
      for index in 0..<panels {
        let width = (end - start) / Double(panels)
        let from = start + Double(index) * width
        sum += law.rule.integral(from: from, to: from + width) { z in
          let pair = gumbelPair(at: z, law: law, reward: reward)
          var power = 1.0
          for _ in 1..<children { power *= pair.below }
          return pair.chosen * power
        }
      }
    }
    return Double(children) * sum
  }

  /// Returns E[sum_b w_b |xi_b|^2]; the true value is D.
  ///
  /// - Parameter nodes: Gauss-Legendre nodes for each panel, 8 to 128.
  /// - Returns: The expectation of the fused value of r = |xi|^2.
  public func expectedSquare(nodes: Int = 24) -> Double {
    expectedValue(nodes: nodes) { $0 }
  }

  /// The value of r = |xi|^2 that the fused one tends to as K grows, D/(1 + gamma).
  public var limitingSquare: Double { Double(dimension) / (1 + sharpness) }

  /// Returns the fused value of r = xi^2 for two children in one dimension.
  ///
  ///     1 - E[U V tanh(gamma U V/2)],   U, V iid N(0, 1)
  ///
  /// With U, V = (xi_1 +- xi_2)/sqrt(2), xi_1^2 - xi_2^2 = 2 U V, and the weights differ by
  /// -tanh(gamma U V/2). An even mesh in both, whose error is below 1e-13.
  ///
  /// - Parameter beta: gamma, not negative.
  /// - Returns: The expectation.
  public static func squareOfTwo(beta: Double) -> Double {
    precondition(beta >= 0 && beta.isFinite, "beta is finite and not negative, got \(beta)")
    let step = 1 / (12 * max(1, beta.squareRoot()))
    let count = Int((9 / step).rounded(.up))
    let points = (0...count).map { Double($0) * step }
    let weights = points.map { Elementary.exp(-$0 * $0 / 2) }
    var sum = 0.0
    for i in 1...count {
      for j in 1...count {
        let product = points[i] * points[j]
        sum += weights[i] * weights[j] * product * Elementary.tanh(beta * product / 2)
      }
    }
    // Four quadrants, and the constant 1/(2 pi) of the density; the axes contribute nothing.
    return 1 - 4 * step * step * sum / (2 * Double.pi)
  }

  /// E[r e^{z'} exp(-e^{z'})] and E[exp(-e^{z'})], z' = z - q.
  private func gumbelPair(
    at z: Double, law: RadialLaw, reward: (Double) -> Double
  ) -> (chosen: Double, below: Double) {
    let half = sharpness / 2
    // exp(-e^{z'}) falls from one to zero between z' = -38 and 4: panels in z', most of them at the fall.
    let cuts = [4.0, 1, -2, -5, -9, -15, -24, -38]
    var chosen = 0.0
    var below = law.tail(max(0, (z + 38) / half).squareRoot())
    for index in 1..<cuts.count {
      let low = max(0, (z - cuts[index - 1]) / half).squareRoot()
      let high = max(0, (z - cuts[index]) / half).squareRoot()
      guard low < high else { continue }
      below += law.integral(from: low, to: high) {
        Elementary.exp(-Elementary.exp(z - half * $0 * $0))
      }
      chosen += law.integral(from: low, to: high) {
        let shifted = z - half * $0 * $0
        return reward($0 * $0) * Elementary.exp(shifted - Elementary.exp(shifted))
      }
    }
    return (chosen, below)
  }
}
