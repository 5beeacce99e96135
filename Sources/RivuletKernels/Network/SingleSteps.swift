import RivuletLanes

/// One stochastic or deterministic step in single precision: mean = p x + q v, x' = mean + tau xi.
public struct SingleStep: Sendable {
  /// The factor p of the state.
  public var state: Float
  /// The factor q of the velocity.
  public var velocity: Float
  /// The standard deviation tau; 0 for a step without noise.
  public var deviation: Float
  /// 1 / (2 tau²); 0 for a step without noise.
  public var halfPrecision: Float
  /// q / tau²: the derivative of the log-density with respect to the velocity is this times the residual.
  public var slope: Float

  /// Makes a step from its three factors in double precision.
  ///
  /// - Parameters:
  ///   - state: p.
  ///   - velocity: q.
  ///   - deviation: tau.
  public init(state: Double, velocity: Double, deviation: Double) {
    self.state = Float(state)
    self.velocity = Float(velocity)
    self.deviation = Float(deviation)
    let variance = deviation * deviation
    halfPrecision = deviation > 0 ? Float(1 / (2 * variance)) : 0
    slope = deviation > 0 ? Float(velocity / variance) : 0
  }
}

/// Writes the next states of a tile, and the exponents of their densities.
///
/// The exponent is that of the stored next state, -|x' - (p x + q v)|² / (2 tau²), so that computing it
/// again from what is stored gives the same bits.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - velocity: v, as many.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - step: The law of the step.
///   - next: xi, which becomes x'; not read if the step has no noise.
///   - exponents: Room for `lanes` numbers; not written if the step has no noise.
public func advanceSingle(
  state: UnsafePointer<Float>, velocity: UnsafePointer<Float>, rows: Int, lanes: Int,
  step: SingleStep, next: UnsafeMutablePointer<Float>, exponents: UnsafeMutablePointer<Float>
) {
  let p = FloatLanes.splat(step.state)
  let q = FloatLanes.splat(step.velocity)
  guard step.deviation > 0 else {
    for place in Eights(below: rows * lanes) {
      let mean = p * FloatLanes(at: state + place) + q * FloatLanes(at: velocity + place)
      mean.store(to: next + place)
    }
    return
  }
  let tau = FloatLanes.splat(step.deviation)
  for lane in Eights(below: lanes) {
    var square = FloatLanes.splat(0)
    for row in 0..<rows {
      let place = row * lanes + lane
      let mean = p * FloatLanes(at: state + place) + q * FloatLanes(at: velocity + place)
      let moved: FloatLanes = mean + tau * FloatLanes(at: next + place)
      moved.store(to: next + place)
      let residual: FloatLanes = moved - mean
      square = square + residual * residual
    }
    (square * .splat(-step.halfPrecision)).store(to: exponents + lane)
  }
}

/// The surrogate of one edge, in single precision.
public struct SingleSurrogate: Sendable {
  /// What the log-ratio is multiplied by: 1 for a density summed over dimensions, 1/D for its mean.
  public var densityScale: Float
  /// The smallest ratio that is not clipped.
  public var lowest: Float
  /// The largest ratio that is not clipped.
  public var highest: Float
  /// The factor of half the squared log-ratio that the loss has beside the surrogate.
  public var ratioPenalty: Float

  /// Makes a surrogate.
  ///
  /// - Parameters:
  ///   - densityScale: What the log-ratio is multiplied by.
  ///   - lowest: The smallest ratio that is not clipped.
  ///   - highest: The largest ratio that is not clipped.
  ///   - ratioPenalty: The factor of half the squared log-ratio.
  public init(densityScale: Float, lowest: Float, highest: Float, ratioPenalty: Float = 0) {
    self.densityScale = densityScale
    self.lowest = lowest
    self.highest = highest
    self.ratioPenalty = ratioPenalty
  }
}

/// The places of the sums that `addSurrogate` and `addDivergence` keep, eight lanes each.
public enum SurrogateSum {
  /// The weighted surrogate, before its sign is turned.
  public static let surrogate = 0
  /// The number of edges with a weight.
  public static let edges = 1
  /// The number of those whose ratio was clipped.
  public static let clipped = 2
  /// The sum of the ratios of edges with a weight.
  public static let ratio = 3
  /// The weighted divergence, or the weighted penalty on the ratio.
  public static let divergence = 4
  /// The exact divergence of edges with a weight.
  public static let exactDivergence = 5
  /// How many sums there are.
  public static let count = 6
}

