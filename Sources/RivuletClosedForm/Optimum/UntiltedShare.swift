/// What training cannot reach because the initial noise is left alone.
///
/// The aim that a penalised objective names is p_ref(x_N) exp(R/beta), whose expected reward, for a linear
/// reward of a Gaussian flow, is Var(R)/beta above the reference. The initial noise keeps its law, so
/// training raises it by (Var(R) - d_init)/beta only. With Flow-GRPO's noise the missing part vanishes as
/// the steps grow in number; with a constant eta it stays.
public struct UntiltedShare: Sendable, Hashable {
  /// The shares of the reward's variance.
  public let shares: VarianceShares
  /// beta.
  public let penalty: Double

  /// Makes the comparison.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - penalty: beta > 0.
  public init(shares: VarianceShares, penalty: Double) {
    requirePenalty(penalty)
    self.shares = shares
    self.penalty = penalty
  }

  /// The rise of E[R] that training reaches, (Var(R) - d_init)/beta.
  public var reachedRise: Double { shares.stepTotal / penalty }

  /// The rise of E[R] under p_ref exp(R/beta), Var(R)/beta.
  public var tiltedRise: Double { shares.total / penalty }

  /// What is missing, d_init/beta.
  public var missingRise: Double { shares.initial / penalty }

  /// d_init/Var(R), the squared correlation of the initial noise with the reward.
  public var fraction: Double { shares.total > 0 ? shares.initial / shares.total : 0 }

  /// The divergence of the reached law of the *reward* from its tilted law, in nats.
  ///
  ///     (d_init/beta)^2/(2 Var(R))
  ///
  /// Both are normal with the variance of the reference. In one coordinate this is the divergence of the
  /// laws of x_N; in more it is a lower bound of that.
  public var rewardDivergence: Double {
    shares.total > 0 ? missingRise * missingRise / (2 * shares.total) : 0
  }
}
