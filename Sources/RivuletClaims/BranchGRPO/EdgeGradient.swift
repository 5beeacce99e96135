import RivuletCredit

/// The gradient estimator of some edges of trees that stand in lanes.
enum EdgeGradient {
  /// Returns the mean of A xi over neighbouring edges, in every lane.
  ///
  /// - Parameters:
  ///   - advantages: A, `[node][lane]`.
  ///   - noises: xi of these edges in their order, `[edge][lane]`.
  ///   - first: The first of these edges.
  /// - Returns: One number for each lane.
  static func means(
    _ advantages: [Double], noises: [[Double]], first: Int
  ) -> [Double] {
    let lanes = noises[0].count
    var sums = [Double](repeating: 0, count: lanes)
    for (edge, noise) in noises.enumerated() {
      let start = (first + edge) * lanes
      for lane in 0..<lanes { sums[lane] += advantages[start + lane] * noise[lane] }
    }
    return sums.map { $0 / Double(noises.count) }
  }

  /// Returns the uniform values and their advantages for rewards `[leaf][lane]`.
  static func credit(
    _ rewards: [[Double]], shape: TreeShape, rule: TreeAdvantageRule
  ) -> (values: [Double], advantages: [Double]) {
    let lanes = rewards[0].count
    let values = RewardFusion.uniform.values(
      of: rewards.flatMap { $0 }, shape: shape, lanes: lanes)
    return (values, rule.advantages(of: values, shape: shape, lanes: lanes))
  }
}

extension TreeShape {
  /// A balanced tree whose widths are written down in a claim.
  static func balanced(_ widths: Int...) -> TreeShape {
    do {
      return try TreeShape(widths: widths)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

extension TreeAdvantageRule {
  /// A value less the mean of a baseline, not divided by a spread.
  static func centred(_ baseline: Baseline) -> TreeAdvantageRule {
    TreeAdvantageRule(baseline: baseline, convention: .none, epsilon: 0)
  }

  /// A value less the mean of the others of a baseline.
  static func leaveOneOut(_ baseline: Baseline) -> TreeAdvantageRule {
    TreeAdvantageRule(baseline: baseline, convention: .leaveOneOut, epsilon: 0)
  }
}

extension TreeSetting {
  /// The clean prediction x - t v of the last step as a function of its state x, by the text's formulas.
  ///
  ///     v = alpha (x - (1 - t) m) - m,   alpha = (t - (1 - t) s^2)/((1 - t)^2 s^2 + t^2)
  func cleanPrediction(_ coordinate: Int = 0) -> (slope: Double, offset: Double) {
    let time = formula(coordinate).times[stepCount - 1]
    let rest = 1 - time
    let mean = means[coordinate]
    let variance = scales[coordinate] * scales[coordinate]
    let alpha = (time - rest * variance) / (rest * rest * variance + time * time)
    return (1 - time * alpha, time * (alpha * rest * mean + mean))
  }
}
