public import RivuletFlow

// A field of pixels whose covariance is diagonal in an orthonormal basis, for instance the discrete
// cosine transform, is one scalar problem for each frequency: the sampler never mixes them.

extension BranchingLaw {
  /// Returns the standard deviation of a linear reward over branches, frequency by frequency.
  ///
  ///     std_k(f) = |g_f| tau_k |Phi_{k+1}(f)|
  ///
  /// where Phi(f) is that of data with standard deviation s_f. Over a row its course in k says at
  /// which steps a frequency is decided; the reward over all frequencies has the root of the sum of
  /// squares of a column.
  ///
  /// - Parameters:
  ///   - plan: The stochastic steps that branches take.
  ///   - spectrum: s_f of each frequency; positive.
  ///   - gradient: g_f of each frequency, in the same basis.
  ///   - trainedSteps: The steps, in the order wanted.
  /// - Returns: One row for each frequency, with one number for each step.
  public static func rewardDeviations(
    plan: SamplingPlan, spectrum: [Double], gradient: [Double], trainedSteps: [Int]
  ) -> [[Double]] {
    precondition(
      spectrum.count == gradient.count,
      "there are \(spectrum.count) frequencies and \(gradient.count) gradient numbers")
    return spectrum.indices.map { frequency in
      BranchingLaw(plan: plan, deviation: spectrum[frequency])
        .rewardDeviations(trainedSteps: trainedSteps, gradient: gradient[frequency])
    }
  }
}
