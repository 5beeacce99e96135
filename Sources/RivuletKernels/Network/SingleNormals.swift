import RivuletLanes

/// Fills rows of standard normals in single precision for consecutive roots, one row for each dimension.
///
/// The words are those of ``fillNormalRows(key:step:node:firstRoot:dimension:lanes:output:)``: dimension d
/// of root `firstRoot + l` comes from the block with the counter (d / 4, step, node, firstRoot + l), and
/// each number is within 8 ulp of the exact transform of its words.
///
/// - Parameters:
///   - key: The Philox key, word 0 in the lower half.
///   - step: The second counter word.
///   - node: The third counter word.
///   - firstRoot: The fourth counter word of the first lane.
///   - dimension: The number of rows.
///   - lanes: The length of a row, a multiple of eight.
///   - output: Room for `dimension` times `lanes` numbers.
public func fillSingleNormalRows(
  key: UInt64, step: UInt32, node: UInt32, firstRoot: UInt32, dimension: Int, lanes: Int,
  output: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * lanes) { room in
    guard let powers = room.baseAddress else { return }
    let spare = powers + lanes
    var row = 0
    while row < dimension {
      let rows = output + row * lanes
      let count = dimension - row
      let pair = (radius: rows, angle: count > 1 ? rows + lanes : spare)
      let other = (radius: rows + 2 * lanes, angle: count > 3 ? rows + 3 * lanes : spare)
      fillWords(
        key, UInt32(truncatingIfNeeded: row / 4), step, node, firstRoot, lanes, pair,
        count > 2 ? other : nil)
      formNormals(pair, lanes, powers)
      if count > 2 { formNormals(other, lanes, powers) }
      row += 4
    }
  }
}

/// A row for the words of radii, which become cosines, and one for those of angles, which become sines.
private typealias PairOfRows = (
  radius: UnsafeMutablePointer<Float>, angle: UnsafeMutablePointer<Float>
)

// Four loops in place of one: the processor looks about a hundred vector instructions ahead, and hides the
// latencies of a turn of a loop only behind other turns that fit into these.

@inline(__always)
private func fillWords(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ pair: PairOfRows, _ other: PairOfRows?
) {
  for lane in Eights(below: lanes) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .pairedCounting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    HalfLanes(pairedWords: words.word0).asNumbers.store(to: pair.radius + lane)
    HalfLanes(pairedWords: words.word1).asNumbers.store(to: pair.angle + lane)
    if let other {
      HalfLanes(pairedWords: words.word2).asNumbers.store(to: other.radius + lane)
      HalfLanes(pairedWords: words.word3).asNumbers.store(to: other.angle + lane)
    }
  }
}

/// Replaces words by normals.
@inline(__always)
private func formNormals(_ rows: PairOfRows, _ lanes: Int, _ powers: UnsafeMutablePointer<Float>) {
  for lane in Eights(below: lanes) {
    let parts = SingleBoxMuller.quotient(FloatLanes(at: rows.radius + lane).bits)
    parts.quotient.store(to: rows.radius + lane)
    parts.power.store(to: powers + lane)
  }
  for lane in Eights(below: lanes) {
    SingleBoxMuller.squaredRadius(
      quotient: FloatLanes(at: rows.radius + lane), power: FloatLanes(at: powers + lane)
    ).store(to: rows.radius + lane)
  }
  for lane in Eights(below: lanes) {
    let radius = FloatLanes(at: rows.radius + lane).squareRoot()
    let turn = SingleBoxMuller.turn(FloatLanes(at: rows.angle + lane).bits)
    (radius * turn.cosine).store(to: rows.radius + lane)
    (radius * turn.sine).store(to: rows.angle + lane)
  }
}

/// Turns the private noise of a tile into that of children of a fork: eta <- (xi + s eta) / length.
///
/// - Parameters:
///   - noise: eta, `count` numbers.
///   - shared: xi, as many, or nil for zero.
///   - count: A multiple of eight.
///   - factor: s.
///   - length: The divisor.
public func mixSingleNoise(
  _ noise: UnsafeMutablePointer<Float>, with shared: UnsafePointer<Float>?, count: Int,
  factor: Float, dividedBy length: Float
) {
  for place in Eights(below: count) {
    var eta: FloatLanes = .splat(factor) * FloatLanes(at: noise + place)
    if let shared { eta = FloatLanes(at: shared + place) + eta }
    (eta / .splat(length)).store(to: noise + place)
  }
}
