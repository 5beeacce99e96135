import RivuletLanes

/// The lanes of one tile: two rows of this length stay in the first-level cache.
private let tileLanes = 256

/// Runs planar affine chains in single precision and adds up the reward and five moments.
///
/// The addresses, the steps and the reward are those of ``affineChainSums``; states and reward are of
/// single precision, and so are the lane-by-lane sums over one tile of 256 chains. The sums over tiles
/// are of double precision in the order of the tiles, then over the lanes in order.
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
public func singleAffineChainSums(
  initialKey: UInt64, stepKey: UInt64, firstRoot: UInt32, count: Int,
  steps: UnsafePointer<PlanarStep>, stepCount: Int,
  modes: UnsafePointer<PlanarMode>, modeCount: Int, precision: Double,
  sums: UnsafeMutablePointer<Double>
) {
  precondition(count.isMultiple(of: 8), "chains come in multiples of eight, got \(count)")
  precondition(modeCount >= 1, "a mixture has one or more modes")
  let room = 2 * tileLanes + 8 * modeCount + 3 * modeCount
  withUnsafeTemporaryAllocation(of: Float.self, capacity: room) { room in
    guard let x = room.baseAddress else { return }
    let terms = x + 2 * tileLanes
    let mixture = terms + 8 * modeCount
    for mode in 0..<modeCount {
      mixture[3 * mode] = Float(modes[mode].logWeight)
      mixture[3 * mode + 1] = Float(modes[mode].centre.x)
      mixture[3 * mode + 2] = Float(modes[mode].centre.y)
    }
    var total = WideSums()
    for start in stride(from: 0, to: count, by: tileLanes) {
      let lanes = min(tileLanes, count - start)
      let root = firstRoot &+ UInt32(truncatingIfNeeded: start)
      let y = x + tileLanes
      for lane in stride(from: 0, to: lanes, by: 8) {
        let z = normalPair(initialKey, 0, root &+ UInt32(truncatingIfNeeded: lane))
        z.x.store(to: x + lane)
        z.y.store(to: y + lane)
      }
      for step in 0..<stepCount {
        advance(x, y, lanes, stepKey, UInt32(truncatingIfNeeded: step), root, steps[step])
      }
      total.add(tileSums(x, y, lanes, mixture, modeCount, Float(precision), terms))
    }
    total.store(sums)
  }
}

/// Two normals for each of eight consecutive roots.
@inline(__always)
private func normalPair(
  _ key: UInt64, _ step: UInt32, _ root: UInt32
) -> (x: FloatLanes, y: FloatLanes) {
  let words = PhiloxLanes(
    .splat(0), .splat(UInt64(step)), .splat(0), .pairedCounting(from: root), key: key)
  let radius = SingleBoxMuller.radius(HalfLanes(pairedWords: words.word0))
  let turn = SingleBoxMuller.turn(HalfLanes(pairedWords: words.word1))
  return (radius * turn.cosine, radius * turn.sine)
}

private func advance(
  _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ lanes: Int,
  _ key: UInt64, _ step: UInt32, _ root: UInt32, _ law: PlanarStep
) {
  let xx = FloatLanes.splat(Float(law.xRow.x))
  let xy = FloatLanes.splat(Float(law.xRow.y))
  let yx = FloatLanes.splat(Float(law.yRow.x))
  let yy = FloatLanes.splat(Float(law.yRow.y))
  let cx = FloatLanes.splat(Float(law.offset.x))
  let cy = FloatLanes.splat(Float(law.offset.y))
  let s = FloatLanes.splat(Float(law.deviation))
  for lane in stride(from: 0, to: lanes, by: 8) {
    let z = normalPair(key, step, root &+ UInt32(truncatingIfNeeded: lane))
    let oldX = FloatLanes(at: x + lane)
    let oldY = FloatLanes(at: y + lane)
    let meanX: FloatLanes = (xx * oldX + xy * oldY) + cx
    let meanY: FloatLanes = (yx * oldX + yy * oldY) + cy
    (meanX + s * z.x).store(to: x + lane)
    (meanY + s * z.y).store(to: y + lane)
  }
}

/// The lane-by-lane sums of one tile.
private struct TileSums {
  var reward = FloatLanes.splat(0)
  var x = FloatLanes.splat(0)
  var y = FloatLanes.splat(0)
  var xx = FloatLanes.splat(0)
  var xy = FloatLanes.splat(0)
  var yy = FloatLanes.splat(0)
}

private func tileSums(
  _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ lanes: Int,
  _ mixture: UnsafePointer<Float>, _ modes: Int, _ precision: Float,
  _ terms: UnsafeMutablePointer<Float>
) -> TileSums {
  var sums = TileSums()
  for lane in stride(from: 0, to: lanes, by: 8) {
    let atX = FloatLanes(at: x + lane)
    let atY = FloatLanes(at: y + lane)
    var largest = FloatLanes.splat(-.greatestFiniteMagnitude)
    for mode in 0..<modes {
      let dx: FloatLanes = atX - .splat(mixture[3 * mode + 1])
      let dy: FloatLanes = atY - .splat(mixture[3 * mode + 2])
      let square: FloatLanes = dx * dx + dy * dy
      let term: FloatLanes = .splat(mixture[3 * mode]) - square * .splat(precision)
      term.store(to: terms + 8 * mode)
      largest = largest.maximum(term)
    }
    var sum = FloatLanes.splat(0)
    for mode in 0..<modes { sum = sum + exp(FloatLanes(at: terms + 8 * mode) - largest) }
    sums.reward = sums.reward + (largest + log(sum))
    sums.x = sums.x + atX
    sums.y = sums.y + atY
    sums.xx = sums.xx + atX * atX
    sums.xy = sums.xy + atX * atY
    sums.yy = sums.yy + atY * atY
  }
  return sums
}

/// The sums over tiles, lane by lane in double precision.
private struct WideSums {
  var reward = DoubleLanes.splat(0)
  var x = DoubleLanes.splat(0)
  var y = DoubleLanes.splat(0)
  var xx = DoubleLanes.splat(0)
  var xy = DoubleLanes.splat(0)
  var yy = DoubleLanes.splat(0)

  mutating func add(_ tile: TileSums) {
    reward = reward + tile.reward.widened
    x = x + tile.x.widened
    y = y + tile.y.widened
    xx = xx + tile.xx.widened
    xy = xy + tile.xy.widened
    yy = yy + tile.yy.widened
  }

  func store(_ sums: UnsafeMutablePointer<Double>) {
    sums[0] = acrossLanes(reward)
    sums[1] = acrossLanes(x)
    sums[2] = acrossLanes(y)
    sums[3] = acrossLanes(xx)
    sums[4] = acrossLanes(xy)
    sums[5] = acrossLanes(yy)
  }

  private func acrossLanes(_ lanes: DoubleLanes) -> Double {
    var sum = lanes[0]
    for lane in 1..<8 { sum += lanes[lane] }
    return sum
  }
}
