import RivuletNumerics

// Derivatives of the velocity of a mixture. With q_j = a·v_j, the exponents e_j of the posterior and
// g_j = gamma_j (q_j - sum_m gamma_m q_m), which is the derivative of a·v with respect to e_j, and with
// u = x - c mu_j in one dimension:
//
//     d / dx           g_j (-u / V) + gamma_j a alpha
//     d / d mu         g_j (c u / V) - gamma_j a (c alpha + 1)
//     d / d log w      g_j
//     d / d log s      g_j c^2 s^2 (u^2 / V - 1) / V - gamma_j a u 2 c t s^2 / V^2
//
// The last term is d alpha / d log s = -2 c s^2 (V + c (t - c s^2)) / V^2, and V + c (t - c s^2) = t.

extension MixtureField {
  /// The parameters: logarithms of weights, means, logarithms of standard deviations.
  public var parameters: [Double] { logWeights + means.joined() + logDeviations.joined() }

  /// Returns the field with other parameters.
  ///
  /// - Parameter parameters: As many numbers as ``parameters``, all finite, in its order.
  /// - Returns: The field of the same form.
  public func with(parameters: [Double]) -> MixtureField {
    let spread = deviations[0].count
    let count = componentCount * (1 + dimension + spread)
    precondition(
      parameters.count == count, "this field has \(count) parameters, got \(parameters.count)")
    precondition(
      parameters.allSatisfy(\.isFinite), "the parameters must be finite, got \(parameters)")
    func list(_ component: Int, of length: Int, from start: Int) -> [Double] {
      let first = start + component * length
      return Array(parameters[first..<(first + length)])
    }
    let components = 0..<componentCount
    let firstMean = componentCount
    let firstDeviation = firstMean + componentCount * dimension
    let logs = components.map { list($0, of: spread, from: firstDeviation) }
    return MixtureField(
      logWeights: Array(parameters[components]),
      means: components.map { list($0, of: dimension, from: firstMean) },
      deviations: logs.map { $0.map { Elementary.exp($0) } }, logDeviations: logs)
  }

  /// Returns the vector-Jacobian products of the velocity with respect to parameters and state.
  ///
  /// The products with the logarithms of weights add up to zero: a constant that all share changes
  /// nothing.
  ///
  /// - Parameters:
  ///   - cotangent: a, with `dimension` numbers.
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: The gradient of a·v(x, t).
  public func pullback(
    _ cotangent: [Double], at state: [Double], time: Double
  ) -> FieldPullback {
    requireDimension(state.count)
    requireDimension(cotangent.count)
    let frames = frames(at: time)
    let gamma = Self.softmax(exponents(at: state, frames: frames))
    var products = [Double](repeating: 0, count: componentCount)
    var mean = 0.0
    for (component, frame) in frames.enumerated() {
      for axis in 0..<dimension {
        let velocity =
          frame.slopes[axis] * (state[axis] - frame.centres[axis]) - means[component][axis]
        products[component] += cotangent[axis] * velocity
      }
      mean += gamma[component] * products[component]
    }
    let rest = 1 - time
    let spread = deviations[0].count
    let firstMean = componentCount
    let firstDeviation = firstMean + componentCount * dimension
    var parameters = [Double](repeating: 0, count: firstDeviation + componentCount * spread)
    var slope = [Double](repeating: 0, count: dimension)
    for (component, frame) in frames.enumerated() {
      let pull = gamma[component] * (products[component] - mean)
      parameters[component] = pull
      for axis in 0..<dimension {
        let distance = state[axis] - frame.centres[axis]
        let precision = frame.precisions[axis]
        let alpha = frame.slopes[axis]
        let weighted = gamma[component] * cotangent[axis]
        slope[axis] += weighted * alpha - pull * (distance * precision)
        parameters[firstMean + component * dimension + axis] =
          pull * (rest * distance * precision) - weighted * (rest * alpha + 1)
        let s = deviations[component][spread == 1 ? 0 : axis]
        let variance = s * s
        parameters[firstDeviation + component * spread + (spread == 1 ? 0 : axis)] +=
          pull * (rest * rest * variance * precision * (distance * distance * precision - 1))
          - weighted * distance * (2 * rest * time * variance * precision * precision)
      }
    }
    return FieldPullback(parameters: parameters, state: slope)
  }
}
