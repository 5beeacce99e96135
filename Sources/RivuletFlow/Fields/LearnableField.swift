/// A velocity field with parameters, and the derivatives of its velocity.
///
/// The parameters are one flat list, whose order the field documents.
public protocol LearnableField: VelocityField {
  /// The parameters theta.
  var parameters: [Double] { get }

  /// Returns the field with other parameters.
  ///
  /// - Parameter parameters: As many numbers as ``parameters``, all finite, in its order.
  /// - Returns: The field of the same form.
  func with(parameters: [Double]) -> Self

  /// Returns the vector-Jacobian products of the velocity.
  ///
  ///     parameters: sum over i of a_i dv_i / dtheta,    state: sum over i of a_i dv_i / dx
  ///
  /// - Parameters:
  ///   - cotangent: a, with `dimension` numbers.
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: Both products.
  func pullback(_ cotangent: [Double], at state: [Double], time: Double) -> FieldPullback
}

/// The gradient of a·v(x, t), a number that is linear in the velocity.
public struct FieldPullback: Sendable, Hashable {
  /// With respect to each parameter, in the order of ``LearnableField/parameters``.
  public var parameters: [Double]
  /// With respect to each number of the state.
  public var state: [Double]

  /// Makes the pair.
  ///
  /// - Parameters:
  ///   - parameters: One number for each parameter.
  ///   - state: One number for each dimension.
  public init(parameters: [Double], state: [Double]) {
    self.parameters = parameters
    self.state = state
  }
}
