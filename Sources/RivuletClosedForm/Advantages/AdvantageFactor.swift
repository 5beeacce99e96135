public import RivuletCredit

/// What an advantage rule makes of a reward that is linear in Gaussian noise.
///
/// Rewards r_i = sum_k w_k xi_{i,k} of G independent members, xi standard normal, have deviation |w|.
/// The estimator of a step's gradient is (1/G) sum_i A_i xi_{i,k}, and by symmetry its mean is a
/// factor b times
///
/// | convention | mean of (1/G) sum A xi_k | b |
/// |---|---|---|
/// | leaveOneOut | b w_k | 1 |
/// | none | b w_k | 1 - 1/G |
/// | population | b w_k / abs(w) | sqrt((G - 1)/G) c4(G) |
/// | sample | b w_k / abs(w) | ((G - 1)/G) c4(G) |
///
/// Derivation for the spread forms, w of one number: (1/G) sum A xi = Q / (G S) with the sum of
/// squares Q = sum (xi - mean)^2 ~ chi^2_{G-1}; S = sqrt(Q/G) or sqrt(Q/(G-1)) leaves the mean of a
/// chi variable, E sqrt(Q) = sqrt(G - 1) c4(G). More noise directions turn w into a unit vector.
///
/// Standardising therefore divides the natural influence w_k of a step out. A rule that branches at
/// one step, |w| = |w_k|, keeps only its sign, which is why such an estimator needs a step weight.
public enum AdvantageFactor {
  /// Returns c4(G), the mean of a sample standard deviation of G normal numbers of deviation one.
  ///
  ///     c4(G) = sqrt(2 / (G - 1)) Gamma(G/2) / Gamma((G - 1)/2)
  ///
  /// The quotient q(G) of gamma functions follows from q(2) = 1/sqrt(pi) and
  /// q(G + 1) = (G - 1) / (2 q(G)), which loses no digits as differences of logarithms do.
  ///
  /// - Parameter groupSize: G, two or more; the cost grows with it.
  /// - Returns: c4(G), from 0.798 to 1.
  public static func c4(groupSize: Int) -> Double {
    precondition(groupSize >= 2, "c4 needs two or more members, got \(groupSize)")
    var quotient = 1 / Double.pi.squareRoot()
    for size in 2..<groupSize { quotient = Double(size - 1) / (2 * quotient) }
    return (2 / Double(groupSize - 1)).squareRoot() * quotient
  }

  /// Returns the factor b of a convention, without epsilon.
  ///
  /// It multiplies the unit direction w / |w| for `population` and `sample`, and w itself for `none`
  /// and `leaveOneOut`. A group of one gives zero.
  ///
  /// - Parameters:
  ///   - groupSize: G, one or more.
  ///   - convention: What centred rewards are divided by.
  /// - Returns: b, in [0, 1].
  public static func standardisationFactor(
    groupSize: Int, convention: AdvantageRule.Convention
  ) -> Double {
    precondition(groupSize >= 1, "a group has one or more members, got \(groupSize)")
    guard groupSize > 1 else { return 0 }
    let share = Double(groupSize - 1) / Double(groupSize)
    switch convention {
    case .leaveOneOut: return 1
    case .none: return share
    case .population: return share.squareRoot() * c4(groupSize: groupSize)
    case .sample: return share * c4(groupSize: groupSize)
    }
  }

  /// Returns the mean of (1/G) sum_i A_i xi_{i,k} under a convention, without epsilon.
  ///
  /// - Parameters:
  ///   - groupSize: G, one or more.
  ///   - convention: What centred rewards are divided by.
  ///   - influence: w_k, the factor of the step's noise in the reward, with its sign.
  ///   - rewardDeviation: |w|, the standard deviation of the reward over the group; at least |w_k|.
  ///     Equal to |w_k| where members differ in the noise of this step alone.
  /// - Returns: b w_k or b w_k / |w|; zero where the reward does not vary.
  public static func meanProduct(
    groupSize: Int, convention: AdvantageRule.Convention, influence: Double,
    rewardDeviation: Double
  ) -> Double {
    let factor = standardisationFactor(groupSize: groupSize, convention: convention)
    switch convention {
    case .none, .leaveOneOut: return factor * influence
    case .population, .sample:
      return rewardDeviation > 0 ? factor * (influence / rewardDeviation) : 0
    }
  }

  /// Returns the factor of centred siblings whose fork noises are correlated.
  ///
  ///     (1 - 1/K)(1 - rho)
  ///
  /// Siblings share the part rho of the variance of their noise, and centring removes it. No division
  /// by a spread.
  ///
  /// - Parameters:
  ///   - siblings: K, one or more.
  ///   - correlation: rho in [0, 1]; 0 for independent siblings.
  /// - Returns: The factor of w_k.
  public static func centredSiblingFactor(siblings: Int, correlation: Double) -> Double {
    precondition(siblings >= 1, "a fork has one or more children, got \(siblings)")
    precondition(
      correlation >= 0 && correlation <= 1, "the correlation lies in [0, 1], got \(correlation)")
    return (1 - 1 / Double(siblings)) * (1 - correlation)
  }

  /// Returns the ratio by which epsilon shrinks one group's standardised advantages, std/(std + eps).
  ///
  /// Exact for a group whose spread is `deviation`; for the mean over groups see
  /// ``standardisationFactor(groupSize:convention:epsilon:rewardDeviation:)``.
  ///
  /// - Parameters:
  ///   - deviation: The spread of the group's rewards, in the form that the convention divides by.
  ///   - epsilon: The number added to it.
  /// - Returns: The ratio, in [0, 1]; zero where both are zero.
  public static func shrinkage(deviation: Double, epsilon: Double) -> Double {
    precondition(deviation >= 0 && epsilon >= 0, "spread and epsilon are not negative")
    return deviation > 0 ? deviation / (deviation + epsilon) : 0
  }
}
