import RivuletLanes

/// Adds the sums of products of rows to one column of a gradient:
/// `gradient[r * stride] += sum_l delta[r][l] input[l]`.
///
/// Each sum runs over the groups of eight lanes in order, then over the eight sums in pairs of distance
/// one, two and four.
///
/// - Parameters:
///   - delta: `rows` rows of `lanes` numbers.
///   - rows: The number of rows.
///   - lanes: A multiple of eight.
///   - input: One row of `lanes` numbers.
///   - gradient: The column's entry of row 0.
///   - stride: The distance of the entries of two rows.
public func addLaneProducts(
  delta: UnsafePointer<Float>, rows: Int, lanes: Int, input: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, stride: Int
) {
  var row = 0
  while row < rows {
    let height = min(8, rows - row)
    let sums = laneSums(delta + row * lanes, height, lanes, input)
    if height == 8 && stride == 1 {
      (FloatLanes(at: gradient + row) + sums).store(to: gradient + row)
    } else {
      for member in 0..<height { gradient[(row + member) * stride] += sums[member] }
    }
    row += 8
  }
}

/// Adds the sum of each row to a bias's gradient, and its products with factors to columns beside it.
///
/// The factors are inputs that all lanes share, such as functions of the time.
///
/// - Parameters:
///   - delta: `rows` rows of `lanes` numbers.
///   - rows: The number of rows.
///   - lanes: A multiple of eight.
///   - bias: The gradient of the biases; `rows` numbers.
///   - columns: The entry of row 0 and factor 0 in the gradient of the factors' weights, or nil.
///   - stride: The distance of the entries of two rows; those of one row are neighbours.
///   - factors: The factors.
///   - factorCount: How many.
public func addLaneSums(
  delta: UnsafePointer<Float>, rows: Int, lanes: Int, bias: UnsafeMutablePointer<Float>,
  columns: UnsafeMutablePointer<Float>?, stride: Int, factors: UnsafePointer<Float>,
  factorCount: Int
) {
  var row = 0
  while row < rows {
    let height = min(8, rows - row)
    let sums = laneSums(delta + row * lanes, height, lanes, nil)
    if height == 8 {
      (FloatLanes(at: bias + row) + sums).store(to: bias + row)
    } else {
      for member in 0..<height { bias[row + member] += sums[member] }
    }
    if let columns {
      for factor in 0..<factorCount {
        let products: FloatLanes = sums * .splat(factors[factor])
        for member in 0..<height {
          columns[(row + member) * stride + factor] += products[member]
        }
      }
    }
    row += 8
  }
}

/// The sums of up to eight rows, each times the input row if there is one.
@inline(__always)
private func laneSums(
  _ rows: UnsafePointer<Float>, _ height: Int, _ lanes: Int, _ input: UnsafePointer<Float>?
) -> FloatLanes {
  // Rows that do not exist repeat the last one; their sums are not used.
  let last = height &- 1
  let r1 = rows + min(1, last) &* lanes
  let r2 = rows + min(2, last) &* lanes
  let r3 = rows + min(3, last) &* lanes
  let r4 = rows + min(4, last) &* lanes
  let r5 = rows + min(5, last) &* lanes
  let r6 = rows + min(6, last) &* lanes
  let r7 = rows + min(7, last) &* lanes
  var s0 = FloatLanes.splat(0)
  var s1 = s0
  var s2 = s0
  var s3 = s0
  var s4 = s0
  var s5 = s0
  var s6 = s0
  var s7 = s0
  if let input {
    for lane in Eights(below: lanes) {
      let x = FloatLanes(at: input + lane)
      s0 = s0 + FloatLanes(at: rows + lane) * x
      s1 = s1 + FloatLanes(at: r1 + lane) * x
      s2 = s2 + FloatLanes(at: r2 + lane) * x
      s3 = s3 + FloatLanes(at: r3 + lane) * x
      s4 = s4 + FloatLanes(at: r4 + lane) * x
      s5 = s5 + FloatLanes(at: r5 + lane) * x
      s6 = s6 + FloatLanes(at: r6 + lane) * x
      s7 = s7 + FloatLanes(at: r7 + lane) * x
    }
  } else {
    for lane in Eights(below: lanes) {
      s0 = s0 + FloatLanes(at: rows + lane)
      s1 = s1 + FloatLanes(at: r1 + lane)
      s2 = s2 + FloatLanes(at: r2 + lane)
      s3 = s3 + FloatLanes(at: r3 + lane)
      s4 = s4 + FloatLanes(at: r4 + lane)
      s5 = s5 + FloatLanes(at: r5 + lane)
      s6 = s6 + FloatLanes(at: r6 + lane)
      s7 = s7 + FloatLanes(at: r7 + lane)
    }
  }
  return EightRows(s0, s1, s2, s3, s4, s5, s6, s7).sums
}
