extension Measurement {
  /// The laws that a measurement may follow.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// No sampling error.
    case identity
    /// The mean of independent values.
    case mean
    /// The variance of Gaussian values.
    case variance
    /// Successes in independent trials.
    case proportion
  }

  /// The law that the measurement follows.
  public var kind: Kind {
    switch self {
    case .identity: .identity
    case .mean: .mean
    case .variance: .variance
    case .proportion: .proportion
    }
  }

  /// The measured number.
  public var observed: Double {
    switch self {
    case .identity(let observed, _, _), .mean(let observed, _, _, _, _),
      .variance(let observed, _, _):
      observed
    case .proportion(let successes, let trials, _): Double(successes) / Double(trials)
    }
  }

  /// The number that it should be.
  public var expected: Double {
    switch self {
    case .identity(_, let expected, _), .mean(_, let expected, _, _, _),
      .variance(_, let expected, _), .proportion(_, _, let expected):
      expected
    }
  }

  /// The number of values, degrees of freedom or trials; nil for an identity.
  public var sampleSize: Int? {
    switch self {
    case .identity: nil
    case .mean(_, _, _, let count, _): count
    case .variance(_, _, let degreesOfFreedom): degreesOfFreedom
    case .proportion(_, let trials, _): trials
    }
  }

  /// Whether the measurement has a sampling error.
  public var isSampled: Bool { kind != .identity }

  /// The two-sided p-value: how likely a greater distance is if the expectation is right.
  ///
  /// Nil for an identity, which has no law; NaN if the numbers are not finite or out of range (a
  /// sigma of zero, more successes than trials), which neither passes nor rejects anything.
  public var pValue: Double? { isSampled ? test?.pValue ?? .nan : nil }

  /// Returns the expectations that the measurement does not reject.
  ///
  /// The mean with known sigma: observed -+ z_{alpha/2} sigma / sqrt(n), with Student's quantile in place
  /// of z if sigma was estimated; the variance: the chi-square interval; the proportion: Clopper-Pearson;
  /// the identity: observed -+ tolerance whatever alpha is.
  ///
  /// - Parameter alpha: The probability that the interval misses the true value, in (0, 1).
  /// - Returns: The interval; both ends are NaN if the measurement is not defined.
  public func interval(alpha: Double) -> ConfidenceInterval {
    precondition(alpha > 0 && alpha < 1, "alpha must be in (0, 1), got \(alpha)")
    if case .identity(let observed, _, let tolerance) = self {
      return ConfidenceInterval(lower: observed - tolerance, upper: observed + tolerance)
    }
    return test?.interval(alpha: alpha) ?? .undefined
  }

  /// Returns the least true deviation that a two-sided test at level `alpha` is sure to see.
  ///
  ///     mean:       (z_{alpha/2} + z_beta) sigma / sqrt(n)
  ///     variance:   expected (c_{1-alpha/2} / c_beta - 1), c the chi-square quantiles
  ///     proportion: the difference at which the critical count is missed with probability beta
  ///     identity:   its tolerance
  ///
  /// - Parameters:
  ///   - alpha: The level of the test, in (0, 1).
  ///   - missRate: beta, the probability of missing a deviation of this size, in (0, 1).
  /// - Returns: A deviation in the unit of the number; NaN if the measurement is not defined.
  public func detectableEffect(alpha: Double, missRate: Double = 1e-6) -> Double {
    precondition(alpha > 0 && alpha < 1, "alpha must be in (0, 1), got \(alpha)")
    precondition(missRate > 0 && missRate < 1, "missRate must be in (0, 1), got \(missRate)")
    if case .identity(_, _, let tolerance) = self { return tolerance }
    return test?.detectableEffect(alpha: alpha, missRate: missRate) ?? .nan
  }

  /// The test of a sampled measurement whose numbers are sound.
  var test: (any StatisticalTest)? {
    switch self {
    case .identity:
      nil
    case .mean(let observed, let expected, let sigma, let count, let sigmaIsKnown):
      MeanTest(
        observed: observed, expected: expected, sigma: sigma, count: count,
        sigmaIsKnown: sigmaIsKnown)
    case .variance(let observed, let expected, let degreesOfFreedom):
      VarianceTest(observed: observed, expected: expected, degreesOfFreedom: degreesOfFreedom)
    case .proportion(let successes, let trials, let expected):
      ProportionTest(successes: successes, trials: trials, expected: expected)
    }
  }
}
