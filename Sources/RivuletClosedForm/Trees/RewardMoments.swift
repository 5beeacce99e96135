import RivuletNumerics

/// The moments of a reward r of one standard normal noise that decide what gradient estimators do.
///
/// With d = r - E[r]. Every estimator here is built of products of r and xi, so its mean and variance are
/// functions of these numbers alone.
public struct RewardMoments: Sendable, Hashable {
  /// E[r].
  public let mean: Double
  /// E[d xi] = E[r xi], the gradient in the mean of the noise.
  public let product: Double
  /// E[d^2], the variance of the reward.
  public let square: Double
  /// E[d^2 xi^2].
  public let squaredProduct: Double
  /// E[d xi^2].
  public let noiseSquare: Double

  /// Makes the record from its numbers.
  ///
  /// - Parameters:
  ///   - mean: E[r].
  ///   - product: E[d xi].
  ///   - square: E[d^2].
  ///   - squaredProduct: E[d^2 xi^2].
  ///   - noiseSquare: E[d xi^2].
  public init(
    mean: Double, product: Double, square: Double, squaredProduct: Double, noiseSquare: Double
  ) {
    self.mean = mean
    self.product = product
    self.square = square
    self.squaredProduct = squaredProduct
    self.noiseSquare = noiseSquare
  }

  /// Takes the moments of any reward by Gauss-Hermite quadrature.
  ///
  /// Exact for polynomials of degree up to nodes - 2; converges fast for smooth rewards and slowly for
  /// rewards with kinks or jumps.
  ///
  /// - Parameters:
  ///   - nodes: The number of nodes, 1 to 128.
  ///   - reward: r as a function of the noise.
  public init(nodes: Int = 64, of reward: (Double) -> Double) {
    self.init(rule: GaussHermite(count: nodes), of: reward)
  }

  init(rule: GaussHermite, of reward: (Double) -> Double) {
    let centre = rule.expectation(reward)
    func moment(_ rewardPower: Int, _ noisePower: Int) -> Double {
      rule.expectation { x in
        let d = reward(x) - centre
        return (rewardPower == 2 ? d * d : d) * (noisePower == 2 ? x * x : noisePower == 1 ? x : 1)
      }
    }
    self.init(
      mean: centre, product: moment(1, 1), square: moment(2, 0), squaredProduct: moment(2, 2),
      noiseSquare: moment(1, 2))
  }

  /// Returns the moments of r = offset + slope xi.
  ///
  /// - Parameters:
  ///   - offset: The constant c.
  ///   - slope: The factor of the noise.
  /// - Returns: The moments, exact.
  public static func linear(offset: Double, slope: Double = 1) -> RewardMoments {
    let square = slope * slope
    return RewardMoments(
      mean: offset, product: slope, square: square, squaredProduct: 3 * square, noiseSquare: 0)
  }

  /// Returns the moments of r = xi + c xi^2.
  ///
  /// With d = xi + c (xi^2 - 1): E[d xi] = 1, E[d^2] = 1 + 2 c^2, E[d^2 xi^2] = 3 + 10 c^2,
  /// E[d xi^2] = 2 c.
  ///
  /// - Parameter curvature: c.
  /// - Returns: The moments, exact.
  public static func curved(_ curvature: Double) -> RewardMoments {
    let square = curvature * curvature
    return RewardMoments(
      mean: curvature, product: 1, square: 1 + 2 * square, squaredProduct: 3 + 10 * square,
      noiseSquare: 2 * curvature)
  }

  /// Returns the moments of r = 1/xi, continued inside |xi| < a by xi/a^2.
  ///
  /// A reward for which a baseline adds variance: r xi is 1 outside and at most 1 inside, so r xi hardly
  /// varies, while r does. With m_j = E[xi^j; |xi| < a] and Q the upper tail,
  ///
  ///     E[r xi] = 2 Q(a) + m_2/a^2,   E[r^2 xi^2] = 2 Q(a) + m_4/a^4,
  ///     E[r^2] = 2 (phi(a)/a - Q(a)) + m_2/a^4,   odd moments zero.
  ///
  /// - Parameter edge: a, positive; 0.3 in the counterexample.
  /// - Returns: The moments, exact.
  public static func truncatedReciprocal(edge: Double) -> RewardMoments {
    precondition(edge > 0, "the edge of the inner part is positive, got \(edge)")
    let tail = Special.normalUpperTail(edge)
    let density = Elementary.exp(-edge * edge / 2) / (2 * Double.pi).squareRoot()
    let second = 1 - 2 * tail - 2 * edge * density
    let fourth = 3 * second - 2 * edge * edge * edge * density
    let edge2 = edge * edge
    return RewardMoments(
      mean: 0, product: 2 * tail + second / edge2,
      square: 2 * (density / edge - tail) + second / (edge2 * edge2),
      squaredProduct: 2 * tail + fourth / (edge2 * edge2), noiseSquare: 0)
  }
}
