import RivuletNumerics

/// The exact velocity field of a mixture of Gaussians, sum over j of w_j N(mu_j, diag(s_j^2)).
///
/// With c = 1 - t, V_j = c^2 s_j^2 + t^2 and alpha_j = (t - c s_j^2) / V_j in each dimension,
///
///     v(x, t) = sum_j gamma_j(x, t) v_j(x, t),   v_j = alpha_j (x - c mu_j) - mu_j,
///     gamma_j = w_j N(x; c mu_j, V_j) / sum_m w_m N(x; c mu_m, V_m)
///
/// The largest exponent is taken out of the posterior weights gamma, so that they are right however
/// far away the state is. Source: E[x_noise - x_data | x_t], which is the mean over j of the same
/// expectation given the component j.
///
/// The parameters are, in this order: the J logarithms of weights, which need not be normalised; the
/// means, component by component; the logarithms of the standard deviations, component by component,
/// one number each where the components are round and one for each dimension where they are not.
public struct MixtureField: LearnableField, Hashable {
  /// The dimension of the states.
  public let dimension: Int
  /// The logarithm of each weight, up to a constant that all share; J numbers.
  public let logWeights: [Double]
  /// The mean mu_j of each component, each with `dimension` numbers.
  public let means: [[Double]]
  /// The standard deviations of each component: one number each where components are round, else one
  /// for each dimension.
  public let deviations: [[Double]]
  let logDeviations: [[Double]]

  /// Makes the field of round components, each with one standard deviation.
  ///
  /// - Parameters:
  ///   - weights: w_j, finite and positive; they need not add up to one.
  ///   - means: mu_j, one for each weight, of one dimension.
  ///   - deviations: s_j, one for each weight, finite and positive.
  /// - Throws: ``Invalid`` with the place and the value.
  public init(weights: [Double], means: [[Double]], deviations: [Double]) throws(Invalid) {
    try self.init(weights: weights, means: means, diagonals: deviations.map { [$0] })
  }

  /// Makes the field of components that are diagonal along the axes.
  ///
  /// - Parameters:
  ///   - weights: w_j, finite and positive; they need not add up to one.
  ///   - means: mu_j, one for each weight, of one dimension.
  ///   - diagonals: The standard deviations s_j, for each weight one number for each dimension, or one
  ///     number where every component is round.
  /// - Throws: ``Invalid`` with the place and the value.
  public init(weights: [Double], means: [[Double]], diagonals: [[Double]]) throws(Invalid) {
    guard weights.count == means.count && weights.count == diagonals.count, let first = means.first,
      let spread = diagonals.first
    else {
      throw .differentCounts(
        weights: weights.count, means: means.count, deviations: diagonals.count)
    }
    guard !first.isEmpty else { throw .meanDimension(component: 0, expected: 1, got: 0) }
    guard spread.count == 1 || spread.count == first.count else {
      throw .deviationCount(component: 0, expected: first.count, got: spread.count)
    }
    for index in weights.indices {
      guard weights[index].isFinite && weights[index] > 0 else {
        throw .invalidWeight(component: index, value: weights[index])
      }
      guard means[index].count == first.count else {
        throw .meanDimension(component: index, expected: first.count, got: means[index].count)
      }
      guard diagonals[index].count == spread.count else {
        throw .deviationCount(
          component: index, expected: spread.count, got: diagonals[index].count)
      }
      for (axis, value) in means[index].enumerated() where !value.isFinite {
        throw .invalidMean(component: index, axis: axis, value: value)
      }
      for (axis, value) in diagonals[index].enumerated() where !(value.isFinite && value > 0) {
        throw .invalidDeviation(component: index, axis: axis, value: value)
      }
    }
    self.init(
      logWeights: weights.map { Elementary.log($0) }, means: means, deviations: diagonals,
      logDeviations: diagonals.map { $0.map { Elementary.log($0) } })
  }

  init(
    logWeights: [Double], means: [[Double]], deviations: [[Double]], logDeviations: [[Double]]
  ) {
    dimension = means[0].count
    self.logWeights = logWeights
    self.means = means
    self.deviations = deviations
    self.logDeviations = logDeviations
  }

  /// The number of components J.
  public var componentCount: Int { logWeights.count }

  /// The weight of each component; they add up to one.
  public var weights: [Double] { Self.softmax(logWeights) }

  /// Returns the probability that a state came from each component, gamma_j(x, t).
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1]; at 1 the state says nothing and the weights are returned.
  /// - Returns: J numbers that add up to one.
  public func posterior(at state: [Double], time: Double) -> [Double] {
    requireDimension(state.count)
    return Self.softmax(exponents(at: state, frames: frames(at: time)))
  }

  /// Returns the logarithm of the density of the states at a time.
  ///
  ///     log sum_j w_j N(x; (1 - t) mu_j, V_j)
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1]; 0 gives the density of the data.
  /// - Returns: The logarithm, with the weights normalised.
  public func logDensity(at state: [Double], time: Double) -> Double {
    requireDimension(state.count)
    let normalisation = Elementary.log(2 * Double.pi) * (Double(dimension) / 2)
    return Self.logSumExp(exponents(at: state, frames: frames(at: time)))
      - Self.logSumExp(logWeights) - normalisation
  }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, t).
  public func velocity(at state: [Double], time: Double) -> [Double] {
    requireDimension(state.count)
    let frames = frames(at: time)
    let gamma = Self.softmax(exponents(at: state, frames: frames))
    var velocity = [Double](repeating: 0, count: dimension)
    for (component, frame) in frames.enumerated() {
      for axis in 0..<dimension {
        velocity[axis] +=
          gamma[component]
          * (frame.slopes[axis] * (state[axis] - frame.centres[axis]) - means[component][axis])
      }
    }
    return velocity
  }

  func requireDimension(_ count: Int) {
    precondition(count == dimension, "a state of this field has \(dimension) numbers, got \(count)")
  }

  /// Returns exp(x_j) / sum exp, with the largest exponent taken out.
  static func softmax(_ exponents: [Double]) -> [Double] {
    var largest = exponents[0]
    for exponent in exponents where exponent > largest { largest = exponent }
    let terms = exponents.map { Elementary.exp($0 - largest) }
    var sum = 0.0
    for term in terms { sum += term }
    return terms.map { $0 / sum }
  }

  /// Returns log sum exp, with the largest exponent taken out.
  static func logSumExp(_ exponents: [Double]) -> Double {
    var largest = exponents[0]
    for exponent in exponents where exponent > largest { largest = exponent }
    var sum = 0.0
    for exponent in exponents { sum += Elementary.exp(exponent - largest) }
    return largest + Elementary.log(sum)
  }
}
