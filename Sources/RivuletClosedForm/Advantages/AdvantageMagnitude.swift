public import RivuletCredit
import RivuletNumerics

/// How large one standardised advantage of a group of G rewards can be, and how it is distributed.
///
/// For *any* rewards |A| <= sqrt(G - 1) with the population form and (G - 1)/sqrt(G) with the sample
/// form, reached when all other members are equal. For independent Gaussian rewards of one law the
/// centred rewards point in a uniform direction of G - 1 dimensions, so without epsilon
///
///     A^2 / bound^2  ~  Beta(1/2, (G - 2)/2).
public enum AdvantageMagnitude {
  /// Returns the largest |A| of any rewards.
  ///
  /// - Parameters:
  ///   - groupSize: G, one or more.
  ///   - convention: What centred rewards are divided by.
  /// - Returns: The bound; infinite for the conventions that do not divide.
  public static func bound(groupSize: Int, convention: AdvantageRule.Convention) -> Double {
    precondition(groupSize >= 1, "a group has one or more members, got \(groupSize)")
    let others = Double(groupSize - 1)
    switch convention {
    case .none, .leaveOneOut: return groupSize > 1 ? .infinity : 0
    case .population: return others.squareRoot()
    case .sample: return others / Double(groupSize).squareRoot()
    }
  }

  /// Returns whether a clamp can change an advantage of a group at all.
  ///
  /// A clamp at 5 cannot for 26 members or fewer, in either form.
  ///
  /// - Parameters:
  ///   - clamp: The bound of the clamp; positive.
  ///   - groupSize: G, one or more.
  ///   - convention: What centred rewards are divided by.
  /// - Returns: Whether some rewards give a larger |A|.
  public static func canBind(
    clamp: Double, groupSize: Int, convention: AdvantageRule.Convention
  ) -> Bool {
    bound(groupSize: groupSize, convention: convention) > clamp
  }

  /// Returns the probability of |A| <= magnitude for independent Gaussian rewards of one law.
  ///
  ///     I_x(1/2, (G - 2)/2),   x = (magnitude / bound)^2
  ///
  /// A group of two always has |A| = bound.
  ///
  /// - Parameters:
  ///   - magnitude: Not negative.
  ///   - groupSize: G, two or more.
  ///   - convention: `population` or `sample`; epsilon is zero.
  /// - Returns: The probability.
  public static func probability(
    ofAtMost magnitude: Double, groupSize: Int, convention: AdvantageRule.Convention
  ) -> Double {
    precondition(magnitude >= 0, "a magnitude is not negative, got \(magnitude)")
    precondition(groupSize >= 2, "the law needs two or more members, got \(groupSize)")
    precondition(
      convention.divides, "only standardised advantages follow this law, got \(convention)")
    let ratio = magnitude / bound(groupSize: groupSize, convention: convention)
    guard ratio < 1 else { return 1 }
    guard groupSize > 2 else { return 0 }
    return Special.regularizedBeta(ratio * ratio, a: 0.5, b: Double(groupSize - 2) / 2)
  }
}
