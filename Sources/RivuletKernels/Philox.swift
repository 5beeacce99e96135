import RivuletLanes

/// Writes the words of consecutive Philox blocks in their order.
///
/// Word w of block b is `output[4 b + w]`; the counter of block b is (b, step, node, root).
///
/// - Parameters:
///   - key: The Philox key, word 0 in the lower half.
///   - step: The second counter word.
///   - node: The third counter word.
///   - root: The fourth counter word.
///   - firstBlock: The first counter word of the first block written.
///   - count: The number of words to write; at most 2^34 - 4 `firstBlock`.
///   - output: Room for `count` words.
public func fillPhiloxWords(
  key: UInt64, step: UInt32, node: UInt32, root: UInt32, firstBlock: UInt32, count: Int,
  output: UnsafeMutablePointer<UInt32>
) {
  var block = firstBlock
  var start = 0
  while start < count {
    let words = PhiloxLanes(
      .counting(from: block), .splat(UInt64(step)), .splat(UInt64(node)), .splat(UInt64(root)),
      key: key)
    for lane in 0..<8 {
      for word in 0..<4 where start + 4 * lane + word < count {
        let lanes =
          switch word {
          case 0: words.word0
          case 1: words.word1
          case 2: words.word2
          default: words.word3
          }
        output[start + 4 * lane + word] = UInt32(truncatingIfNeeded: lanes[lane])
      }
    }
    block &+= 8
    start += 32
  }
}

/// Writes uniform numbers in (0, 1), four a block: (word + 1/2) 2^-32.
///
/// - Parameters:
///   - key: The Philox key, word 0 in the lower half.
///   - step: The second counter word.
///   - node: The third counter word.
///   - root: The fourth counter word.
///   - count: The number of uniforms; number i comes from word i mod 4 of block i / 4.
///   - output: Room for `count` numbers.
public func fillUniforms(
  key: UInt64, step: UInt32, node: UInt32, root: UInt32, count: Int,
  output: UnsafeMutablePointer<Double>
) {
  var block: UInt32 = 0
  var start = 0
  while start < count {
    let words = PhiloxLanes(
      .counting(from: block), .splat(UInt64(step)), .splat(UInt64(node)), .splat(UInt64(root)),
      key: key)
    storeInterleaved(
      BoxMuller.uniform(words.word0), BoxMuller.uniform(words.word1),
      BoxMuller.uniform(words.word2), BoxMuller.uniform(words.word3),
      count: count - start, output: output + start)
    block &+= 8
    start += 32
  }
}

/// Writes `a[0], b[0], c[0], d[0], a[1], ...`, at most `count` of them.
@inline(__always)
private func storeInterleaved(
  _ a: DoubleLanes, _ b: DoubleLanes, _ c: DoubleLanes, _ d: DoubleLanes, count: Int,
  output: UnsafeMutablePointer<Double>
) {
  for lane in 0..<8 {
    if 4 * lane < count { output[4 * lane] = a[lane] }
    if 4 * lane + 1 < count { output[4 * lane + 1] = b[lane] }
    if 4 * lane + 2 < count { output[4 * lane + 2] = c[lane] }
    if 4 * lane + 3 < count { output[4 * lane + 3] = d[lane] }
  }
}

/// Writes independent standard normal numbers of one address, four a block.
///
/// Box-Muller on words (0, 1) and on words (2, 3) of each block; the radius comes from the first of
/// the two, the angle from the second, the cosine before the sine.
///
/// - Parameters:
///   - key: The Philox key, word 0 in the lower half.
///   - step: The second counter word.
///   - node: The third counter word.
///   - root: The fourth counter word.
///   - count: The number of normals; number i comes from block i / 4.
///   - output: Room for `count` numbers.
public func fillNormals(
  key: UInt64, step: UInt32, node: UInt32, root: UInt32, count: Int,
  output: UnsafeMutablePointer<Double>
) {
  var block: UInt32 = 0
  var start = 0
  while start < count {
    let words = PhiloxLanes(
      .counting(from: block), .splat(UInt64(step)), .splat(UInt64(node)), .splat(UInt64(root)),
      key: key)
    let first = BoxMuller.radius(words.word0)
    let turn = BoxMuller.turn(words.word1)
    let second = BoxMuller.radius(words.word2)
    let otherTurn = BoxMuller.turn(words.word3)
    storeInterleaved(
      first * turn.cosine, first * turn.sine, second * otherTurn.cosine, second * otherTurn.sine,
      count: count - start, output: output + start)
    block &+= 8
    start += 32
  }
}

/// Writes the Box-Muller transform of given words.
///
/// - Parameters:
///   - radiusWords: The words that decide the radius; `count` of them.
///   - angleWords: The words that decide the angle; `count` of them.
///   - count: The number of pairs; a multiple of eight.
///   - cosines: Room for the `count` normals r cos(2 pi u).
///   - sines: Room for the `count` normals r sin(2 pi u).
public func boxMuller(
  radiusWords: UnsafePointer<UInt32>, angleWords: UnsafePointer<UInt32>, count: Int,
  cosines: UnsafeMutablePointer<Double>, sines: UnsafeMutablePointer<Double>
) {
  precondition(count.isMultiple(of: 8), "pairs come in multiples of eight, got \(count)")
  for start in stride(from: 0, to: count, by: 8) {
    var radii = WordLanes.splat(0)
    var angles = WordLanes.splat(0)
    for lane in 0..<8 {
      radii[lane] = UInt64(radiusWords[start + lane])
      angles[lane] = UInt64(angleWords[start + lane])
    }
    let radius = BoxMuller.radius(radii)
    let turn = BoxMuller.turn(angles)
    (radius * turn.cosine).store(to: cosines + start)
    (radius * turn.sine).store(to: sines + start)
  }
}
