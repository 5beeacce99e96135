import RivuletLanes

/// One step of a planar affine chain: x <- M x + c + s eps.
public struct PlanarStep: Sendable {
  /// The first row of M.
  public var xRow: SIMD2<Double>
  /// The second row of M.
  public var yRow: SIMD2<Double>
  /// The offset c.
  public var offset: SIMD2<Double>
  /// The standard deviation s of the noise in each coordinate.
  public var deviation: Double

  /// Makes a step.
  ///
  /// - Parameters:
  ///   - xRow: The first row of M.
  ///   - yRow: The second row of M.
  ///   - offset: c.
  ///   - deviation: s.
  public init(
    xRow: SIMD2<Double>, yRow: SIMD2<Double>, offset: SIMD2<Double>, deviation: Double
  ) {
    self.xRow = xRow
    self.yRow = yRow
    self.offset = offset
    self.deviation = deviation
  }
}

/// One mode of a planar log-mixture reward: log sum_m exp(a_m - |x - mu_m|^2 q).
public struct PlanarMode: Sendable {
  /// The logarithm a of the weight.
  public var logWeight: Double
  /// The centre mu.
  public var centre: SIMD2<Double>

  /// Makes a mode.
  ///
  /// - Parameters:
  ///   - logWeight: a.
  ///   - centre: mu.
  public init(logWeight: Double, centre: SIMD2<Double>) {
    self.logWeight = logWeight
    self.centre = centre
  }
}

/// The lanes of one tile: two rows of this length stay in the first-level cache.
private let tileLanes = 256

/// Runs planar affine chains from noise to reward and adds up the reward and five moments.
///
/// Chain i starts at two normals of the address (root i, step 0, node 0) of the initial key and takes
/// those of (root i, step k, node 0) of the step key in step k. The sums are lane by lane over the
/// chains, eight lanes, then over the lanes in order: their bits depend on `firstRoot` and `count`
/// alone.
///
/// - Parameters:
///   - initialKey: The Philox key of the initial states.
///   - stepKey: The Philox key of the step noise.
///   - firstRoot: The number of the first chain.
///   - count: The number of chains, a multiple of eight.
///   - steps: The steps, noisiest first.
///   - stepCount: How many.
///   - modes: The modes of the reward, at least one.
///   - modeCount: How many.
///   - precision: q = 1 / (2 tau^2).
///   - sums: Room for the sums of reward, x, y, x x, x y and y y, in this order.
public func affineChainSums(
  initialKey: UInt64, stepKey: UInt64, firstRoot: UInt32, count: Int,
  steps: UnsafePointer<PlanarStep>, stepCount: Int,
  modes: UnsafePointer<PlanarMode>, modeCount: Int, precision: Double,
  sums: UnsafeMutablePointer<Double>
) {
  precondition(count.isMultiple(of: 8), "chains come in multiples of eight, got \(count)")
  precondition(modeCount >= 1, "a mixture has one or more modes")
  withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * tileLanes + 8 * modeCount) { room in
    guard let x = room.baseAddress else { return }
    let y = x + tileLanes
    let terms = y + tileLanes
    var total = ChainSums()
    for start in stride(from: 0, to: count, by: tileLanes) {
      let lanes = min(tileLanes, count - start)
      let root = firstRoot &+ UInt32(truncatingIfNeeded: start)
      startTile(x, y, lanes, initialKey, root)
      for step in 0..<stepCount {
        advanceTile(x, y, lanes, stepKey, UInt32(truncatingIfNeeded: step), root, steps[step])
      }
      for lane in stride(from: 0, to: lanes, by: 8) {
        let atX = DoubleLanes(at: x + lane)
        let atY = DoubleLanes(at: y + lane)
        let reward = logMixture(atX, atY, modes, modeCount, precision, terms)
        total.add(reward, atX, atY)
      }
    }
    total.store(sums)
  }
}

/// Two normals for each of eight consecutive roots.
@inline(__always)
private func normalPair(
  _ key: UInt64, _ step: UInt32, _ root: UInt32
) -> (x: DoubleLanes, y: DoubleLanes) {
  let words = PhiloxLanes(
    .splat(0), .splat(UInt64(step)), .splat(0), .counting(from: root), key: key)
  let radius = BoxMuller.radius(words.word0)
  let turn = BoxMuller.turn(words.word1)
  return (radius * turn.cosine, radius * turn.sine)
}

private func startTile(
  _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ lanes: Int,
  _ key: UInt64, _ root: UInt32
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let z = normalPair(key, 0, root &+ UInt32(truncatingIfNeeded: lane))
    z.x.store(to: x + lane)
    z.y.store(to: y + lane)
  }
}

