import RivuletNumerics

// For any reward r = f(u, xi) and independent noises. Given the parents' noises the leaves are independent,
// so every moment is a sum over patterns of equal indices: which factors of a product belong to the same
// leaf, and below which to the same parent. All factors with E[xi] = 0 alone in their group vanish.

extension TwoForks {
  /// Returns the law of g with the siblings' mean as baseline, for any reward, independent noises.
  ///
  /// g is the mean of P independent fork terms h_i; given u_i each is the estimator of one fork:
  ///
  ///     Var(g) = (1/P) ( E_u[shrunk variance given u] + (1 - 1/K)^2 Var_u(E[r xi given u]) )
  ///
  /// - Parameters:
  ///   - nodes: The number of Gauss-Hermite nodes for each noise, 1 to 128; double them to see the error.
  ///   - reward: f(u, xi), smooth.
  /// - Returns: Mean and variance of g.
  public func siblingLaw(
    nodes: Int = 40, reward: (_ parent: Double, _ own: Double) -> Double
  ) -> EstimatorLaw {
    requireIndependent()
    precondition(children >= 2, "a baseline of siblings needs two or more, got \(children)")
    let rule = GaussHermite(count: nodes)
    let share = 1 - 1 / Double(children)
    var mean = 0.0
    var square = 0.0
    var within = 0.0
    for (u, weight) in zip(rule.nodes, rule.weights) {
      let moments = RewardMoments(rule: rule) { reward(u, $0) }
      let centre = share * moments.product
      mean += weight * centre
      square += weight * centre * centre
      within += weight * SiblingBaseline.shrunkVariance(siblings: children, moments: moments)
    }
    return EstimatorLaw(
      mean: mean, variance: (within + square - mean * mean) / Double(parents))
  }

  /// Returns the law of g with the mean over all leaves as baseline, for any reward, independent noises.
  ///
  /// With T = sum r xi, R = sum r and X = sum xi over the leaves, g = T/n - R X/n^2, hence
  ///
  ///     E[g^2] = E[T^2]/n^2 - 2 E[T R X]/n^3 + E[R^2 X^2]/n^4;
  ///
  /// the sums over the parents' clusters (T_i, R_i, X_i), independent of each other, give each term.
  /// r is centred first, which changes nothing in g.
  ///
  /// - Parameters:
  ///   - nodes: The number of Gauss-Hermite nodes for each noise, 1 to 128; double them to see the error.
  ///   - reward: f(u, xi), smooth.
  /// - Returns: Mean and variance of g.
  public func depthLaw(
    nodes: Int = 40, reward: (_ parent: Double, _ own: Double) -> Double
  ) -> EstimatorLaw {
    requireIndependent()
    let rule = GaussHermite(count: nodes)
    let centre = rule.expectation { u in rule.expectation { reward(u, $0) } }
    let k = Double(children)
    let pairs = k * (k - 1)
    let triples = pairs * (k - 2)
    // Moments of the sums T, R and X of one cluster.
    var t = 0.0
    var tt = 0.0
    var rr = 0.0
    var rx = 0.0
    var trx = 0.0
    var rrxx = 0.0
    for (u, weight) in zip(rule.nodes, rule.weights) {
      let own = RewardMoments(rule: rule) { reward(u, $0) - centre }
      let m = own.mean
      let p = own.product
      let c = own.noiseSquare + m
      let b = own.square + m * m
      let a = own.squaredProduct + 2 * m * own.noiseSquare + m * m
      t += weight * k * p
      tt += weight * (k * a + pairs * p * p)
      rr += weight * (k * b + pairs * m * m)
      rx += weight * k * p
      trx += weight * (k * a + pairs * (p * p + m * c))
      rrxx += weight * (k * a + pairs * (b + 2 * p * p + 2 * m * c) + triples * m * m)
    }
    // Sums over the clusters; E[R] = 0 by the centring and E[X] = 0.
    let count = Double(parents)
    let others = count * (count - 1)
    let n = count * k
    let sumTT = count * tt + others * t * t
    let sumTRX = count * trx + others * t * rx
    let sumRRXX = count * rrxx + others * (rr * k + 2 * rx * rx)
    let mean = count * t / n - count * rx / (n * n)
    let square = sumTT / (n * n) - 2 * sumTRX / (n * n * n) + sumRRXX / (n * n * n * n)
    return EstimatorLaw(mean: mean, variance: square - mean * mean)
  }

  private func requireIndependent() {
    precondition(
      correlation == 0, "general rewards need independent siblings, got correlation \(correlation)")
  }
}
