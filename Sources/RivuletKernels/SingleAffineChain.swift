import RivuletLanes

/// The lanes of one tile: two rows of this length stay in the first-level cache.
private let tileLanes = 256

/// Runs planar affine chains in single precision and adds up the reward and five moments.
///
/// Chain i takes the normals of the address (root i, step 0, node 0) in their order: two for the initial
/// state and two for each step. States and reward are of single precision, and so are the lane-by-lane
/// sums over one tile of 256 chains. The sums over tiles are of double precision in the order of the
/// tiles, then over the lanes in order.
///
/// - Parameters:
///   - key: The Philox key.
///   - firstRoot: The number of the first chain.
///   - count: The number of chains, a multiple of eight.
///   - steps: The steps, noisiest first.
///   - stepCount: How many.
///   - modes: The modes of the reward, at least one.
///   - modeCount: How many.
///   - precision: q = 1 / (2 tau^2).
///   - sums: Room for the sums of reward, x, y, x x, x y and y y, in this order.
public func singleAffineChainSums(
  key: UInt64, firstRoot: UInt32, count: Int,
  steps: UnsafePointer<PlanarStep>, stepCount: Int,
  modes: UnsafePointer<PlanarMode>, modeCount: Int, precision: Double,
  sums: UnsafeMutablePointer<Double>
) {
  precondition(count.isMultiple(of: 8), "chains come in multiples of eight, got \(count)")
  precondition(modeCount >= 1, "a mixture has one or more modes")
  let room = 6 * tileLanes + 8 * modeCount + 3 * modeCount
  withUnsafeTemporaryAllocation(of: Float.self, capacity: room) { room in
    guard let x = room.baseAddress else { return }
    let words = x + 2 * tileLanes
    let terms = words + 4 * tileLanes
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
      fillWords(words, lanes, key, 0, root)
      startTile(x, y, lanes, words, stepCount > 0 ? steps[0] : nil)
      var step = 1
      while step < stepCount {
        fillWords(words, lanes, key, UInt32(truncatingIfNeeded: (step + 1) / 2), root)
        advanceTile(
          x, y, lanes, words, steps[step], step + 1 < stepCount ? steps[step + 1] : nil)
        step += 2
      }
      total.add(tileSums(x, y, lanes, mixture, modeCount, Float(precision), terms))
    }
    total.store(sums)
  }
}

/// Writes the words of one block of each root: four vectors for each eight roots.
///
/// A loop of its own, because neither the rounds of Philox nor the transform leaves the processor enough
/// independent work when each waits for the other.
private func fillWords(
  _ words: UnsafeMutablePointer<Float>, _ lanes: Int, _ key: UInt64, _ block: UInt32,
  _ root: UInt32
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let block = PhiloxLanes(
      .splat(UInt64(block)), .splat(0), .splat(0),
      .pairedCounting(from: root &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let target = words + 4 * lane
    HalfLanes(pairedWords: block.word0).asNumbers.store(to: target)
    HalfLanes(pairedWords: block.word1).asNumbers.store(to: target + 8)
    HalfLanes(pairedWords: block.word2).asNumbers.store(to: target + 16)
    HalfLanes(pairedWords: block.word3).asNumbers.store(to: target + 24)
  }
}

/// Four normals for each of eight consecutive roots.
@inline(__always)
private func normals(
  _ words: UnsafePointer<Float>
) -> (x0: FloatLanes, y0: FloatLanes, x1: FloatLanes, y1: FloatLanes) {
  let radius = SingleBoxMuller.radius(FloatLanes(at: words).bits)
  let turn = SingleBoxMuller.turn(FloatLanes(at: words + 8).bits)
  let otherRadius = SingleBoxMuller.radius(FloatLanes(at: words + 16).bits)
  let otherTurn = SingleBoxMuller.turn(FloatLanes(at: words + 24).bits)
  return (
    radius * turn.cosine, radius * turn.sine, otherRadius * otherTurn.cosine,
    otherRadius * otherTurn.sine
  )
}

/// A step in single precision, one number in all lanes.
private struct StepLanes {
  let xx: FloatLanes
  let xy: FloatLanes
  let yx: FloatLanes
  let yy: FloatLanes
  let cx: FloatLanes
  let cy: FloatLanes
  let s: FloatLanes

  @inline(__always)
  init(_ law: PlanarStep) {
    xx = .splat(Float(law.xRow.x))
    xy = .splat(Float(law.xRow.y))
    yx = .splat(Float(law.yRow.x))
    yy = .splat(Float(law.yRow.y))
    cx = .splat(Float(law.offset.x))
    cy = .splat(Float(law.offset.y))
    s = .splat(Float(law.deviation))
  }

  @inline(__always)
  func next(
    _ x: FloatLanes, _ y: FloatLanes, _ noiseX: FloatLanes, _ noiseY: FloatLanes
  ) -> (x: FloatLanes, y: FloatLanes) {
    let meanX: FloatLanes = (xx * x + xy * y) + cx
    let meanY: FloatLanes = (yx * x + yy * y) + cy
    return (meanX + s * noiseX, meanY + s * noiseY)
  }
}

/// Draws the initial states and takes the first step, if there is one.
private func startTile(
  _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ lanes: Int,
  _ words: UnsafePointer<Float>, _ law: PlanarStep?
) {
  let step = law.map { StepLanes($0) }
  for lane in stride(from: 0, to: lanes, by: 8) {
    let z = normals(words + 4 * lane)
    let next = step?.next(z.x0, z.y0, z.x1, z.y1) ?? (x: z.x0, y: z.y0)
    next.x.store(to: x + lane)
    next.y.store(to: y + lane)
  }
}

/// Takes one step, or two with the numbers of one block.
private func advanceTile(
  _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ lanes: Int,
  _ words: UnsafePointer<Float>, _ first: PlanarStep, _ second: PlanarStep?
) {
  let one = StepLanes(first)
  let two = second.map { StepLanes($0) }
  for lane in stride(from: 0, to: lanes, by: 8) {
    let z = normals(words + 4 * lane)
    let middle = one.next(FloatLanes(at: x + lane), FloatLanes(at: y + lane), z.x0, z.y0)
    let next = two?.next(middle.x, middle.y, z.x1, z.y1) ?? middle
    next.x.store(to: x + lane)
    next.y.store(to: y + lane)
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
