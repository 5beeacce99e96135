import RivuletNumerics

/// What samplers tend to on the uniform grid as the number of steps grows.
public enum SamplerLimits {
  /// Returns the order of Flow-GRPO's sampler in the variance of its output, min(1, a^2).
  ///
  /// The first step adds noise of variance tau_0^2 = a^2 whatever its length, because s_0 is of the
  /// size h^(-1/2), and the variance after it tends to 1 + a^4/4 instead of 1. Later steps forget
  /// that excess like N^(-a^2). The rest of the error is of first order. At a^2 = 1 the two combine
  /// to ln N / N; at a^2 = 2 both leading terms vanish and the order is two.
  ///
  /// - Parameter scale: a, positive.
  /// - Returns: The order away from the two special values. The ODE and a constant coefficient have
  ///   order one.
  public static func flowOrder(scale: Double) -> Double {
    precondition(scale > 0, "the scale of the noise is positive, got \(scale)")
    return min(1, scale * scale)
  }

  /// Returns what Flow-GRPO's first step adds to unit variance as steps grow short, a^4 / 4.
  ///
  /// The slope of the step tends to 1 - a^2/2 and the variance of its noise is a^2:
  /// (1 - a^2/2)^2 + a^2 = 1 + a^4/4.
  ///
  /// - Parameter scale: a.
  /// - Returns: The excess.
  public static func flowFirstStepExcess(scale: Double) -> Double {
    let square = scale * scale
    return square * square / 4
  }

  /// Returns the limit of output over data deviation for coefficient-preserving sampling.
  ///
  ///     cos(eta pi / 4)
  ///
  /// whatever the data's scale: the sampler would keep the law if its two estimates were the end
  /// points themselves, but with the exact *posterior mean* velocity they are not. The limit is
  /// approached like N^(-2/3).
  ///
  /// - Parameter level: eta in [0, 1].
  /// - Returns: The ratio.
  public static func coefficientPreservingRatio(level: Double) -> Double {
    Elementary.cos(level * (Double.pi / 4))
  }

  /// Returns the leading law of the seed correlation of Flow-GRPO's sampler.
  ///
  ///     (1 - a^2/2) / Gamma(1 - a^2/2) (s / N)^(a^2/2),   0 < a^2 < 2
  ///
  /// Every a > 0 forgets the initial noise as N grows, a small one very slowly. At a^2 = 2 the
  /// coefficient vanishes.
  ///
  /// - Parameters:
  ///   - scale: a, with a^2 below 2.
  ///   - steps: N.
  ///   - deviation: s, the standard deviation of the data.
  /// - Returns: The leading term; its relative error falls with N.
  public static func flowSeedCorrelation(
    scale: Double, steps: Int, deviation: Double
  ) -> Double {
    let half = scale * scale / 2
    precondition(scale > 0 && half < 1, "the law needs 0 < a^2 < 2, got a = \(scale)")
    precondition(steps >= 1 && deviation > 0, "steps and deviation are positive")
    let power = Elementary.exp(half * Elementary.log(deviation / Double(steps)))
    return (1 - half) * Elementary.exp(-Special.logGamma(1 - half)) * power
  }

  /// Returns the limit of the seed correlation for a constant coefficient.
  ///
  ///     exp(-eta^2 pi / (4 s))
  ///
  /// Derivation: in continuous time the slope of the drift is that of the ODE, which carries unit
  /// variance into s^2, less eta^2 / (2 V_t), and the integral of 1 / V_t over [0, 1] is pi / (2 s).
  /// Such a sampler never forgets its initial noise.
  ///
  /// - Parameters:
  ///   - coefficient: eta, not negative.
  ///   - deviation: s, the standard deviation of the data.
  /// - Returns: The correlation.
  public static func constantSeedCorrelation(
    coefficient: Double, deviation: Double
  ) -> Double {
    precondition(deviation > 0, "the deviation of the data is positive, got \(deviation)")
    return Elementary.exp(-coefficient * coefficient * Double.pi / (4 * deviation))
  }
}
