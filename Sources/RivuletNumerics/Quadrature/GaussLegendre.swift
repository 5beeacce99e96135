/// Nodes and weights of Gauss and Legendre's rule on the interval from -1 to 1.
///
///     Σ wᵢ f(xᵢ) = ∫ f(x) dx, exact for polynomials of degree 2 n - 1
///
/// The nodes are the zeros of the Legendre polynomial Pₙ, by Newton's method on
/// (k+1) Pₖ₊₁ = (2k+1) x Pₖ - k Pₖ₋₁ from cos(π(i - ¼)/(n + ½)); the weights are
/// 2/((1 - x²) Pₙ'²) (DLMF 3.5.19 to 3.5.21). The rule is symmetric in its bits.
public struct GaussLegendre: Sendable {
  /// The nodes, ascending, with an error below 1e-15.
  public let nodes: [Double]
  /// The weights; absolute error below 1e-15, relative error below 1e-14/(1 - x²).
  public let weights: [Double]

  /// Makes the rule with `count` nodes.
  ///
  /// - Parameter count: The number of nodes n, 1 ... 512.
  public init(count: Int) {
    precondition((1...512).contains(count), "a rule has 1 to 512 nodes, got \(count)")
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for index in 0..<(count + 1) / 2 {
      let angle = Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5)
      var x = 2 * index + 1 == count ? 0 : Elementary.cos(angle)
      var state = Self.evaluate(at: x, count: count)
      for _ in 0..<8 where x != 0 {
        let change = state.value / state.derivative
        x -= change
        state = Self.evaluate(at: x, count: count)
        if abs(change) < 1e-15 { break }
      }
      let weight = 2 / ((1 - x) * (1 + x) * state.derivative * state.derivative)
      nodes[count - 1 - index] = x
      nodes[index] = -x
      weights[index] = weight
      weights[count - 1 - index] = weight
    }
    if count % 2 == 1 { nodes[count / 2] = 0 }
    self.nodes = nodes
    self.weights = weights
  }

  /// Returns the integral of `f` over an interval.
  ///
  ///     ½(b - a) Σ wᵢ f(½(a + b) + ½(b - a) xᵢ)
  ///
  /// - Parameters:
  ///   - lower: The lower end a, finite.
  ///   - upper: The upper end b, finite; below `lower` the sign changes.
  ///   - f: The function; called once at each node.
  /// - Returns: The approximate integral; exact up to rounding for degree 2 n - 1.
  public func integral(from lower: Double, to upper: Double, _ f: (Double) -> Double) -> Double {
    let middle = 0.5 * lower + 0.5 * upper
    let half = 0.5 * upper - 0.5 * lower
    var sum = 0.0
    for index in 0..<nodes.count {
      sum += weights[index] * f(middle + half * nodes[index])
    }
    return half * sum
  }

  /// Returns Pₙ and its derivative at `x` in -1 < x < 1.
  private static func evaluate(at x: Double, count: Int) -> (value: Double, derivative: Double) {
    var before = 0.0
    var here = 1.0
    for degree in 0..<count {
      let k = Double(degree)
      let next = ((2 * k + 1) * x * here - k * before) / (k + 1)
      before = here
      here = next
    }
    return (here, Double(count) * (before - x * here) / ((1 - x) * (1 + x)))
  }
}
