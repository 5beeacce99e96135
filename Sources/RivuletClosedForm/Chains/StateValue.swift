import RivuletNumerics

/// The expected reward of the state that a sampler stands in.
///
/// Each function takes the laws of the final state, one for each independent coordinate, as
/// ``laws(of:at:state:)`` gives them, and integrates the reward over them in closed form.
public enum StateValue {
  /// Returns the laws of the final state given the state before a step, coordinate by coordinate.
  ///
  /// - Parameters:
  ///   - chains: One chain for each coordinate.
  ///   - step: k, 0 to N.
  ///   - state: x_k, one number for each coordinate.
  /// - Returns: One law for each coordinate.
  public static func laws(
    of chains: [GaussianChain], at step: Int, state: [Double]
  ) -> [GaussianLaw] {
    precondition(
      chains.count == state.count,
      "there are \(chains.count) chains for a state of \(state.count) numbers")
    return chains.indices.map { chains[$0].valueLaw(at: step, state: state[$0]) }
  }

  /// Returns the expectation of a linear reward for independent Gaussian coordinates.
  ///
  ///     E[g.x + c] = sum_i g_i m_i + c
  ///
  /// - Parameters:
  ///   - laws: The law of each coordinate.
  ///   - gradient: g, one number for each coordinate.
  ///   - offset: c.
  /// - Returns: The expectation.
  public static func linear(
    of laws: [GaussianLaw], gradient: [Double], offset: Double = 0
  ) -> Double {
    precondition(laws.count == gradient.count, "laws and gradient differ in dimension")
    var sum = offset
    for index in laws.indices { sum += gradient[index] * laws[index].mean }
    return sum
  }

  /// Returns the expectation of a quadratic reward for independent Gaussian coordinates.
  ///
  ///     E[c + g.x - sum_i q_i x_i^2 / 2] = c + sum_i (g_i m_i - q_i (m_i^2 + P_i) / 2)
  ///
  /// A full matrix Q of second derivatives adds its off-diagonal part at the means only: products of
  /// independent coordinates have the product of the means as expectation.
  ///
  /// - Parameters:
  ///   - laws: The law N(m_i, P_i) of each coordinate.
  ///   - curvatures: q, one number for each coordinate; positive for a reward with a top.
  ///   - gradient: g, one number for each coordinate.
  ///   - offset: c.
  /// - Returns: The expectation.
  public static func quadratic(
    of laws: [GaussianLaw], curvatures: [Double], gradient: [Double], offset: Double = 0
  ) -> Double {
    precondition(
      laws.count == gradient.count && laws.count == curvatures.count,
      "laws, curvatures and gradient differ in dimension")
    var sum = offset
    for index in laws.indices {
      let law = laws[index]
      sum += gradient[index] * law.mean
      sum -= curvatures[index] * (law.mean * law.mean + law.variance) / 2
    }
    return sum
  }

  /// A bump of Gaussian shape, height exp(-sum_i (x_i - centre_i)^2 / (2 width_i^2)).
  public struct Bump: Sendable, Hashable {
    /// The value at the top.
    public let height: Double
    /// Where the top is, one number for each coordinate.
    public let centre: [Double]
    /// The width in each coordinate; positive.
    public let widths: [Double]

    /// Makes a bump.
    ///
    /// - Parameters:
    ///   - height: The value at the top.
    ///   - centre: Where the top is.
    ///   - widths: The width in each coordinate; positive.
    public init(height: Double = 1, centre: [Double], widths: [Double]) {
      precondition(centre.count == widths.count, "centre and widths differ in dimension")
      for width in widths {
        precondition(width > 0, "the width of a bump must be positive, got \(width)")
      }
      self.height = height
      self.centre = centre
      self.widths = widths
    }
  }

  /// Returns the expectation of a Gaussian bump for independent Gaussian coordinates.
  ///
  ///     height prod_i w_i / sqrt(w_i^2 + P_i) exp(-(m_i - centre_i)^2 / (2 (w_i^2 + P_i)))
  ///
  /// The product of two Gaussian densities integrates to a Gaussian density in the difference of
  /// their means, whose variance is the sum of theirs.
  ///
  /// - Parameters:
  ///   - laws: The law N(m_i, P_i) of each coordinate.
  ///   - bump: The reward.
  /// - Returns: The expectation.
  public static func bump(of laws: [GaussianLaw], _ bump: Bump) -> Double {
    precondition(laws.count == bump.centre.count, "laws and bump differ in dimension")
    var exponent = 0.0
    var factor = bump.height
    for index in laws.indices {
      let width = bump.widths[index]
      let total = width * width + laws[index].variance
      let distance = laws[index].mean - bump.centre[index]
      factor *= width / total.squareRoot()
      exponent += distance * distance / (2 * total)
    }
    return factor * Elementary.exp(-exponent)
  }

  /// Returns the expectation of a sum of Gaussian bumps.
  ///
  /// - Parameters:
  ///   - laws: The law of each coordinate.
  ///   - bumps: The terms of the reward.
  /// - Returns: The sum of the expectations.
  public static func mixture(of laws: [GaussianLaw], _ bumps: [Bump]) -> Double {
    var sum = 0.0
    for term in bumps { sum += bump(of: laws, term) }
    return sum
  }
}
