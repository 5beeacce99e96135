import RivuletNumerics

/// What is optimised and what is meant: a proxy reward with the gold reward that it stands for.
///
/// A trainer sees the proxy alone. Where the gold reward falls while the proxy rises, the proxy is
/// being hacked, and for the pairs below it is known where that begins.
public struct RewardPair<Proxy: DifferentiableReward, Gold: DifferentiableReward>: Sendable {
  /// The reward that is optimised.
  public let proxy: Proxy
  /// The reward that is meant.
  public let gold: Gold

  /// Makes a pair.
  ///
  /// - Parameters:
  ///   - proxy: The reward that is optimised.
  ///   - gold: The reward that is meant, of the same dimension.
  public init(proxy: Proxy, gold: Gold) {
    precondition(
      proxy.dimension == gold.dimension,
      "the proxy scores states of \(proxy.dimension) numbers and the gold reward \(gold.dimension)")
    self.proxy = proxy
    self.gold = gold
  }

  /// The dimension of the states that both score.
  public var dimension: Int { proxy.dimension }

  /// Returns the cosine of the angle between both gradients at one state.
  ///
  /// Negative where a small step along the proxy's gradient makes the gold reward fall.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: A number in [-1, 1]; 0 where a gradient is zero.
  public func alignment(at state: [Double]) -> Double {
    let (first, second) = (proxy.gradient(at: state), gold.gradient(at: state))
    let lengths = Sums.dot(first, first) * Sums.dot(second, second)
    return lengths > 0 ? Sums.dot(first, second) / lengths.squareRoot() : 0
  }
}

extension RewardPair where Proxy == LinearReward, Gold == QuadraticReward {
  /// Returns a linear proxy g·x of a gold reward g·x - q |x|^2 / 2 that agrees with it at the origin.
  ///
  /// Along the gradient the gold reward has its top at x = g / q, where it is half the proxy; beyond
  /// that every gain of the proxy costs gold, and beyond 2 g / q the gold reward is below its start.
  ///
  /// - Parameters:
  ///   - gradient: g, at least one finite number.
  ///   - curvature: q, finite and positive.
  /// - Returns: The pair.
  public static func overoptimised(gradient: [Double], curvature: Double) -> RewardPair {
    precondition(
      curvature.isFinite && curvature > 0, "the curvature must be positive, got \(curvature)")
    return RewardPair(
      proxy: LinearReward(gradient: gradient),
      gold: QuadraticReward(curvature: curvature, gradient: gradient))
  }
}

extension RewardPair where Proxy == LinearReward, Gold == LinearReward {
  /// Returns two linear rewards of length one whose gradients have a given cosine.
  ///
  /// The gold gradient is the first axis, the proxy's cosine times it plus sqrt(1 - cosine^2) times the
  /// second axis.
  ///
  /// - Parameters:
  ///   - cosine: In [-1, 1]; of every unit of the proxy gained along its gradient, this is gold.
  ///   - dimension: Two or more.
  /// - Returns: The pair.
  public static func tilted(cosine: Double, dimension: Int = 2) -> RewardPair {
    precondition(cosine >= -1 && cosine <= 1, "a cosine lies in [-1, 1], got \(cosine)")
    precondition(dimension >= 2, "a tilt needs two or more dimensions, got \(dimension)")
    var gold = [Double](repeating: 0, count: dimension)
    gold[0] = 1
    var proxy = gold
    proxy[0] = cosine
    proxy[1] = (1 - cosine * cosine).squareRoot()
    return RewardPair(proxy: LinearReward(gradient: proxy), gold: LinearReward(gradient: gold))
  }
}
