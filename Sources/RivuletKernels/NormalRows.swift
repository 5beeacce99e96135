import RivuletLanes

/// Fills rows of standard normals for consecutive roots: one row for each dimension.
///
/// `output[d * lanes + l]` is dimension d of root `firstRoot + l`: normal d mod 4 of the block with
/// the counter (d / 4, step, node, firstRoot + l). A block's words beyond the dimension cost no
/// transform: one number takes the cosine alone, two take the first pair alone.
///
/// - Parameters:
///   - key: The Philox key, word 0 in the lower half.
///   - step: The second counter word.
///   - node: The third counter word.
///   - firstRoot: The fourth counter word of the first lane.
///   - dimension: The number of rows.
///   - lanes: The length of a row.
///   - output: Room for `dimension` times `lanes` numbers.
public func fillNormalRows(
  key: UInt64, step: UInt32, node: UInt32, firstRoot: UInt32, dimension: Int, lanes: Int,
  output: UnsafeMutablePointer<Double>
) {
  var row = 0
  while row < dimension {
    let block = UInt32(truncatingIfNeeded: row / 4)
    let rows = output + row * lanes
    switch dimension - row {
    case 1: fillOneRow(key, block, step, node, firstRoot, lanes, rows)
    case 2: fillTwoRows(key, block, step, node, firstRoot, lanes, rows)
    case 3: fillThreeRows(key, block, step, node, firstRoot, lanes, rows)
    default: fillFourRows(key, block, step, node, firstRoot, lanes, rows)
    }
    row += 4
  }
}

/// Writes eight numbers, or as many of them as the row still has room for.
@inline(__always)
private func store(_ numbers: DoubleLanes, _ row: UnsafeMutablePointer<Double>, _ room: Int) {
  if room >= 8 {
    numbers.store(to: row)
  } else {
    for lane in 0..<room { row[lane] = numbers[lane] }
  }
}

private func fillOneRow(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ output: UnsafeMutablePointer<Double>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .counting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let radius = BoxMuller.radius(words.word0)
    store(radius * BoxMuller.turn(words.word1).cosine, output + lane, lanes - lane)
  }
}

private func fillTwoRows(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ output: UnsafeMutablePointer<Double>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .counting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let radius = BoxMuller.radius(words.word0)
    let turn = BoxMuller.turn(words.word1)
    store(radius * turn.cosine, output + lane, lanes - lane)
    store(radius * turn.sine, output + (lanes + lane), lanes - lane)
  }
}

private func fillThreeRows(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ output: UnsafeMutablePointer<Double>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .counting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let radius = BoxMuller.radius(words.word0)
    let turn = BoxMuller.turn(words.word1)
    store(radius * turn.cosine, output + lane, lanes - lane)
    store(radius * turn.sine, output + (lanes + lane), lanes - lane)
    let third = BoxMuller.radius(words.word2) * BoxMuller.turn(words.word3).cosine
    store(third, output + (2 * lanes + lane), lanes - lane)
  }
}

private func fillFourRows(
  _ key: UInt64, _ block: UInt32, _ step: UInt32, _ node: UInt32, _ firstRoot: UInt32,
  _ lanes: Int, _ output: UnsafeMutablePointer<Double>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    let words = PhiloxLanes(
      .splat(UInt64(block)), .splat(UInt64(step)), .splat(UInt64(node)),
      .counting(from: firstRoot &+ UInt32(truncatingIfNeeded: lane)), key: key)
    let radius = BoxMuller.radius(words.word0)
    let turn = BoxMuller.turn(words.word1)
    store(radius * turn.cosine, output + lane, lanes - lane)
    store(radius * turn.sine, output + (lanes + lane), lanes - lane)
    let otherRadius = BoxMuller.radius(words.word2)
    let otherTurn = BoxMuller.turn(words.word3)
    store(otherRadius * otherTurn.cosine, output + (2 * lanes + lane), lanes - lane)
    store(otherRadius * otherTurn.sine, output + (3 * lanes + lane), lanes - lane)
  }
}
