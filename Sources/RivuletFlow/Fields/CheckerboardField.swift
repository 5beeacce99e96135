import RivuletNumerics

/// The exact velocity field of uniform data on the squares of one colour of a checkerboard.
///
/// Given x_t = x a coordinate y of the data on an interval has the normal law of z = ((1 - t) y - x) / t,
/// cut off at the ends A and B of the interval:
///
///     mass = Phi(B) - Phi(A),   E[z] = (phi(A) - phi(B)) / mass
///
/// A square's posterior weight is the product of its two masses, and v = E[x_noise - x_data | x_t] is
/// the mean of -z - y over squares. Far from the board masses are held as logarithms. Where the law is
/// nearly flat on an interval, as near t = 1, it is integrated by the Gauss-Legendre rule instead, which
/// does not cancel.
public struct CheckerboardField: VelocityField, Hashable {
  /// The number of squares in a row.
  public let side: Int
  /// Half the width of the board.
  public let scale: Double

  /// Makes the field; square (i, j) belongs to the data where i + j is even.
  ///
  /// - Parameters:
  ///   - side: The number of squares in a row, at least one.
  ///   - scale: Half the width of the board, finite and positive.
  public init(side: Int, scale: Double) {
    precondition(side >= 1, "a board has one or more squares in a row, got \(side)")
    precondition(scale.isFinite && scale > 0, "the scale must be positive, got \(scale)")
    self.side = side
    self.scale = scale
  }

  /// The dimension of the states.
  public var dimension: Int { 2 }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, two numbers.
  ///   - time: t in [0, 1]; at 0 the state should be data, and the velocity is -x.
  /// - Returns: v(x, t).
  public func velocity(at state: [Double], time: Double) -> [Double] {
    precondition(state.count == 2, "a state of this field has 2 numbers, got \(state.count)")
    guard time > 0 else { return state.map { -$0 } }
    let across = strips(at: state[0], time: time)
    let down = strips(at: state[1], time: time)
    var exponents: [Double] = []
    var velocities: [(Double, Double)] = []
    for row in 0..<side {
      for column in 0..<side where (row + column).isMultiple(of: 2) {
        exponents.append(across[column].logMass + down[row].logMass)
        velocities.append((across[column].velocity, down[row].velocity))
      }
    }
    var velocity = [0.0, 0.0]
    for (share, pair) in zip(MixtureField.softmax(exponents), velocities) {
      velocity[0] += share * pair.0
      velocity[1] += share * pair.1
    }
    return velocity
  }

  /// The posterior of one coordinate on one strip of squares.
  private struct Strip {
    /// The logarithm of the mass over the width of the strip, up to a constant of all strips.
    let logMass: Double
    /// E[-z - y].
    let velocity: Double
  }

  private func strips(at x: Double, time: Double) -> [Strip] {
    let rest = 1 - time
    let width = 2 * scale / Double(side)
    return (0..<side).map { index in
      let start = Double(index) * width - scale
      let low = (rest * start - x) / time
      let high = (rest * (start + width) - x) / time
      // The far end is the upper one after a reflection.
      let isReflected = low + high < 0
      let near = isReflected ? -high : low
      let far = isReflected ? -low : high
      // The exponent changes by less than this over the interval.
      if (far - near) * max(1, far) <= 4 {
        return Self.flatStrip(
          x: x, time: time, start: start, width: width, extent: near > 0 ? near : 0)
      }
      let (logMass, distance) = Self.cutNormal(near: near, far: far)
      let z = isReflected ? -distance : distance
      return Strip(
        logMass: logMass - Elementary.log(far - near), velocity: -z - (x + time * z) / rest)
    }
  }

  private static let rule = GaussLegendre(count: 20)

  /// Integrates over y with the Gauss-Legendre rule, with exp(-extent^2 / 2) taken out.
  private static func flatStrip(
    x: Double, time: Double, start: Double, width: Double, extent: Double
  ) -> Strip {
    let rest = 1 - time
    var (mass, sum) = (0.0, 0.0)
    for (node, weight) in zip(rule.nodes, rule.weights) {
      let y = start + width * (node + 1) / 2
      let z = (rest * y - x) / time
      let density = weight * Elementary.exp((extent - z) * (extent + z) / 2)
      mass += density
      sum += density * (-z - y)
    }
    // The rule's weights add up to two, and the density has the factor 1 / sqrt(2 pi).
    return Strip(
      logMass: Elementary.log(mass / 2) - Elementary.log(2 * Double.pi) / 2
        - extent * extent / 2,
      velocity: sum / mass)
  }

  /// Returns log(Phi(far) - Phi(near)) and the mean of the normal law cut off at both ends.
  private static func cutNormal(near: Double, far: Double) -> (logMass: Double, mean: Double) {
    let rootHalf = 0.5.squareRoot()
    let inverseRootTwoPi = 1 / (2 * Double.pi).squareRoot()
    let drop = (far - near) * (far + near) / 2
    guard near > 0 else {
      let mass = Special.normalCDF(far) - Special.normalCDF(near)
      let density = inverseRootTwoPi * Elementary.exp(-near * near / 2)
      return (Elementary.log(mass), -density * Elementary.expm1(-drop) / mass)
    }
    // Both with exp(-near^2 / 2) taken out.
    let tail = Special.scaledErfc(far * rootHalf) * Elementary.exp(-drop)
    let mass = (Special.scaledErfc(near * rootHalf) - tail) / 2
    return (
      Elementary.log(mass) - near * near / 2,
      -inverseRootTwoPi * Elementary.expm1(-drop) / mass
    )
  }
}
