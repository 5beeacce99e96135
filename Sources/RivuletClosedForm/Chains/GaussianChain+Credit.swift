// Credit of the steps for a reward g x_N + const. The conditional expectation of the reward is
// V_k = g (Phi_k x_k + e_k) + const, so D_k = V_{k+1} - V_k = g Phi_{k+1} tau_k xi_k. These are
// differences of a martingale: uncorrelated, of mean zero, and with the initial share they sum to
// the reward.

extension GaussianChain {
  /// Returns the exact advantage of one step for a linear reward, what its noise adds to the outcome.
  ///
  ///     D_k = V_{k+1}(x_{k+1}) - V_k(x_k) = g Phi_{k+1} tau_k xi_k
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - noise: xi_k, the standard normal noise that the step drew.
  ///   - gradient: g.
  /// - Returns: D_k.
  public func exactAdvantage(of step: Int, noise: Double, gradient: Double = 1) -> Double {
    influence(of: step, gradient: gradient) * noise
  }

  /// Returns the factor of the noise of one step in a linear reward, g Phi_{k+1} tau_k.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - gradient: g.
  /// - Returns: The factor, with its sign.
  public func influence(of step: Int, gradient: Double = 1) -> Double {
    precondition(
      step >= 0 && step < stepCount, "the chain has steps 0 to \(stepCount - 1), got \(step)")
    return gradient * suffixSlope(from: step + 1) * deviations[step]
  }

  /// Returns d_k = Var(D_k) = (g Phi_{k+1} tau_k)^2, the share of one step in the reward's variance.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - gradient: g.
  /// - Returns: d_k.
  public func varianceShare(of step: Int, gradient: Double = 1) -> Double {
    let factor = influence(of: step, gradient: gradient)
    return factor * factor
  }

  /// Returns d_init = (g Phi_0)^2 S_0, the share of the initial noise in the reward's variance.
  ///
  /// - Parameter gradient: g.
  /// - Returns: d_init.
  public func initialVarianceShare(gradient: Double = 1) -> Double {
    let factor = gradient * suffixSlope(from: 0)
    return factor * factor * variances[0]
  }

  /// Returns the variance of a linear reward, g^2 S_N.
  ///
  /// It equals d_init + sum over the steps of d_k.
  ///
  /// - Parameter gradient: g.
  /// - Returns: Var(R).
  public func rewardVariance(gradient: Double = 1) -> Double {
    gradient * gradient * variances[stepCount]
  }
}