/// Adds the clipped surrogate of one edge of each lane, and its derivative with respect to the velocity.
///
///     rho = exp(scale (lp - old)),   S = w min(rho A, clip(rho) A),   lp = -|x' - (p x + q v)|² / (2 tau²)
///
/// The derivative of -S is added to `delta`; where the clipped product is the smaller one it is zero. With
/// a penalty P on the ratio the loss has w P (scale (lp - old))²/2 too.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - velocity: v.
///   - next: x'.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - step: The law of the step, with noise.
///   - surrogate: The clip range.
///   - old: The exponent at which each edge was drawn.
///   - advantages: A of each lane.
///   - weights: w of each lane; a lane of weight 0 adds nothing.
///   - delta: The derivative of the loss with respect to v; it is added to.
///   - sums: Eight lanes for each of ``SurrogateSum``.
public func addSurrogate(
  state: UnsafePointer<Float>, velocity: UnsafePointer<Float>, next: UnsafePointer<Float>,
  rows: Int, lanes: Int, step: SingleStep, surrogate: SingleSurrogate,
  old: UnsafePointer<Float>, advantages: UnsafePointer<Float>, weights: UnsafePointer<Float>,
  delta: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
) {
  let p = FloatLanes.splat(step.state)
  let q = FloatLanes.splat(step.velocity)
  let zero = FloatLanes.splat(0)
  let one = FloatLanes.splat(1)
  let low = FloatLanes.splat(surrogate.lowest)
  let high = FloatLanes.splat(surrogate.highest)
  var total = FloatLanes(at: sums + 8 * SurrogateSum.surrogate)
  var edges = FloatLanes(at: sums + 8 * SurrogateSum.edges)
  var clipped = FloatLanes(at: sums + 8 * SurrogateSum.clipped)
  var ratios = FloatLanes(at: sums + 8 * SurrogateSum.ratio)
  var penalty = FloatLanes(at: sums + 8 * SurrogateSum.divergence)
  for lane in Eights(below: lanes) {
    var square = zero
    for row in 0..<rows {
      let place = row * lanes + lane
      let mean = p * FloatLanes(at: state + place) + q * FloatLanes(at: velocity + place)
      let residual: FloatLanes = FloatLanes(at: next + place) - mean
      square = square + residual * residual
    }
    let exponent: FloatLanes = square * .splat(-step.halfPrecision)
    let weight = FloatLanes(at: weights + lane)
    let counts = weight.isLess(than: zero) | zero.isLess(than: weight)
    // A lane without a weight may hold a state of another law, whose ratio could overflow.
    let change: FloatLanes = counts.select(exponent - FloatLanes(at: old + lane), else: zero)
    let ratio = exp(change * .splat(surrogate.densityScale))
    let advantage = FloatLanes(at: advantages + lane)
    let plain: FloatLanes = ratio * advantage
    let bounded: FloatLanes = high.minimum(low.maximum(ratio)) * advantage
    let isPlain = plain.isAtMost(bounded)
    let counted = counts.select(one, else: zero)
    total = total + weight * isPlain.select(plain, else: bounded)
    edges = edges + counted
    clipped = clipped + isPlain.select(zero, else: counted)
    ratios = ratios + counted * ratio
    var pull: FloatLanes = weight * isPlain.select(plain, else: zero)
    if surrogate.ratioPenalty != 0 {
      let logRatio: FloatLanes = change * .splat(surrogate.densityScale)
      let restoring: FloatLanes = weight * logRatio * .splat(surrogate.ratioPenalty)
      pull = pull - restoring
      penalty = penalty + restoring * logRatio * .splat(0.5)
    }
    let factor: FloatLanes = pull * .splat(-step.slope * surrogate.densityScale)
    for row in 0..<rows {
      let place = row * lanes + lane
      let mean = p * FloatLanes(at: state + place) + q * FloatLanes(at: velocity + place)
      let residual: FloatLanes = FloatLanes(at: next + place) - mean
      (FloatLanes(at: delta + place) + residual * factor).store(to: delta + place)
    }
  }
  total.store(to: sums + 8 * SurrogateSum.surrogate)
  edges.store(to: sums + 8 * SurrogateSum.edges)
  clipped.store(to: sums + 8 * SurrogateSum.clipped)
  ratios.store(to: sums + 8 * SurrogateSum.ratio)
  penalty.store(to: sums + 8 * SurrogateSum.divergence)
}

/// Adds the divergence of one edge of each lane from a reference, and its derivative.
///
///     w factor |v - v_reference|²
///
/// - Parameters:
///   - velocity: v, `rows` rows of `lanes` numbers.
///   - reference: The reference's velocity.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - factor: What the squared distance is multiplied by.
///   - exactFactor: The factor of the exact divergence, q² / (2 tau²), whose sum is kept too.
///   - weights: w of each lane.
///   - delta: The derivative of the loss with respect to v; it is added to.
///   - sums: Eight lanes for each of ``SurrogateSum``.
public func addDivergence(
  velocity: UnsafePointer<Float>, reference: UnsafePointer<Float>, rows: Int, lanes: Int,
  factor: Float, exactFactor: Float, weights: UnsafePointer<Float>,
  delta: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
) {
  let zero = FloatLanes.splat(0)
  var total = FloatLanes(at: sums + 8 * SurrogateSum.divergence)
  var exact = FloatLanes(at: sums + 8 * SurrogateSum.exactDivergence)
  for lane in Eights(below: lanes) {
    let own = FloatLanes(at: weights + lane)
    let counts = own.isLess(than: zero) | zero.isLess(than: own)
    let weight: FloatLanes = own * .splat(factor)
    let twice: FloatLanes = weight + weight
    var square = zero
    for row in 0..<rows {
      let place = row * lanes + lane
      let distance = FloatLanes(at: velocity + place) - FloatLanes(at: reference + place)
      square = square + distance * distance
      (FloatLanes(at: delta + place) + distance * twice).store(to: delta + place)
    }
    total = total + weight * square
    exact = exact + counts.select(square * .splat(exactFactor), else: zero)
  }
  total.store(to: sums + 8 * SurrogateSum.divergence)
  exact.store(to: sums + 8 * SurrogateSum.exactDivergence)
}

/// Replaces the lanes of a tile that a mask leaves out.
///
/// - Parameters:
///   - tile: `rows` rows of `lanes` numbers.
///   - mask: For each lane 1 where the tile keeps its numbers, and 0 elsewhere.
///   - other: The numbers of the other lanes, a tile too.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
public func keepLanes(
  _ tile: UnsafeMutablePointer<Float>, where mask: UnsafePointer<Float>,
  else other: UnsafePointer<Float>, rows: Int, lanes: Int
) {
  let zero = FloatLanes.splat(0)
  for lane in Eights(below: lanes) {
    let keeps = zero.isLess(than: FloatLanes(at: mask + lane))
    for row in 0..<rows {
      let place = row * lanes + lane
      keeps.select(FloatLanes(at: tile + place), else: FloatLanes(at: other + place))
        .store(to: tile + place)
    }
  }
}
