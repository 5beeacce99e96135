public import RivuletCredit
import RivuletNumerics

/// One trained step of branching whose advantages are taken over all seeds of a prompt.
///
/// Branch j of seed s has the reward P z_s + B xi_{s,j}: the seed moves the mean of its branches by P,
/// the noise of the step moves a branch by B. A seed group sees B alone. A prompt group of N seeds
/// with K branches sees both, and its standardised advantages carry less of the step's noise.
public struct PromptGroup: Sendable, Hashable {
  /// N, the number of seeds.
  public let seeds: Int
  /// K, the number of branches of each seed.
  public let branches: Int
  /// B, the standard deviation of the reward over the branches of a seed.
  public let branchDeviation: Double
  /// P, the standard deviation over seeds of their branches' mean reward.
  public let seedDeviation: Double

  /// Makes the group.
  ///
  /// - Parameters:
  ///   - seeds: N, one or more.
  ///   - branches: K, one or more.
  ///   - branchDeviation: B, positive. See ``BranchingLaw/rewardDeviation(step:gradient:)``.
  ///   - seedDeviation: P, not negative. See ``BranchingLaw/seedDeviation(step:gradient:)``.
  public init(seeds: Int, branches: Int, branchDeviation: Double, seedDeviation: Double) {
    precondition(
      seeds >= 1 && branches >= 1,
      "a prompt group has one or more seeds and branches, got \(seeds) x \(branches)")
    precondition(
      branchDeviation > 0 && branchDeviation.isFinite,
      "the deviation over branches is positive, got \(branchDeviation)")
    precondition(
      seedDeviation >= 0 && seedDeviation.isFinite,
      "the deviation over seeds is not negative, got \(seedDeviation)")
    self.seeds = seeds
    self.branches = branches
    self.branchDeviation = branchDeviation
    self.seedDeviation = seedDeviation
  }

  /// The variance of a reward over all seeds and branches, P^2 + B^2 (law of total variance).
  public var rewardVariance: Double {
    seedDeviation * seedDeviation + branchDeviation * branchDeviation
  }

  /// The attenuation in the limit of many seeds, rho = B / sqrt(B^2 + P^2).
  public var limitingAttenuation: Double { branchDeviation / rewardVariance.squareRoot() }

  /// Returns the mean of (1/NK) sum A xi, in the sign of the noise's influence.
  ///
  ///     population    c(NK) 2F1(1/2, (N - 1)/2; (NK - 1)/2; -K P^2 / B^2),
  ///                   c(G) = sqrt((G - 1)/G) c4(G)
  ///     sample        sqrt((NK - 1)/NK) times that
  ///     none          (1 - 1/NK) B
  ///     leaveOneOut   B
  ///
  /// Exact for Gaussian z and xi, without epsilon. Derivation: the sums of squares within seeds
  /// B^2 X, X ~ chi^2_{N(K-1)}, and between seeds (B^2 + K P^2) Y, Y ~ chi^2_{N-1}, are
  /// independent, and given them sum (r - mean) xi has the mean B (X + Y). With
  /// T = Y/(X + Y) ~ Beta((N - 1)/2, N(K - 1)/2), independent of X + Y, the mean is
  /// E sqrt(X + Y) / sqrt(NK) times E (1 + (K P^2/B^2) T)^(-1/2), Euler's integral of 2F1.
  /// P = 0 gives c(NK) and N = 1 gives c(K). It is larger than c(NK) times the limiting attenuation.
  ///
  /// - Parameter convention: What centred rewards are divided by.
  /// - Returns: The mean.
  public func meanProduct(convention: AdvantageRule.Convention) -> Double {
    let factor = AdvantageFactor.standardisationFactor(
      groupSize: seeds * branches, convention: convention)
    switch convention {
    case .none, .leaveOneOut: return factor * branchDeviation
    case .population, .sample: return factor * meanInverseRoot
    }
  }

  /// E (1 + (K P^2/B^2) T)^(-1/2), T ~ Beta((N - 1)/2, N(K - 1)/2).
  private var meanInverseRoot: Double {
    let ratio = seedDeviation / branchDeviation
    let b = Double(seeds - 1) / 2
    let c = Double(seeds * branches - 1) / 2
    guard c > 0 else { return 1 }  // a group of one, whose factor is zero
    return Special.hypergeometric2F1(0.5, b, c, -Double(branches) * ratio * ratio)
  }
}
