/// How fine the values of a chain on mixture data are computed.
public struct MixtureResolution: Sendable, Hashable {
  /// Nodes in one standard deviation of the noise of a step, at least; a steep value gets more.
  public let nodesPerDeviation: Int
  /// Terms of the Chebyshev series on one panel.
  public let terms: Int
  /// The size of the last coefficients, relative to the largest or to one, at which a panel is not halved.
  public let tolerance: Double
  /// The width of a panel before any halving.
  public let widestPanel: Double
  /// Half the width of a panel that is not halved whatever its coefficients are.
  public let narrowestPanel: Double

  /// Makes a resolution.
  ///
  /// - Parameters:
  ///   - nodesPerDeviation: At least 2.
  ///   - terms: 4 to 128.
  ///   - tolerance: Positive.
  ///   - widestPanel: Positive and finite.
  ///   - narrowestPanel: Positive.
  public init(
    nodesPerDeviation: Int = 16, terms: Int = 16, tolerance: Double = 1e-11,
    widestPanel: Double = 2, narrowestPanel: Double = 0x1p-10
  ) {
    precondition(
      nodesPerDeviation >= 2, "a deviation needs two or more nodes, got \(nodesPerDeviation)")
    precondition((4...128).contains(terms), "a series has 4 to 128 terms, got \(terms)")
    precondition(tolerance > 0, "the tolerance must be positive, got \(tolerance)")
    precondition(
      widestPanel > 0 && widestPanel.isFinite && narrowestPanel > 0,
      "the widths of panels must be positive, got \(widestPanel) and \(narrowestPanel)")
    self.nodesPerDeviation = nodesPerDeviation
    self.terms = terms
    self.tolerance = tolerance
    self.widestPanel = widestPanel
    self.narrowestPanel = narrowestPanel
  }

  /// The resolution with twice as many nodes and terms, on panels that are no wider than half.
  public var doubled: MixtureResolution {
    MixtureResolution(
      nodesPerDeviation: 2 * nodesPerDeviation, terms: min(128, 2 * terms), tolerance: tolerance,
      widestPanel: widestPanel / 2, narrowestPanel: narrowestPanel / 2)
  }

  /// Returns how many nodes in a deviation resolve functions on panels: four in the narrowest panel, and
  /// at most 64 times the least number.
  func density(for functions: PanelFunctions, deviation: Double) -> Int {
    let wanted = 4 * deviation / functions.narrowestPanel
    return max(nodesPerDeviation, Int(min(wanted, 64 * Double(nodesPerDeviation)).rounded(.up)))
  }
}
