/// The affine chain of one coordinate in the letters of BranchGRPO's readers, written out anew.
///
/// With sigma_k = shift t / (1 + (shift - 1) t), t = 1 - k/T, D = sigma_k - sigma_{k+1}, data N(m, s^2):
///
///     alpha = (sigma - (1 - sigma) s^2) / ((1 - sigma)^2 s^2 + sigma^2),  c = 1 + eta^2 (1 - sigma) / (2 sigma)
///     A_k = 1 - eta^2 D / (2 sigma) - D c alpha,   b_k = D c (alpha (1 - sigma) m + m),   tau_k = eta sqrt(D)
///
/// Expectations of simulated rows come from here, so that a mistake in the sampler's kernels cannot
/// move the expectation with the number.
struct TreeFormula: Sendable {
  /// The noise fractions sigma_0 to sigma_T.
  let times: [Double]
  /// A_k.
  let slopes: [Double]
  /// b_k.
  let offsets: [Double]
  /// tau_k.
  let deviations: [Double]
  /// The mean of the state at each depth.
  let means: [Double]
  /// S_k, the variance of the state at each depth with plain noise.
  let variances: [Double]

  init(stepCount: Int, shift: Double, eta: Double, mean: Double, deviation: Double) {
    let times = (0...stepCount).map { step in
      let t = 1 - Double(step) / Double(stepCount)
      return shift * t / (1 + (shift - 1) * t)
    }
    let variance = deviation * deviation
    var slopes: [Double] = []
    var offsets: [Double] = []
    var deviations: [Double] = []
    var means = [0.0]
    var variances = [1.0]
    for step in 0..<stepCount {
      let sigma = times[step]
      let length = sigma - times[step + 1]
      let rest = 1 - sigma
      let alpha = (sigma - rest * variance) / (rest * rest * variance + sigma * sigma)
      let factor = 1 + eta * eta * rest / (2 * sigma)
      let slope = 1 - eta * eta * length / (2 * sigma) - length * factor * alpha
      let offset = length * factor * (alpha * rest * mean + mean)
      let noise = eta * length.squareRoot()
      slopes.append(slope)
      offsets.append(offset)
      deviations.append(noise)
      means.append(slope * means[step] + offset)
      variances.append(slope * slope * variances[step] + noise * noise)
    }
    self.times = times
    self.slopes = slopes
    self.offsets = offsets
    self.deviations = deviations
    self.means = means
    self.variances = variances
  }

  /// The number of steps.
  var stepCount: Int { slopes.count }

  /// Returns Phi_k, the product of A_k to A_{T-1}.
  func suffixSlope(from step: Int) -> Double {
    var product = 1.0
    for later in step..<stepCount { product *= slopes[later] }
    return product
  }

  /// Returns d_k = (Phi_{k+1} tau_k)^2, what the noise of one step adds to the variance of a leaf.
  func share(_ step: Int) -> Double {
    let influence = suffixSlope(from: step + 1) * deviations[step]
    return influence * influence
  }

  /// Returns the covariance of two leaves that part at a step, for siblings of noise correlation rho.
  ///
  ///     Phi_{k+1}^2 (A_k^2 S_k + rho tau_k^2)
  func covariance(partingAt step: Int, correlation rho: Double, rootVariance: Double = 1) -> Double
  {
    var variance = rootVariance
    for earlier in 0..<step {
      let noise = deviations[earlier]
      variance = slopes[earlier] * slopes[earlier] * variance + noise * noise
    }
    let phi = suffixSlope(from: step + 1)
    let noise = deviations[step]
    return phi * phi * (slopes[step] * slopes[step] * variance + rho * noise * noise)
  }
}
