import RivuletNumerics

/// Weighted points under which sums are expectations over independent standard normal numbers.
///
/// The points stand in the lanes of a batch of trees, so that the code that assigns credit is averaged over
/// all noises without a sampling error: exactly for polynomials of a degree below 2 n in each number, n the
/// nodes of a rule of Gauss and Hermite, and to rounding for kinks that lie on the edges of panels.
struct NoiseLattice: Sendable {
  /// The numbers, `[variable][lane]`.
  let numbers: [[Double]]
  /// The weight of each lane; they sum to one.
  let weights: [Double]

  /// Makes the product of one rule for each number.
  init(rules: [(nodes: [Double], weights: [Double])]) {
    var numbers: [[Double]] = []
    var weights = [1.0]
    for rule in rules {
      numbers = numbers.map { column in
        column.flatMap { [Double](repeating: $0, count: rule.nodes.count) }
      }
      numbers.append(weights.flatMap { _ in rule.nodes })
      weights = weights.flatMap { weight in rule.weights.map { weight * $0 } }
    }
    self.numbers = numbers
    self.weights = weights
  }

  /// Makes the product of rules of Gauss and Hermite.
  init(count: Int, nodes: Int) {
    let rule = GaussHermite(count: nodes)
    self.init(rules: Array(repeating: (rule.nodes, rule.weights), count: count))
  }

  /// The rule of one number whose integrand may bend or jump at some places.
  static func panels(breaks: [Double], nodes: Int) -> (nodes: [Double], weights: [Double]) {
    let rule = GaussLegendre(count: nodes)
    // The density is below 1e-31 beyond 12.
    let edges = [-12.0] + breaks.filter { abs($0) < 12 }.sorted() + [12.0]
    var places: [Double] = []
    var weights: [Double] = []
    for (low, high) in zip(edges, edges.dropFirst()) {
      let half = (high - low) / 2
      for (node, weight) in zip(rule.nodes, rule.weights) {
        let place = low + half * (1 + node)
        places.append(place)
        weights.append(
          half * weight * Elementary.exp(-place * place / 2) / (2 * Double.pi).squareRoot())
      }
    }
    return (places, weights)
  }

  /// The number of lanes.
  var lanes: Int { weights.count }

  /// Returns the expectation of a quantity that is given in every lane.
  func mean(_ values: [Double]) -> Double {
    precondition(values.count == lanes, "\(lanes) points have \(values.count) values")
    var sum = 0.0
    for lane in values.indices { sum += weights[lane] * values[lane] }
    return sum
  }

  /// Returns the variance of a quantity that is given in every lane.
  func variance(_ values: [Double]) -> Double {
    let centre = mean(values)
    return mean(values.map { ($0 - centre) * ($0 - centre) })
  }
}