private func advanceTile(
  _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ lanes: Int,
  _ key: UInt64, _ step: UInt32, _ root: UInt32, _ law: PlanarStep
) {
  let xx = DoubleLanes.splat(law.xRow.x)
  let xy = DoubleLanes.splat(law.xRow.y)
  let yx = DoubleLanes.splat(law.yRow.x)
  let yy = DoubleLanes.splat(law.yRow.y)
  let cx = DoubleLanes.splat(law.offset.x)
  let cy = DoubleLanes.splat(law.offset.y)
  let s = DoubleLanes.splat(law.deviation)
  for lane in stride(from: 0, to: lanes, by: 8) {
    let z = normalPair(key, step, root &+ UInt32(truncatingIfNeeded: lane))
    let oldX = DoubleLanes(at: x + lane)
    let oldY = DoubleLanes(at: y + lane)
    let meanX: DoubleLanes = (xx * oldX + xy * oldY) + cx
    let meanY: DoubleLanes = (yx * oldX + yy * oldY) + cy
    (meanX + s * z.x).store(to: x + lane)
    (meanY + s * z.y).store(to: y + lane)
  }
}

/// log sum_m exp(a_m - |x - mu_m|^2 q), with the largest exponent taken out first.
@inline(__always)
private func logMixture(
  _ x: DoubleLanes, _ y: DoubleLanes, _ modes: UnsafePointer<PlanarMode>, _ count: Int,
  _ precision: Double, _ terms: UnsafeMutablePointer<Double>
) -> DoubleLanes {
  var largest = DoubleLanes.splat(-.greatestFiniteMagnitude)
  for mode in 0..<count {
    let dx: DoubleLanes = x - .splat(modes[mode].centre.x)
    let dy: DoubleLanes = y - .splat(modes[mode].centre.y)
    let square: DoubleLanes = dx * dx + dy * dy
    let term: DoubleLanes = .splat(modes[mode].logWeight) - square * .splat(precision)
    term.store(to: terms + 8 * mode)
    largest = (term - largest).asWords.selectBySign(largest, term)
  }
  var sum = DoubleLanes.splat(0)
  for mode in 0..<count {
    sum = sum + expOfNegative(DoubleLanes(at: terms + 8 * mode) - largest)
  }
  return largest + BoxMuller.minusTwoLog(sum) * .splat(-0.5)
}

/// e^x for x <= 0 within 2 ulp; below -700 it stays at e^-700, which no sum that holds a one sees.
@inline(__always)
private func expOfNegative(_ x: DoubleLanes) -> DoubleLanes {
  let lowest = DoubleLanes.splat(-700)
  let bounded = (x - lowest).asWords.selectBySign(lowest, x)
  // n = x / log 2 to the nearest integer, read from the low bits of n + 1.5 * 2^52.
  let shifted: DoubleLanes = bounded * .splat(0x1.71547652b82fep+0) + .splat(0x1.8p52)
  let n: DoubleLanes = shifted - .splat(0x1.8p52)
  let coarse: DoubleLanes = bounded - n * .splat(0x1.62e42fefa38p-1)
  let r: DoubleLanes = coarse - n * .splat(0x1.ef35793c7673p-45)
  // The series to r^13 / 13!, in pairs; |r| <= log(2) / 2 leaves 4e-18.
  let r2: DoubleLanes = r * r
  let e0 = r.line(1 / 2, 1 / 6)
  let e1 = r.line(1 / 24, 1 / 120)
  let e2 = r.line(1 / 720, 1 / 5040)
  let e3 = r.line(1 / 40320, 1 / 362_880)
  let e4 = r.line(1 / 3_628_800, 1 / 39_916_800)
  let e5 = r.line(1 / 479_001_600, 1 / 6_227_020_800)
  let r4: DoubleLanes = r2 * r2
  let low: DoubleLanes = e0 + r2 * e1
  let middle: DoubleLanes = e2 + r2 * e3
  let high: DoubleLanes = e4 + r2 * e5
  let series: DoubleLanes = low + r4 * (middle + r4 * high)
  let power: DoubleLanes = .splat(1) + (r + r2 * series)
  return (power.asWords &+ shifted.asWords.shiftedLeft(52)).asNumbers
}

/// The running sums of a chunk, lane by lane.
private struct ChainSums {
  var reward = DoubleLanes.splat(0)
  var x = DoubleLanes.splat(0)
  var y = DoubleLanes.splat(0)
  var xx = DoubleLanes.splat(0)
  var xy = DoubleLanes.splat(0)
  var yy = DoubleLanes.splat(0)

  @inline(__always)
  mutating func add(_ reward: DoubleLanes, _ x: DoubleLanes, _ y: DoubleLanes) {
    self.reward = self.reward + reward
    self.x = self.x + x
    self.y = self.y + y
    xx = xx + x * x
    xy = xy + x * y
    yy = yy + y * y
  }

  @inline(__always)
  func store(_ sums: UnsafeMutablePointer<Double>) {
    sums[0] = acrossLanes(reward)
    sums[1] = acrossLanes(x)
    sums[2] = acrossLanes(y)
    sums[3] = acrossLanes(xx)
    sums[4] = acrossLanes(xy)
    sums[5] = acrossLanes(yy)
  }

  @inline(__always)
  private func acrossLanes(_ lanes: DoubleLanes) -> Double {
    var sum = lanes[0]
    for lane in 1..<8 { sum += lanes[lane] }
    return sum
  }
}
