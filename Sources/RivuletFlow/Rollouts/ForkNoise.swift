/// The noise that the children of a fork get.
///
/// The noise of a chain step, and of a node with one child, is always one fresh standard normal vector.
public enum ForkNoise: Sendable, Hashable {
  /// Every child draws its own: the limit of an infinite branch parameter.
  case independent
  /// The paper's: a part xi_0 that the children of a fork share, and a private one.
  ///
  ///     xi_b = (xi_0 + s eta_b) / sqrt(1 + s^2),   xi_0, eta_b ~ N(0, I) independent
  ///
  /// Each is N(0, I) for every s >= 0, and two siblings correlate by rho = 1 / (1 + s^2). Source: BranchGRPO,
  /// arXiv 2509.06040, equation 2. The paper leaves open who shares xi_0.
  case correlated(branchParameter: Double, sharing: Sharing = .fork)
  /// The published code's: c times a private vector, without a shared part and without normalisation.
  ///
  /// Its law is N(0, c^2 I), yet the step is scored as if c were 1. Source:
  /// `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 266 to 280.
  case scaled(Double)

  /// Which children share the part xi_0.
  public enum Sharing: String, Sendable, Hashable, Codable, CaseIterable {
    /// The children of one fork.
    case fork
    /// The children of all forks of one step of a tree.
    case step
  }

  /// The correlation rho of the noise of two siblings.
  public var siblingCorrelation: Double {
    switch self {
    case .independent, .scaled: 0
    case .correlated(let s, _): 1 / (1 + s * s)
    }
  }

  /// The variance of the noise of one child, in each dimension; 1 where the step keeps its law.
  public var variance: Double {
    switch self {
    case .independent, .correlated: 1
    case .scaled(let c): c * c
    }
  }

  /// The branch parameter that the paper calls best, 4.
  public static let published = ForkNoise.correlated(branchParameter: 4)
}
