import RivuletNumerics

extension FusionBias {
  /// Returns E[max_b w_b], how far the weights are from uniform on average.
  ///
  ///     K E[ w_1; q_1 smallest ] = K int f(q) dq int_0^inf e^{-s} E[exp(-s e^{q - q'}); q' > q]^{K-1} ds
  ///
  /// from w_1 = 1/(1 + sum e^{q_1 - q_b}) = int e^{-s} prod exp(-s e^{q_1 - q_b}) ds.
  /// 1/K for uniform weights, 1 for one-hot ones. At D = 65536 and K = 4: .2507 with averaged
  /// log-probabilities, .996 with summed ones.
  ///
  /// - Parameter nodes: Gauss-Legendre nodes for each panel, 8 to 128; doubling them shows the error,
  ///   below 1e-10 at the default.
  /// - Returns: The expectation, 1/K to 1.
  public func expectedLargestWeight(nodes: Int = 16) -> Double {
    let law = RadialLaw(dimension: dimension, nodes: nodes)
    guard sharpness > 0, children > 1 else { return 1 / Double(children) }
    let half = sharpness / 2
    // The variable s in panels; e^{-s} ends at 40.
    var scales: [Double] = []
    var shares: [Double] = []
    let cuts = [0.0, 0.5, 1.5, 4, 9, 18, 40]
    for index in 1..<cuts.count {
      let width = cuts[index] - cuts[index - 1]
      for (node, weight) in zip(law.rule.nodes, law.rule.weights) {
        let s = cuts[index - 1] + width * (node + 1) / 2
        scales.append(s)
        shares.append(weight * width / 2 * Elementary.exp(-s))
      }
    }
    let distances = [0.0, 1.5, 3, 5, 8, 13, 22, 42]
    let smallest = law.integral(from: law.lower, to: law.upper) { rho in
      let q = half * rho * rho
      // exp(-s e^{-d}) at the distances d = q' - q, with the density's weights; one beyond the last.
      var decays: [Double] = []
      var densities: [Double] = []
      for index in 1..<distances.count {
        let low = max(law.lower, ((q + distances[index - 1]) / half).squareRoot())
        let high = min(law.upper, ((q + distances[index]) / half).squareRoot())
        guard low < high else { continue }
        let panels = Int(((high - low) / 2).rounded(.up))
        let width = (high - low) / Double(panels)
        for panel in 0..<panels {
          for (node, weight) in zip(law.rule.nodes, law.rule.weights) {
            let other = low + width * (Double(panel) + (node + 1) / 2)
            decays.append(Elementary.exp(q - half * other * other))
            densities.append(weight * width / 2 * law.density(other))
          }
        }
      }
      let beyond = law.tail(((q + 42) / half).squareRoot())
      var inner = 0.0
      for index in scales.indices {
        var farther = beyond
        for point in decays.indices {
          farther += densities[point] * Elementary.exp(-scales[index] * decays[point])
        }
        var power = 1.0
        for _ in 1..<children { power *= farther }
        inner += shares[index] * power
      }
      return inner
    }
    return Double(children) * smallest
  }

  /// Returns the effective number of leaves behind given weights, 1/sum w^2.
  ///
  /// For rewards independent of the weights, iid with variance v, the weighted mean has variance v/ESS.
  ///
  /// - Parameter weights: Not negative, not all zero; divided by their sum first.
  /// - Returns: A number from 1 to the count; the count where and only where all weights are equal.
  public static func effectiveSampleSize(of weights: [Double]) -> Double {
    let sum = Sums.sum(weights)
    precondition(sum > 0 && sum.isFinite, "weights must have a positive finite sum, got \(sum)")
    var squares = 0.0
    for weight in weights {
      precondition(weight >= 0, "a weight is not negative, got \(weight)")
      squares += (weight / sum) * (weight / sum)
    }
    return 1 / squares
  }
}
