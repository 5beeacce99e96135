/// The spread of a whole batch against that of its groups, by the law of total variance.
///
/// Flow-GRPO divides by the spread of all raw rewards of a batch. That spread contains the
/// differences *between* prompts, which the advantages, centred on their prompt, do not.
public enum BatchSpread {
  /// Returns the population variance of a batch of equal groups from their variances and means.
  ///
  ///     mean of the groups' population variances + population variance of the groups' means
  ///
  /// An identity for any rewards.
  ///
  /// - Parameters:
  ///   - within: The population variance of each group; not negative.
  ///   - means: The mean of each group.
  /// - Returns: The population variance of all rewards.
  public static func variance(within: [Double], means: [Double]) -> Double {
    precondition(
      within.count == means.count && !within.isEmpty,
      "there are \(within.count) variances and \(means.count) means; give one of each for a group")
    let count = Double(within.count)
    var sum = 0.0
    var centre = 0.0
    for index in within.indices {
      sum += within[index]
      centre += means[index]
    }
    centre /= count
    for mean in means { sum += (mean - centre) * (mean - centre) }
    return sum / count
  }

  /// Returns the expected population variance of a batch with independent rewards.
  ///
  ///     (1 - 1/(P G)) w + u
  ///
  /// for P prompts of G rewards each, w the variance of a reward within its prompt, u the population
  /// variance of the prompts' true means.
  ///
  /// - Parameters:
  ///   - prompts: P, one or more.
  ///   - groupSize: G, one or more.
  ///   - within: w, not negative.
  ///   - between: u, not negative.
  /// - Returns: The expectation.
  public static func expectedVariance(
    prompts: Int, groupSize: Int, within: Double, between: Double
  ) -> Double {
    precondition(prompts >= 1 && groupSize >= 1, "a batch has prompts and rewards")
    return (1 - 1 / Double(prompts * groupSize)) * within + between
  }

  /// Returns the ratio of the batch's spread to that of its groups, in the limit of many rewards.
  ///
  ///     sqrt(1 + u / w)
  ///
  /// Advantages with the batch's spread are smaller by this ratio than those with their own group's,
  /// for a group of average variance.
  ///
  /// - Parameters:
  ///   - within: w, the variance of a reward within its prompt; positive.
  ///   - between: u, the variance of the prompts' means; not negative.
  /// - Returns: The ratio, at least one.
  public static func deviationRatio(within: Double, between: Double) -> Double {
    precondition(
      within > 0 && between >= 0,
      "variances are positive within and not negative between, got \(within) and \(between)")
    return (1 + between / within).squareRoot()
  }
}
