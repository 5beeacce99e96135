/// How the values of the nodes of a tree become the advantages of its edges.
///
/// An edge has the advantage of its child. The root, which is nobody's child, gets 0.
public struct TreeAdvantageRule: Sendable, Hashable, Codable {
  /// Which nodes share a mean and a spread.
  public enum Baseline: String, Sendable, Hashable, Codable, CaseIterable {
    /// All nodes of one depth of one tree, those of chains included. BranchGRPO, equation 4.
    case depth
    /// The children of one fork; the edges of a chain have the advantage of the fork's child that
    /// they descend from, and edges above the first fork have 0. The baseline that BranchGRPO's
    /// appendix B.3 analyses.
    case siblings
    /// The leaves of the tree: a node's value is compared with the rewards of all leaves. So a leaf
    /// has the advantage of a flat group, and with uniform fusion a node has the mean of those
    /// below it.
    case flat
  }

  /// Which nodes share a mean and a spread.
  public var baseline: Baseline
  /// What a centred value is divided by.
  public var convention: AdvantageRule.Convention
  /// The number added to the spread; not negative.
  public var epsilon: Double
  /// A group whose spread is below this has advantages of zero; not negative.
  ///
  /// The spread is the one that the convention divides by; a convention that does not divide has no
  /// gate.
  public var gate: Double

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - baseline: Which nodes share a mean and a spread.
  ///   - convention: What a centred value is divided by.
  ///   - epsilon: The number added to the spread.
  ///   - gate: The spread below which all advantages of a group are zero.
  public init(
    baseline: Baseline, convention: AdvantageRule.Convention, epsilon: Double, gate: Double = 0
  ) {
    precondition(epsilon.isFinite && epsilon >= 0, "epsilon must not be negative, got \(epsilon)")
    precondition(gate.isFinite && gate >= 0, "the gate must not be negative, got \(gate)")
    self.baseline = baseline
    self.convention = convention
    self.epsilon = epsilon
    self.gate = gate
  }

  /// BranchGRPO's code: the depth, sample spread, epsilon 1e-8, zeros below a spread of 1e-6.
  ///
  /// Source: lines 655 to 687 of `train_branchgrpo_flux.py` at 19fbb9f, which computes in single
  /// precision.
  public static let published = TreeAdvantageRule(
    baseline: .depth, convention: .sample, epsilon: 1e-8, gate: 1e-6)

  /// BranchGRPO's equation 4: the depth, spread plus epsilon, no gate.
  ///
  /// The paper gives neither the value of epsilon nor the form of the spread; both are those of the
  /// code. Source: arXiv 2509.06040, equation 4.
  public static let paper = TreeAdvantageRule(
    baseline: .depth, convention: .sample, epsilon: 1e-8)

  /// The estimator of BranchGRPO's appendix B.3: the value less the mean of the siblings.
  public static let siblingCentred = TreeAdvantageRule(
    baseline: .siblings, convention: .none, epsilon: 0)

  /// What a trainer without trees computes: the leaves as one group, sample spread, epsilon 1e-8.
  public static let flatSample = TreeAdvantageRule(
    baseline: .flat, convention: .sample, epsilon: 1e-8)
}
