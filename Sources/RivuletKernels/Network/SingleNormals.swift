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
  var row = 0
  while row < dimension {
    let block = UInt32(truncatingIfNeeded: row / 4)
    let rows = output + row * lanes
    if dimension - row > 2 {
      fillFour(key, block, step, node, firstRoot, lanes, dimension - row, rows)
    } else {
      fillTwo(key, block, step, node, firstRoot, lanes, dimension - row, rows)
    }
    row += 4
  }
}

@inline(__always)
private func fillTwo(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ rows: Int, _ output: UnsafeMutablePointer<Float>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .pairedCounting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let radius = SingleBoxMuller.radius(HalfLanes(pairedWords: words.word0))
    let turn = SingleBoxMuller.turn(HalfLanes(pairedWords: words.word1))
    (radius * turn.cosine).store(to: output + lane)
    if rows > 1 { (radius * turn.sine).store(to: output + (lanes + lane)) }
  }
}

@inline(__always)
private func fillFour(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ rows: Int, _ output: UnsafeMutablePointer<Float>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .pairedCounting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let radius = SingleBoxMuller.radius(HalfLanes(pairedWords: words.word0))
    let turn = SingleBoxMuller.turn(HalfLanes(pairedWords: words.word1))
    (radius * turn.cosine).store(to: output + lane)
    (radius * turn.sine).store(to: output + (lanes + lane))
    let otherRadius = SingleBoxMuller.radius(HalfLanes(pairedWords: words.word2))
    let otherTurn = SingleBoxMuller.turn(HalfLanes(pairedWords: words.word3))
    (otherRadius * otherTurn.cosine).store(to: output + (2 * lanes + lane))
    if rows > 3 { (otherRadius * otherTurn.sine).store(to: output + (3 * lanes + lane)) }
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
  for place in stride(from: 0, to: count, by: 8) {
    var eta: FloatLanes = .splat(factor) * FloatLanes(at: noise + place)
    if let shared { eta = FloatLanes(at: shared + place) + eta }
    (eta / .splat(length)).store(to: noise + place)
  }
}
