/// Nodes and weights with Σ wᵢ f(xᵢ) = E[f(Z)], Z standard normal, exact for degree 2 n - 1.
///
/// The nodes are the zeros of the Hermite polynomial Heₙ for the weight exp(-x²/2) (DLMF 18.3).
/// Each is found by Newton's method on the orthonormal polynomials
///
///     √(k+1) pₖ₊₁ = x pₖ - √k pₖ₋₁,   pₙ' = √n pₙ₋₁
///
/// from a start with the phase of the semiclassical oscillator, and its weight is 1/Σ pₖ², k < n,
/// a sum of positive terms. The rule is symmetric in its bits.
public struct GaussHermite: Sendable {
  /// The nodes, ascending, with an error below 1e-14 of the largest.
  public let nodes: [Double]
  /// The weights, with a relative error below 1e-12 in the far tails; their sum is one to 1e-14.
  public let weights: [Double]

  /// Makes the rule with `count` nodes.
  ///
  /// - Parameter count: The number of nodes n, 1 ... 128.
  public init(count: Int) {
    precondition((1...128).contains(count), "a rule has 1 to 128 nodes, got \(count)")
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for index in 0..<(count + 1) / 2 {
      // The index-th largest; the middle one of an odd count is zero exactly.
      var x = 2 * index + 1 == count ? 0 : Self.start(index, count: count)
      var state = Self.evaluate(at: x, count: count)
      for _ in 0..<12 where x != 0 {
        let change = state.value / state.derivative
        x -= change
        state = Self.evaluate(at: x, count: count)
        if abs(change) < 1e-15 * x { break }
      }
      nodes[count - 1 - index] = x
      nodes[index] = -x
      weights[index] = 1 / state.sumOfSquares
      weights[count - 1 - index] = 1 / state.sumOfSquares
    }
    if count % 2 == 1 { nodes[count / 2] = 0 }
    self.nodes = nodes
    self.weights = weights
  }

  /// Returns the expectation of `f` over a standard normal number.
  ///
  ///     Σ wᵢ f(xᵢ), added in pairs ±x from the tails inwards
  ///
  /// Exact up to rounding for polynomials of degree 2 n - 1; odd functions give zero exactly.
  ///
  /// - Parameter f: The function; called once at each node.
  /// - Returns: The approximate expectation.
  public func expectation(_ f: (Double) -> Double) -> Double {
    var sum = 0.0
    var low = 0
    var high = nodes.count - 1
    while low < high {
      sum += weights[low] * (f(nodes[low]) + f(nodes[high]))
      low += 1
      high -= 1
    }
    return low == high ? sum + weights[low] * f(nodes[low]) : sum
  }

  /// Returns a start for the zero with the given number, 0 for the largest.
  ///
  /// With x = √(4n+2) cos θ, the oscillator's phase makes zeros where
  /// (n + ½)(θ - ½ sin 2θ) = π(index + ¾); solved by Newton's method from the small-angle form
  /// θ - ½ sin 2θ ≈ ⅔ θ³.
  private static func start(_ index: Int, count: Int) -> Double {
    let phase = Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5)
    var angle = Elementary.exp(Elementary.log(1.5 * phase) / 3)
    for _ in 0..<6 {
      let sine = Elementary.sin(angle)
      let area = angle - sine * Elementary.cos(angle)
      angle -= (area - phase) / (2 * sine * sine)
    }
    return Double(4 * count + 2).squareRoot() * Elementary.cos(angle)
  }

  /// Returns pₙ and its derivative at `x`, and Σ pₖ² for k < n.
  private static func evaluate(
    at x: Double, count: Int
  ) -> (value: Double, derivative: Double, sumOfSquares: Double) {
    var before = 0.0
    var here = 1.0
    var sum = 0.0
    for degree in 0..<count {
      sum += here * here
      let next =
        (x * here - Double(degree).squareRoot() * before) / Double(degree + 1).squareRoot()
      before = here
      here = next
    }
    return (here, Double(count).squareRoot() * before, sum)
  }
}
