import RivuletLanes

/// Writes the whole groups of eight rows of a tile lane by lane: `output[l * width + r] = input[r][l]`.
///
/// - Parameters:
///   - input: `rows` rows of `lanes` numbers.
///   - rows: The number of rows; a rest modulo eight is left out.
///   - lanes: A multiple of eight.
///   - output: Room for `lanes` times `width` numbers.
///   - width: The distance of two lanes in the output, at least the rows written.
public func transposeTile(
  _ input: UnsafePointer<Float>, rows: Int, lanes: Int, into output: UnsafeMutablePointer<Float>,
  width: Int
) {
  for row in Eights(below: rows & ~7) {
    for lane in Eights(below: lanes) {
      let from = input + row * lanes + lane
      let block = EightRows(
        FloatLanes(at: from), FloatLanes(at: from + lanes), FloatLanes(at: from + 2 * lanes),
        FloatLanes(at: from + 3 * lanes), FloatLanes(at: from + 4 * lanes),
        FloatLanes(at: from + 5 * lanes), FloatLanes(at: from + 6 * lanes),
        FloatLanes(at: from + 7 * lanes)
      ).transposed
      let into = output + lane * width + row
      block.r0.store(to: into)
      block.r1.store(to: into + width)
      block.r2.store(to: into + 2 * width)
      block.r3.store(to: into + 3 * width)
      block.r4.store(to: into + 4 * width)
      block.r5.store(to: into + 5 * width)
      block.r6.store(to: into + 6 * width)
      block.r7.store(to: into + 7 * width)
    }
  }
}
