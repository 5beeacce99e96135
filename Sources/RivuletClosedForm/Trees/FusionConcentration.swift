import RivuletNumerics

/// How far the mean over leaves strays from the value of their fork, for a linear reward.
///
/// Source of the bound under test: BranchGRPO, arXiv 2509.06040, appendix B.4.
public enum FusionConcentration {
  /// Returns the number of independent leaves whose mean varies as much as that of correlated ones.
  ///
  ///     L/(1 + (L - 1) rho)
  ///
  /// - Parameters:
  ///   - leaves: L, one or more.
  ///   - correlation: rho of any two leaves, in [0, 1].
  /// - Returns: The number, 1 to L; below 1/rho however many leaves there are.
  public static func effectiveLeaves(_ leaves: Int, correlation: Double) -> Double {
    precondition(leaves >= 1, "a fork has one or more leaves, got \(leaves)")
    precondition(
      correlation >= 0 && correlation <= 1, "the correlation lies in [0, 1], got \(correlation)")
    return Double(leaves) / (1 + Double(leaves - 1) * correlation)
  }

  /// Returns the published bound on the probability of a deviation, which holds for independent leaves.
  ///
  ///     2 exp(-L e^2/(2 sigma^2))
  ///
  /// The paper's 2 exp(-c L e^2/(Lip^2 K^2 g^2)) with c = 1/(2 h) and sigma = Lip K g sqrt(h).
  ///
  /// - Parameters:
  ///   - leaves: L.
  ///   - deviation: e in units of sigma, the standard deviation of one leaf's reward.
  /// - Returns: The bound; above 1 it says nothing.
  public static func publishedBound(leaves: Int, deviation: Double) -> Double {
    correctedBound(leaves: leaves, deviation: deviation, correlation: 0)
  }

  /// Returns the bound with the effective number of leaves in place of L.
  ///
  ///     2 exp(-L_eff e^2/(2 sigma^2))
  ///
  /// - Parameters:
  ///   - leaves: L.
  ///   - deviation: e in units of sigma.
  ///   - correlation: rho of any two leaves.
  /// - Returns: The bound.
  public static func correctedBound(
    leaves: Int, deviation: Double, correlation: Double
  ) -> Double {
    let count = effectiveLeaves(leaves, correlation: correlation)
    return 2 * Elementary.exp(-count * deviation * deviation / 2)
  }

  /// Returns the probability of a deviation of at least e, exactly, for a linear reward.
  ///
  ///     2 Phi(-e sqrt(L_eff)/sigma)
  ///
  /// - Parameters:
  ///   - leaves: L.
  ///   - deviation: e in units of sigma, not negative.
  ///   - correlation: rho of any two leaves.
  /// - Returns: The probability.
  public static func exactTail(leaves: Int, deviation: Double, correlation: Double) -> Double {
    precondition(deviation >= 0, "a deviation is not negative, got \(deviation)")
    let count = effectiveLeaves(leaves, correlation: correlation)
    return 2 * Special.normalUpperTail(deviation * count.squareRoot())
  }
}
