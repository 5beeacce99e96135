public import RivuletCredit
import RivuletNumerics

/// Prompts whose rewards are centred on their own mean and divided by the spread of the whole batch.
///
/// Flow-GRPO's default. Reward i of prompt p is mu_p + s_p z_p + sigma_p e_{p,i}, z and e standard normal: s_p
/// is what members of the prompt share, an initial noise for example. With T the sum of the squares of all
/// rewards about their common mean and X_p ~ chi^2_{G-1} that of the prompt about its own, in units of
/// sigma_p^2, the estimator (1/G) sum_i A_i e_{p,i} has the mean
///
///     b_p = (sigma_p/G) E[X_p sqrt(n/T)],   n = P G (population) or P G - 1 (sample).
///
/// With 1/sqrt(T) = (2/sqrt(pi)) int_0^inf exp(-u^2 T) du this is one integral,
///
///     b_p = (sigma_p (G-1)/G) sqrt(n/pi) 2 int_0^inf L(u)/a_p du,   a_p = 1 + 2 u^2 sigma_p^2,
///     L = prod a_p^{-(G-1)/2} prod c_p^{-1/2} (mean of 1/c_p)^{-1/2} exp(-u^2 G sum_p (mu_p - m)^2/c_p),
///
/// c_p = 1 + 2 u^2 (sigma_p^2 + G s_p^2) and m the mean of mu_p with the weights 1/c_p. Where all sigma_p are
/// one sigma and all s_p zero it is, with lambda = G sum (mu_p - mean)^2/sigma^2,
///
///     b = sqrt(n/2) ((G-1)/G) Gamma(PG/2)/Gamma((PG+1)/2) 1F1(1/2; (PG+1)/2; -lambda/2).
///
/// Derived; epsilon is zero, which changes b by at most epsilon over the spread.
public struct PromptBatch: Sendable, Hashable {
  /// The rewards of one prompt.
  public struct Prompt: Sendable, Hashable {
    /// mu_p, their mean.
    public let mean: Double
    /// sigma_p, the standard deviation between members; positive.
    public let deviation: Double
    /// s_p, the standard deviation of what the members share; not negative.
    public let sharedDeviation: Double

    /// Makes the law of a prompt's rewards.
    ///
    /// - Parameters:
    ///   - mean: mu_p.
    ///   - deviation: sigma_p, positive.
    ///   - sharedDeviation: s_p, not negative.
    public init(mean: Double, deviation: Double, sharedDeviation: Double = 0) {
      precondition(
        mean.isFinite && deviation > 0 && deviation.isFinite && sharedDeviation >= 0
          && sharedDeviation.isFinite,
        "rewards have a finite mean, a positive deviation and a shared one not negative, got \(mean), "
          + "\(deviation) and \(sharedDeviation)")
      self.mean = mean
      self.deviation = deviation
      self.sharedDeviation = sharedDeviation
    }
  }

  /// G, the members of each prompt.
  public let groupSize: Int
  /// The prompts.
  public let prompts: [Prompt]

  /// Makes a batch.
  ///
  /// - Parameters:
  ///   - groupSize: G, one or more.
  ///   - prompts: One or more prompts.
  public init(groupSize: Int, prompts: [Prompt]) {
    precondition(
      groupSize >= 1 && !prompts.isEmpty,
      "a batch has one or more prompts and members, got \(prompts.count) and \(groupSize)")
    self.groupSize = groupSize
    self.prompts = prompts
  }

  /// Returns the factor of the unit direction w/|w| in the mean of (1/G) sum A xi of one prompt.
  ///
  /// With the conventions that do not divide it is their factor of the group times sigma_p.
  ///
  /// - Parameters:
  ///   - prompt: p, the number of the prompt.
  ///   - convention: What centred rewards are divided by.
  /// - Returns: b_p, to about thirteen digits.
  public func factor(prompt: Int, convention: AdvantageRule.Convention) -> Double {
    let own = prompts[prompt].deviation
    guard groupSize > 1 else { return 0 }
    let count = groupSize * prompts.count
    let divisor: Int
    switch convention {
    case .none, .leaveOneOut:
      return own
        * AdvantageFactor.standardisationFactor(groupSize: groupSize, convention: convention)
    case .population: divisor = count
    case .sample: divisor = count - 1
    }
    let share = Double(groupSize - 1) / Double(groupSize)
    return own * share * (Double(divisor) / Double.pi).squareRoot() * 2
      * integral(weighting: prompt)
  }

  /// int_0^inf L(u)/a_p du by the trapezoidal rule in y, u = scale sinh(y).
  ///
  /// The integrand is even in y and, with the scale 1/sqrt(E[T]), analytic and bounded in the strip of
  /// half-width pi/4 about the mesh: the real part of u^2 stays above -1/(2 E[T]).
  private func integral(weighting prompt: Int) -> Double {
    let members = Double(groupSize)
    var centre = 0.0
    for item in prompts { centre += item.mean }
    centre /= Double(prompts.count)
    var total = 0.0
    for item in prompts {
      let distance = item.mean - centre
      total += members * (distance * distance)
      total += members * (item.deviation * item.deviation)
      total += members * (item.sharedDeviation * item.sharedDeviation)
    }
    let scale = 1 / total.squareRoot()
    let mesh = 1.0 / 8
    let own = prompts[prompt].deviation
    var sum = 0.0
    var index = 0
    while true {
      let root = Elementary.exp(mesh * Double(index))
      let u = scale * (root - 1 / root) / 2
      let slope = scale * (root + 1 / root) / 2
      let term = slope * Elementary.exp(logTransform(u * u)) / (1 + 2 * u * u * own * own)
      sum += index == 0 ? term / 2 : term
      guard term > 1e-18 * sum else { break }
      index += 1
    }
    return sum * mesh
  }

  /// log E[exp(-t T)].
  private func logTransform(_ t: Double) -> Double {
    let members = Double(groupSize)
    var result = 0.0
    var weights = 0.0
    var means = 0.0
    for item in prompts {
      let within = 2 * t * item.deviation * item.deviation
      let between = within + 2 * t * members * item.sharedDeviation * item.sharedDeviation
      result -= (members - 1) / 2 * Elementary.log1p(within) + Elementary.log1p(between) / 2
      weights += 1 / (1 + between)
      means += item.mean / (1 + between)
    }
    result -= Elementary.log(weights / Double(prompts.count)) / 2
    let centre = means / weights
    for item in prompts {
      let spread =
        item.deviation * item.deviation
        + members * item.sharedDeviation * item.sharedDeviation
      let distance = item.mean - centre
      result -= t * members * distance * distance / (1 + 2 * t * spread)
    }
    return result
  }
}
