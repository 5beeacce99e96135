import RivuletNumerics

/// What pruning that looks at rewards does to the gradient of the edges that it keeps.
///
/// Advantages are centred and not divided by a spread. A kept edge contributes A xi; without pruning the
/// mean of that is the baseline's factor times the gradient, and pruning that chooses edges without looking
/// at rewards leaves it alone. Choosing by reward does not: the extremes have larger squares.
///
/// Source: BranchGRPO, arXiv 2509.06040, its section on pruning; the results are ours.
public enum PruningBias {
  /// Returns E[A xi] of the better of two children for r = xi + c xi^2.
  ///
  ///     1/2 + (c/sqrt(pi)) erf(1/(2 c))
  ///
  /// against 1/2 without pruning and 1 for the gradient. With U, V = (xi_1 +- xi_2)/sqrt(2) the difference
  /// of rewards is sqrt(2) V (1 + sqrt(2) c U), so the better child is decided by two signs.
  ///
  /// - Parameter curvature: c; its sign changes nothing.
  /// - Returns: The mean of the kept edge's product; 1/2 at c = 0, where nothing is biased.
  public static func betterOfTwo(curvature: Double) -> Double {
    precondition(curvature.isFinite, "the curvature is finite, got \(curvature)")
    let size = abs(curvature)
    guard size > 0 else { return 0.5 }
    return 0.5 + size / Double.pi.squareRoot() * Special.erf(1 / (2 * size))
  }

  /// Returns E[A xi] of the best of K children for r = xi, centred on the siblings.
  ///
  ///     (1 - rho)(E[X_(K)^2] - 1/K)
  ///
  /// X_(K) is the largest of K standard normal numbers; their mean is independent of the deviations from it,
  /// so E[mean X_(K)] = E[mean^2] = 1/K. Without pruning (1 - rho)(1 - 1/K): equal for K = 2 only.
  ///
  /// - Parameters:
  ///   - siblings: K, 1 to 1000.
  ///   - correlation: rho in [0, 1].
  /// - Returns: The mean of the kept edge's product.
  public static func bestSibling(siblings: Int, correlation: Double = 0) -> Double {
    let moments = NormalOrderStatistics(count: siblings)
    return (1 - correlation) * (moments.squares[siblings - 1] - 1 / Double(siblings))
  }

  /// What keeping the b best and the b worst of a flat group makes of the gradient.
  public struct Extremes: Sendable, Hashable {
    /// The mean of A xi over the kept edges.
    public let perKeptEdge: Double
    /// The sum of A xi over the kept edges divided by the size of the whole group.
    public let perEdge: Double
    /// ``perKeptEdge`` over the factor 1 - 1/L of the unpruned group; 1 is no bias.
    public let ratio: Double
  }

  /// Returns the gradient of the b best and the b worst of L independent leaves, r linear and of unit gradient.
  ///
  ///     per kept edge   (1/b) sum over the b largest of (E[X_(j)^2] - 1/L)
  ///
  /// The product of an edge's noise and its leaf's centred reward has this mean times the influence w_k of
  /// the edge's step, since xi_k is w_k R/Var(R) plus a part independent of the order of the rewards.
  /// So a step of a chain is biased by the same ratio whatever its share of the reward.
  ///
  /// - Parameters:
  ///   - leaves: L, 2 to 1000.
  ///   - kept: b, from 1 to L/2.
  /// - Returns: The means and the ratio to an unpruned group.
  public static func extremes(leaves: Int, kept: Int) -> Extremes {
    precondition(
      kept >= 1 && 2 * kept <= leaves, "cannot keep \(kept) best and \(kept) worst of \(leaves)")
    let moments = NormalOrderStatistics(count: leaves)
    let count = Double(leaves)
    var sum = 0.0
    for rank in (leaves - kept)..<leaves { sum += moments.squares[rank] - 1 / count }
    let mean = sum / Double(kept)
    return Extremes(
      perKeptEdge: mean, perEdge: 2 * sum / count, ratio: mean / (1 - 1 / count))
  }

  /// Returns the expected sum of the advantages that Parent-Top1 keeps, for one fork and r = xi.
  ///
  ///     sqrt(1 - rho) E[X_(K)]
  ///
  /// Zero without pruning: kept advantages no longer sum to zero.
  ///
  /// - Parameters:
  ///   - siblings: K, 1 to 1000.
  ///   - correlation: rho in [0, 1].
  /// - Returns: The expected advantage of the kept child.
  public static func bestSiblingAdvantage(siblings: Int, correlation: Double = 0) -> Double {
    let moments = NormalOrderStatistics(count: siblings)
    return (1 - correlation).squareRoot() * moments.means[siblings - 1]
  }
}
