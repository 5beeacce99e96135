import RivuletKernels
import RivuletNumerics

/// Several functions on one interval, each a Chebyshev series on each of some panels.
///
/// Panels are halved until the last three coefficients of every function are small, so that steep places
/// get narrow panels.
struct PanelFunctions: Sendable {
  /// The ends of the panels, ascending.
  private(set) var edges: [Double]
  /// How many functions there are.
  let functionCount: Int
  private let terms: Int
  private var coefficients: [Double] = []

  /// Makes the series of functions.
  ///
  /// - Parameters:
  ///   - range: The interval.
  ///   - functions: How many functions there are.
  ///   - resolution: How fine they are held.
  ///   - values: Writes the value of every function at a point.
  init(
    over range: ClosedRange<Double>, functions: Int, resolution: MixtureResolution,
    _ values: (Double, inout [Double]) -> Void
  ) {
    functionCount = functions
    terms = resolution.terms
    edges = [range.lowerBound]
    let length = range.upperBound - range.lowerBound
    let count = max(1, Int((length / resolution.widestPanel).rounded(.up)))
    let angles = (0..<terms).map { Double.pi * (Double($0) + 0.5) / Double(terms) }
    let points = angles.map { Elementary.cos($0) }
    // Factor of the value at point i in the coefficient n, for n i below terms^2.
    let transform = (0..<terms * terms).map { index in
      let (term, point) = (index / terms, index % terms)
      return (term == 0 ? 1 : 2) / Double(terms)
        * Elementary.cos(Double(term) * Double.pi * (Double(point) + 0.5) / Double(terms))
    }
    var waiting: [(start: Double, stop: Double)] = (0..<count).reversed().map { index in
      (
        range.lowerBound + length * (Double(index) / Double(count)),
        index == count - 1
          ? range.upperBound : range.lowerBound + length * (Double(index + 1) / Double(count))
      )
    }
    var samples = [Double](repeating: 0, count: terms * functions)
    var row = [Double](repeating: 0, count: functions)
    var series = samples
    while let panel = waiting.popLast() {
      let half = (panel.stop - panel.start) / 2
      for (index, point) in points.enumerated() {
        values(panel.start + half * (point + 1), &row)
        for function in 0..<functions { samples[index * functions + function] = row[function] }
      }
      matrixProduct(
        transform, samples, rows: terms, inner: terms, columns: functions, output: &series)
      if half > resolution.narrowestPanel
        && !Self.isResolved(
          series, terms: terms, functions: functions, tolerance: resolution.tolerance)
      {
        let middle = panel.start + half
        waiting.append((middle, panel.stop))
        waiting.append((panel.start, middle))
        continue
      }
      edges.append(panel.stop)
      coefficients += series
    }
  }

  /// The interval.
  var range: ClosedRange<Double> { edges[0]...edges[edges.count - 1] }

  /// The number of panels.
  var panelCount: Int { edges.count - 1 }

  /// The width of the narrowest panel.
  var narrowestPanel: Double {
    var narrowest = Double.infinity
    for panel in 0..<panelCount { narrowest = min(narrowest, edges[panel + 1] - edges[panel]) }
    return narrowest
  }

  /// Writes the mean of every function over the standard normal law, by a Gauss-Legendre rule on each
  /// panel.
  func standardExpectation(into output: inout [Double]) {
    let rule = GaussLegendre(count: terms + 8)
    let scale = 1 / (2 * Double.pi).squareRoot()
    var nodes: [Double] = []
    var weights: [Double] = []
    for panel in 0..<panelCount {
      let half = (edges[panel + 1] - edges[panel]) / 2
      for (node, weight) in zip(rule.nodes, rule.weights) {
        let point = edges[panel] + half * (node + 1)
        nodes.append(point)
        weights.append(half * weight * scale * Elementary.exp(-point * point / 2))
      }
    }
    expectation(
      centre: 0, deviation: 1, rule: NormalNodes(nodes: nodes, weights: weights), into: &output)
  }

  /// Writes the mean of every function over a normal law, given as nodes and weights.
  func expectation(
    centre: Double, deviation: Double, rule: NormalNodes, into output: inout [Double]
  ) {
    var workspace = [Double](repeating: 0, count: terms)
    panelExpectation(
      edges: edges, panels: panelCount, coefficients: coefficients, terms: terms,
      functions: functionCount, centre: centre, deviation: deviation, nodes: rule.nodes,
      weights: rule.weights, count: rule.nodes.count, workspace: &workspace, output: &output)
  }

  private static func isResolved(
    _ series: [Double], terms: Int, functions: Int, tolerance: Double
  ) -> Bool {
    for function in 0..<functions {
      var (size, tail) = (1.0, 0.0)
      for term in 0..<terms {
        let magnitude = abs(series[term * functions + function])
        size = max(size, magnitude)
        if term >= terms - 3 { tail = max(tail, magnitude) }
      }
      if tail > tolerance * size { return false }
    }
    return true
  }
}

/// Equally spaced nodes of the standard normal law, with weights that add up to one.
///
/// The trapezoidal rule converges geometrically for functions that are analytic near the line: with
/// spacing h its error is about exp(-2 pi d / h), d the distance of the nearest pole. A Gauss-Hermite
/// rule of as many nodes spreads them too far for functions that are steeper than the law is wide.
struct NormalNodes: Sendable {
  /// The reach in standard deviations; what lies beyond has the mass 2e-17.
  static let reach = 8.5
  /// The nodes, ascending.
  let nodes: [Double]
  /// The weights.
  let weights: [Double]

  /// Makes nodes at multiples of 1 / density.
  ///
  /// A panel that a series of 16 terms resolves to 1e-11 has its poles 1.2 widths away; four nodes in its
  /// width are as good.
  init(density: Int) {
    let last = Int(Self.reach * Double(density))
    nodes = (-last...last).map { Double($0) / Double(density) }
    let heights = nodes.map { Elementary.exp(-$0 * $0 / 2) }
    let sum = Sums.sum(heights)
    weights = heights.map { $0 / sum }
  }

  init(nodes: [Double], weights: [Double]) {
    self.nodes = nodes
    self.weights = weights
  }

  /// The one node of a number that is certain.
  static let certain = NormalNodes(nodes: [0], weights: [1])
}
