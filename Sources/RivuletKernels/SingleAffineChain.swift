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
  let room = (8 + modeCount) * tileLanes + 3 * modeCount
  withUnsafeTemporaryAllocation(of: Float.self, capacity: room) { room in
    guard let start = room.baseAddress else { return }
    var tile = Tile(start)
    let mixture = tile.terms + modeCount * tileLanes
    for mode in 0..<modeCount {
      mixture[3 * mode] = Float(modes[mode].logWeight)
      mixture[3 * mode + 1] = Float(modes[mode].centre.x)
      mixture[3 * mode + 2] = Float(modes[mode].centre.y)
    }
    var total = WideSums()
    for start in stride(from: 0, to: count, by: tileLanes) {
      tile.lanes = min(tileLanes, count - start)
      let root = firstRoot &+ UInt32(truncatingIfNeeded: start)
      var step = -1
      while step < stepCount {
        fillWords(tile, key, UInt32(truncatingIfNeeded: (step + 1) / 2), root)
        if step + 1 < stepCount { formNormals(tile, 16) } else { formNormals(tile, 32) }
        if step < 0 {
          startChains(tile)
        } else {
          advance(tile, tile.words, StepLanes(steps[step]))
        }
        if step + 1 < stepCount { advance(tile, tile.words + 16, StepLanes(steps[step + 1])) }
        step += 2
      }
      formTerms(tile, mixture, modeCount, Float(precision))
      sumPowers(tile, modeCount)
      total.add(tileSums(tile))
    }
    total.store(sums)
  }
}

/// The memory of one tile.
private struct Tile {
  /// The chains in use.
  var lanes = 0
  /// The states.
  let x: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Float>
  /// Four vectors for each eight chains: words, and then normals.
  let words: UnsafeMutablePointer<Float>
  /// Powers of two while radii are formed, then the largest exponents of the reward's mixture.
  let powers: UnsafeMutablePointer<Float>
  /// The exponents of the mixture, a row for each mode; the first row becomes the sum.
  let terms: UnsafeMutablePointer<Float>

  init(_ start: UnsafeMutablePointer<Float>) {
    x = start
    y = x + tileLanes
    words = y + tileLanes
    powers = words + 4 * tileLanes
    terms = powers + 2 * tileLanes
  }
}

// Each loop below is short, and what one leaves stays in the first-level cache for the next. The
// processor looks about a hundred vector instructions ahead: only where several turns of a loop fit
// into these are the latencies of one hidden behind the others.

/// Writes the words of one block of each root.
private func fillWords(_ tile: Tile, _ key: UInt64, _ block: UInt32, _ root: UInt32) {
  for lane in Eights(below: tile.lanes) {
    let block = PhiloxLanes(
      .splat(UInt64(block)), .splat(0), .splat(0),
      .pairedCounting(from: root &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let target = tile.words + 4 * lane
    HalfLanes(pairedWords: block.word0).asNumbers.store(to: target)
    HalfLanes(pairedWords: block.word1).asNumbers.store(to: target + 8)
    HalfLanes(pairedWords: block.word2).asNumbers.store(to: target + 16)
    HalfLanes(pairedWords: block.word3).asNumbers.store(to: target + 24)
  }
}

/// Replaces pairs of words by pairs of normals: every pair for the distance 16, the first two words of
/// each eight chains for 32.
@inline(__always)
private func formNormals(_ tile: Tile, _ distance: Int) {
  let end = 4 * tile.lanes
  var place = 0
  while place < end {
    let parts = SingleBoxMuller.quotient(FloatLanes(at: tile.words + place).bits)
    parts.quotient.store(to: tile.words + place)
    parts.power.store(to: tile.powers + place / 2)
    place += distance
  }
  place = 0
  while place < end {
    SingleBoxMuller.squaredRadius(
      quotient: FloatLanes(at: tile.words + place), power: FloatLanes(at: tile.powers + place / 2)
    ).store(to: tile.words + place)
    place += distance
  }
  place = 0
  while place < end {
    let radius = FloatLanes(at: tile.words + place).squareRoot()
    let turn = SingleBoxMuller.turn(FloatLanes(at: tile.words + place + 8).bits)
    (radius * turn.cosine).store(to: tile.words + place)
    (radius * turn.sine).store(to: tile.words + place + 8)
    place += distance
  }
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

/// Starts the chains at the first two normals of each block.
private func startChains(_ tile: Tile) {
  for lane in Eights(below: tile.lanes) {
    FloatLanes(at: tile.words + 4 * lane).store(to: tile.x + lane)
    FloatLanes(at: tile.words + 4 * lane + 8).store(to: tile.y + lane)
  }
}

/// Takes one step; the noise is two vectors of each four.
private func advance(_ tile: Tile, _ noise: UnsafePointer<Float>, _ step: StepLanes) {
  for lane in Eights(below: tile.lanes) {
    let next = step.next(
      FloatLanes(at: tile.x + lane), FloatLanes(at: tile.y + lane),
      FloatLanes(at: noise + 4 * lane), FloatLanes(at: noise + 4 * lane + 8))
    next.x.store(to: tile.x + lane)
    next.y.store(to: tile.y + lane)
  }
}

/// Writes the exponents of the reward's mixture and the largest of them.
private func formTerms(
  _ tile: Tile, _ mixture: UnsafePointer<Float>, _ modes: Int, _ precision: Float
) {
  for mode in 0..<modes {
    let weight = FloatLanes.splat(mixture[3 * mode])
    let centreX = FloatLanes.splat(mixture[3 * mode + 1])
    let centreY = FloatLanes.splat(mixture[3 * mode + 2])
    let terms = tile.terms + mode * tileLanes
    for lane in Eights(below: tile.lanes) {
      let dx: FloatLanes = FloatLanes(at: tile.x + lane) - centreX
      let dy: FloatLanes = FloatLanes(at: tile.y + lane) - centreY
      let square: FloatLanes = dx * dx + dy * dy
      let term: FloatLanes = weight - square * .splat(precision)
      term.store(to: terms + lane)
      let largest = mode == 0 ? term : FloatLanes(at: tile.powers + lane).maximum(term)
      largest.store(to: tile.powers + lane)
    }
  }
}

/// Replaces the first exponents by the sums of the powers relative to the largest.
private func sumPowers(_ tile: Tile, _ modes: Int) {
  for mode in 0..<modes {
    let terms = tile.terms + mode * tileLanes
    for lane in Eights(below: tile.lanes) {
      let power = exp(FloatLanes(at: terms + lane) - FloatLanes(at: tile.powers + lane))
      let sum = mode == 0 ? power : FloatLanes(at: tile.terms + lane) + power
      sum.store(to: tile.terms + lane)
    }
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

private func tileSums(_ tile: Tile) -> TileSums {
  var sums = TileSums()
  for lane in Eights(below: tile.lanes) {
    let x = FloatLanes(at: tile.x + lane)
    let y = FloatLanes(at: tile.y + lane)
    let logarithm = log(FloatLanes(at: tile.terms + lane))
    sums.reward = sums.reward + (FloatLanes(at: tile.powers + lane) + logarithm)
    sums.x = sums.x + x
    sums.y = sums.y + y
    sums.xx = sums.xx + x * x
    sums.xy = sums.xy + x * y
    sums.yy = sums.yy + y * y
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
