public import RivuletCredit
import RivuletNumerics

extension AdvantageFactor {
  /// Returns the factor b of a convention with epsilon in the denominator.
  ///
  ///     b = E[ Q / (G (S + epsilon / |w|)) ],   Q ~ chi^2_{G-1},
  ///
  /// S = sqrt(Q/G) for `population` and sqrt(Q/(G - 1)) for `sample`, by quadrature over the density
  /// of sqrt(Q). With epsilon zero it is the closed form. About std / (std + epsilon) times that, and
  /// less where the group is small: small spreads shrink most. The other conventions do not divide,
  /// and epsilon changes nothing.
  ///
  /// The logarithm of sqrt(Q) runs over an even mesh of step 1/16; the integrand is analytic in a
  /// strip of half-width pi/4 about the mesh, so the error of the sum is below 1e-15.
  ///
  /// - Parameters:
  ///   - groupSize: G, one or more.
  ///   - convention: What centred rewards are divided by.
  ///   - epsilon: The number added to the spread; not negative.
  ///   - rewardDeviation: |w|, the true standard deviation of the rewards; positive.
  /// - Returns: b, in [0, 1].
  public static func standardisationFactor(
    groupSize: Int, convention: AdvantageRule.Convention, epsilon: Double,
    rewardDeviation: Double
  ) -> Double {
    precondition(epsilon >= 0 && epsilon.isFinite, "epsilon is not negative, got \(epsilon)")
    precondition(
      rewardDeviation > 0 && rewardDeviation.isFinite,
      "the standard deviation of the rewards is positive, got \(rewardDeviation)")
    let degrees: Int
    switch convention {
    case .none, .leaveOneOut:
      return standardisationFactor(groupSize: groupSize, convention: convention)
    case .population: degrees = groupSize
    case .sample: degrees = groupSize - 1
    }
    guard groupSize > 1 && epsilon > 0 else {
      return standardisationFactor(groupSize: groupSize, convention: convention)
    }
    let ratio = epsilon / rewardDeviation
    let root = Double(degrees).squareRoot()
    // With u = sqrt(Q) = sqrt(G - 1) e^y the density of y is proportional to
    // exp((G - 1) (y - (e^{2y} - 1) / 2)), which is 1 at its top y = 0.
    let power = Double(groupSize - 1)
    let step = 1.0 / 16 / max(1, (power / 8).squareRoot())
    var weights = 0.0
    var sum = 0.0
    for direction in [1.0, -1.0] {
      var index = direction > 0 ? 0.0 : 1.0
      while true {
        let y = direction * index * step
        let weight = Elementary.exp(power * (y - Elementary.expm1(2 * y) / 2))
        guard weight > 1e-18 else { break }
        let u = power.squareRoot() * Elementary.exp(y)
        weights += weight
        sum += weight * (u * u / (Double(groupSize) * (u / root + ratio)))
        index += 1
      }
    }
    return sum / weights
  }
}
