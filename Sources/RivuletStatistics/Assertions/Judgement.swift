/// What a measurement says under its share of the error budget.
public struct Judgement: Sendable, Hashable, Codable {
  /// The ways in which an assertion can end.
  public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// The number agrees with its expectation, and a relevant deviation would have been seen.
    case passed
    /// The number is too far from its expectation, or not a number.
    case fell
    /// The number is closer to its expectation than chance allows.
    case tooGood
    /// The number agrees, but a deviation of the required size could have been missed.
    case underPowered
  }

  /// The measured number.
  public let observed: Double
  /// The number that it should be.
  public let expected: Double
  /// The two-sided p-value; nil for an identity, NaN if it is not defined.
  public let p: Double?
  /// The expectations that are not rejected at level alpha / 2.
  public let interval: ConfidenceInterval
  /// The number of values, degrees of freedom or trials; nil for an identity.
  public let sampleSize: Int?
  /// The least deviation that is sure to be seen; the tolerance of an identity.
  public let detectableEffect: Double
  /// The deviation that had to be seen.
  public let requiredEffect: Double
  /// How the assertion ended.
  public let outcome: Outcome
}

extension Measurement {
  /// Judges the measurement under a false-alarm rate.
  ///
  /// One half of `alpha` guards against numbers too far from the expectation (p < alpha/2), the other
  /// against numbers too close to it, which a sampler that does not sample would give. For continuous
  /// laws the second rule is p > 1 - alpha/2. A proportion's likeliest count has p = 1 and happens often, so
  /// in general the rule is: the probability of being this close or closer is below alpha/2. A right
  /// expectation thus fails with a probability of at most `alpha`.
  ///
  /// The interval and the detectable effect are those of the first rule, at level alpha/2: the number falls
  /// if and only if its expectation lies outside the interval (up to rounding).
  ///
  /// A number passes only if the detectable effect is at most `requiredEffect`. An identity passes if and
  /// only if |observed - expected| <= tolerance and all three are finite; no power is asked of it.
  ///
  /// - Parameters:
  ///   - alpha: The assertion's share of the error budget, in (0, 1).
  ///   - missRate: The probability of missing a deviation of the detectable size, in (0, 1).
  ///   - requiredEffect: The deviation that must be seen, in the unit of the number.
  /// - Returns: The judgement. NaN never passes.
  public func judged(
    alpha: Double, missRate: Double = 1e-6, requiredEffect: Double
  ) -> Judgement {
    let farShare = alpha / 2
    let closeShare = alpha / 2
    let detectable = detectableEffect(alpha: farShare, missRate: missRate)
    let p = pValue
    let outcome: Judgement.Outcome =
      if case .identity(let observed, let expected, let tolerance) = self {
        observed.isFinite && expected.isFinite && tolerance.isFinite
          && abs(observed - expected) <= tolerance ? .passed : .fell
      } else if let test, let p, p >= farShare {
        if test.closeness < closeShare {
          .tooGood
        } else {
          detectable <= requiredEffect ? .passed : .underPowered
        }
      } else {
        .fell
      }
    return Judgement(
      observed: observed, expected: expected, p: p, interval: interval(alpha: farShare),
      sampleSize: sampleSize, detectableEffect: detectable, requiredEffect: requiredEffect,
      outcome: outcome)
  }
}
