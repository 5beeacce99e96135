public import RivuletCredit
import RivuletNumerics

extension AdvantageMagnitude {
  /// Returns the part of a step's expected gradient that a clamp of the advantages leaves.
  ///
  ///     E[|A| min(|A|, c)] / E[A^2]
  ///       = I_x(3/2, (G - 2)/2) + sqrt(x) (1 - x)^((G-2)/2) sqrt(2 (G - 1)/pi) / c4(G),   x = (c/bound)^2
  ///
  /// for independent Gaussian rewards of one law, without epsilon. The centred noise of a step is the
  /// group's spread times A plus a part that is independent of A, and the spread is independent of A too,
  /// so the mean of clamp(A_i) xi_i over that of A_i xi_i is this ratio whatever the step. One where the
  /// clamp cannot bind.
  ///
  /// - Parameters:
  ///   - clamp: c, positive.
  ///   - groupSize: G, two or more.
  ///   - convention: `population` or `sample`.
  /// - Returns: The part, in (0, 1].
  public static func clampedShare(
    clamp: Double, groupSize: Int, convention: AdvantageRule.Convention
  ) -> Double {
    precondition(clamp > 0, "the bound of a clamp must be positive, got \(clamp)")
    precondition(groupSize >= 2, "the law needs two or more members, got \(groupSize)")
    precondition(
      convention.divides, "only standardised advantages follow this law, got \(convention)")
    let root = clamp / bound(groupSize: groupSize, convention: convention)
    guard root < 1 else { return 1 }
    guard groupSize > 2 else { return root }
    let b = Double(groupSize - 2) / 2
    let x = root * root
    let outside =
      root * Elementary.exp(b * Elementary.log1p(-x))
      * (2 * Double(groupSize - 1) / Double.pi).squareRoot()
      / AdvantageFactor.c4(groupSize: groupSize)
    return Special.regularizedBeta(x, a: 1.5, b: b) + outside
  }
}
