import RivuletNumerics

extension CreditFidelity {
  /// Returns the fidelity of each step of a balanced tree whose advantages are divided by the sample standard
  /// deviation of their depth, as BranchGRPO's are.
  ///
  /// The n = n_k centred values of a depth are normal with one variance for each fork j <= k, on the
  /// n_j - n_{j-1} contrasts between the children of one fork of step j:
  ///
  ///     lambda_j = (1 - rho) d_j n_k/n_j + sum_{i > j} d_i n_k u_i,
  ///
  /// and such a contrast has the covariance sqrt(d_k) c_j with that of the step's noise, c_k = 1 - rho at
  /// the step itself and c_j = n_k u_k above. The mean square of standardised advantages is (n - 1)/n
  /// whatever the values are. With Q the sum of squares of the centred values, of which each contrast a of
  /// fork j is a part,
  ///
  ///     F_k = (d_k / n) ( sum_j (n_j - n_{j-1}) (c_j/lambda_j) E[a_j^2 / sqrt(Q)] )^2.
  ///
  /// The expectation is an integral over y >= 0 by 1/sqrt(Q) = (2/sqrt(pi)) int exp(-y^2 Q) dy, taken by
  /// quadrature in the angle with tan = sqrt(2 Lambda) y, to about twelve digits. Where all contrasts have
  /// one variance the result is the centred fidelity times c4(n)^2: two nodes give 2/pi of it.
  ///
  /// Exact for a linear reward of a Gaussian flow, without epsilon and gate.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - nodeCounts: n_k, each a multiple of the number before.
  ///   - siblingCorrelation: rho in [0, 1], the correlation of the noise of the children of one fork.
  /// - Returns: F_k, one number in [0, 1] for each step; 0 where a depth has one node.
  public static func standardisedTree(
    shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double = 0
  ) -> [Double] {
    let products = depthProducts(
      shares: shares, nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation)
    return shares.steps.indices.map { step in
      let size = Double(nodeCounts[step])
      guard nodeCounts[step] > 1 else { return 0 }
      // The mean square of the advantages is (n - 1)/n.
      return shares.steps[step] * products[step] * products[step] * (size / (size - 1))
    }
  }

  /// Returns E[(1/n) sum_e A_e xi_e]/sqrt(d_k) with advantages divided by the sample deviation of their depth.
  ///
  ///     (sqrt(n - 1)/n) sum_j (n_j - n_{j-1}) (c_j/lambda_j) E[a_j^2/sqrt(Q)]
  ///
  /// in the letters of ``standardisedTree(shares:nodeCounts:siblingCorrelation:)``. Times the influence w_k it
  /// is the mean of the estimator of the step's gradient.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - nodeCounts: n_k, each a multiple of the number before.
  ///   - siblingCorrelation: rho in [0, 1], the correlation of the noise of the children of one fork.
  /// - Returns: One number for each step; 0 where a depth has one node or the step decides nothing.
  public static func depthProducts(
    shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double = 0
  ) -> [Double] {
    products(
      shares: shares, nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation,
      dividesByLeaves: false)
  }

  /// Returns E[(1/n) sum_e A_e xi_e]/sqrt(d_k) with values centred on the tree's mean and divided by the sample
  /// deviation of its L leaves.
  ///
  ///     (sqrt(L - 1)/n) sum_{j <= k} (n_j - n_{j-1}) (c_j/lambda_j) E[a_j^2/sqrt(Q)],
  ///
  /// a_j the contrasts of the leaves, lambda_j their variances, Q the sum of the squares of all of them, those
  /// of later forks included.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - nodeCounts: n_k, each a multiple of the number before.
  ///   - siblingCorrelation: rho in [0, 1], the correlation of the noise of the children of one fork.
  /// - Returns: One number for each step; 0 where a depth has one node or the step decides nothing.
  public static func leafProducts(
    shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double = 0
  ) -> [Double] {
    products(
      shares: shares, nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation,
      dividesByLeaves: true)
  }

  private static func products(
    shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double, dividesByLeaves: Bool
  ) -> [Double] {
    precondition(
      nodeCounts.count == shares.stepCount,
      "there are node counts for \(nodeCounts.count) steps and shares of \(shares.stepCount)")
    let weights = TreeMeanVariance.weights(
      nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation)
    let steps = shares.steps
    // sum_{i > j} d_i u_i
    var below = [Double](repeating: 0, count: steps.count)
    for step in steps.indices.dropLast().reversed() {
      below[step] = below[step + 1] + steps[step + 1] * weights[step + 1]
    }
    let own = 1 - siblingCorrelation
    let rule = GaussLegendre(count: 256)
    return steps.indices.map { step in
      let size = Double(nodeCounts[step])
      guard nodeCounts[step] > 1, steps[step] > 0 else { return 0 }
      // The depth whose values are compared; contrasts of its later forks hold nothing of the step's noise.
      let last = dividesByLeaves ? steps.count - 1 : step
      let compared = Double(nodeCounts[last])
      var contrasts: [Contrasts] = []
      for fork in 0...last {
        let before = fork > 0 ? nodeCounts[fork - 1] : 1
        guard nodeCounts[fork] > before else { continue }
        contrasts.append(
          Contrasts(
            count: nodeCounts[fork] - before,
            variance: own * steps[fork] * compared / Double(nodeCounts[fork])
              + compared * below[fork],
            covariance: fork > step ? 0 : fork == step ? own : size * weights[step]))
      }
      return (compared - 1).squareRoot() / size * projection(of: contrasts, rule: rule)
    }
  }

  /// Orthonormal contrasts of one variance between the nodes of a depth.
  private struct Contrasts {
    let count: Int
    let variance: Double
    let covariance: Double
  }

  /// sum_j m_j (c_j/lambda_j) E[a_j^2/sqrt(Q)].
  private static func projection(of contrasts: [Contrasts], rule: GaussLegendre) -> Double {
    var total = 0.0
    var count = 0
    for part in contrasts {
      total += Double(part.count) * part.variance
      count += part.count
    }
    guard total > 0 else { return 0 }
    let scale = total / Double(count)
    var integral = 0.0
    for (node, weight) in zip(rule.nodes, rule.weights) {
      let angle = Double.pi / 4 * (1 + node)
      let cosine = Elementary.cos(angle)
      let sine = Elementary.sin(angle)
      var product = 1.0
      var sum = 0.0
      for part in contrasts {
        // 1 + 2 lambda y^2 is g / cos^2.
        let g = cosine * cosine + part.variance / scale * sine * sine
        product *= power(cosine / g.squareRoot(), part.count)
        if part.covariance > 0 { sum += Double(part.count) * part.covariance / g }
      }
      integral += weight * sum * product
    }
    return integral * (Double.pi / 4) * 2 / (Double.pi * 2 * scale).squareRoot()
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest % 2 == 1 { result *= square }
      square *= square
      rest /= 2
    }
    return result
  }
}
