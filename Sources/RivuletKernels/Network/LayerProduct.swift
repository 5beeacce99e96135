import RivuletLanes

/// Multiplies a matrix by a tile: `output[r][l] = bias[r] + sum_k matrix[r][k] input[k][l]`, k ascending.
///
/// A tile is `[feature][lane]`; the weights are broadcast. Each sum starts at the bias and adds one
/// rounded product after another, so its bits do not depend on how rows and lanes are blocked.
///
/// - Parameters:
///   - panels: The matrix as ``packPanels(_:rows:columns:rowStride:columnStride:into:)`` writes it.
///   - rows: The number of rows.
///   - inner: The number of columns.
///   - input: `inner` rows of `lanes` numbers.
///   - lanes: A multiple of eight.
///   - bias: Where each sum starts; nil for zero.
///   - output: Room for `rows` rows of `lanes` numbers; it does not overlap the input.
public func layerProduct(
  panels: UnsafePointer<Float>, rows: Int, inner: Int, input: UnsafePointer<Float>, lanes: Int,
  bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
) {
  // Lanes outside, so that the columns of input stay in the first-level cache while panels pass by.
  var lane = 0
  while lane < lanes {
    let isPair = lanes - lane >= 16
    var row = 0
    var panel = panels
    while row < rows {
      let start = bias.map { $0 + row }
      let target = output + row * lanes + lane
      if rows - row >= 8 && !isPair {
        eightByOne(panel, inner, input + lane, lanes, start, target)
        panel += 8 * inner
        row += 8
      } else if rows - row >= 4 {
        if isPair {
          fourByTwo(panel, inner, input + lane, lanes, start, target)
        } else {
          fourByOne(panel, inner, input + lane, lanes, start, target)
        }
        panel += 4 * inner
        row += 4
      } else if rows - row >= 2 {
        if isPair {
          twoByTwo(panel, inner, input + lane, lanes, start, target)
        } else {
          twoByOne(panel, inner, input + lane, lanes, start, target)
        }
        panel += 2 * inner
        row += 2
      } else {
        oneByOne(panel, inner, input + lane, lanes, start, target)
        if isPair { oneByOne(panel, inner, input + lane + 8, lanes, start, target + 8) }
        panel += inner
        row += 1
      }
    }
    lane += isPair ? 16 : 8
  }
}

@inline(__always)
private func start(_ bias: UnsafePointer<Float>?, _ row: Int) -> FloatLanes {
  if let bias { .splat(bias[row]) } else { .splat(0) }
}

@inline(__always)
private func fourByTwo(
  _ panel: UnsafePointer<Float>, _ inner: Int, _ input: UnsafePointer<Float>, _ lanes: Int,
  _ bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>
) {
  var a0 = start(bias, 0)
  var a1 = start(bias, 1)
  var a2 = start(bias, 2)
  var a3 = start(bias, 3)
  var b0 = a0
  var b1 = a1
  var b2 = a2
  var b3 = a3
  var weights = panel
  var row = input
  for _ in 0..<inner {
    let x = FloatLanes(at: row)
    let y = FloatLanes(at: row + 8)
    let w0 = FloatLanes.splat(weights[0])
    a0 = a0 + w0 * x
    b0 = b0 + w0 * y
    let w1 = FloatLanes.splat(weights[1])
    a1 = a1 + w1 * x
    b1 = b1 + w1 * y
    let w2 = FloatLanes.splat(weights[2])
    a2 = a2 + w2 * x
    b2 = b2 + w2 * y
    let w3 = FloatLanes.splat(weights[3])
    a3 = a3 + w3 * x
    b3 = b3 + w3 * y
    weights += 4
    row += lanes
  }
  a0.store(to: output)
  b0.store(to: output + 8)
  a1.store(to: output + lanes)
  b1.store(to: output + (lanes + 8))
  a2.store(to: output + 2 * lanes)
  b2.store(to: output + (2 * lanes + 8))
  a3.store(to: output + 3 * lanes)
  b3.store(to: output + (3 * lanes + 8))
}

/// Two panels of four rows, because four sums alone would wait for each other.
@inline(__always)
private func eightByOne(
  _ panel: UnsafePointer<Float>, _ inner: Int, _ input: UnsafePointer<Float>, _ lanes: Int,
  _ bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>
) {
  var a0 = start(bias, 0)
  var a1 = start(bias, 1)
  var a2 = start(bias, 2)
  var a3 = start(bias, 3)
  var a4 = start(bias, 4)
  var a5 = start(bias, 5)
  var a6 = start(bias, 6)
  var a7 = start(bias, 7)
  var upper = panel
  var lower = panel + 4 * inner
  var row = input
  for _ in 0..<inner {
    let x = FloatLanes(at: row)
    a0 = a0 + .splat(upper[0]) * x
    a1 = a1 + .splat(upper[1]) * x
    a2 = a2 + .splat(upper[2]) * x
    a3 = a3 + .splat(upper[3]) * x
    a4 = a4 + .splat(lower[0]) * x
    a5 = a5 + .splat(lower[1]) * x
    a6 = a6 + .splat(lower[2]) * x
    a7 = a7 + .splat(lower[3]) * x
    upper += 4
    lower += 4
    row += lanes
  }
  a0.store(to: output)
  a1.store(to: output + lanes)
  a2.store(to: output + 2 * lanes)
  a3.store(to: output + 3 * lanes)
  a4.store(to: output + 4 * lanes)
  a5.store(to: output + 5 * lanes)
  a6.store(to: output + 6 * lanes)
  a7.store(to: output + 7 * lanes)
}

@inline(__always)
private func fourByOne(
  _ panel: UnsafePointer<Float>, _ inner: Int, _ input: UnsafePointer<Float>, _ lanes: Int,
  _ bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>
) {
  var a0 = start(bias, 0)
  var a1 = start(bias, 1)
  var a2 = start(bias, 2)
  var a3 = start(bias, 3)
  var weights = panel
  var row = input
  for _ in 0..<inner {
    let x = FloatLanes(at: row)
    a0 = a0 + .splat(weights[0]) * x
    a1 = a1 + .splat(weights[1]) * x
    a2 = a2 + .splat(weights[2]) * x
    a3 = a3 + .splat(weights[3]) * x
    weights += 4
    row += lanes
  }
  a0.store(to: output)
  a1.store(to: output + lanes)
  a2.store(to: output + 2 * lanes)
  a3.store(to: output + 3 * lanes)
}

@inline(__always)
private func twoByTwo(
  _ panel: UnsafePointer<Float>, _ inner: Int, _ input: UnsafePointer<Float>, _ lanes: Int,
  _ bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>
) {
  var a0 = start(bias, 0)
  var a1 = start(bias, 1)
  var b0 = a0
  var b1 = a1
  var weights = panel
  var row = input
  for _ in 0..<inner {
    let x = FloatLanes(at: row)
    let y = FloatLanes(at: row + 8)
    let w0 = FloatLanes.splat(weights[0])
    a0 = a0 + w0 * x
    b0 = b0 + w0 * y
    let w1 = FloatLanes.splat(weights[1])
    a1 = a1 + w1 * x
    b1 = b1 + w1 * y
    weights += 2
    row += lanes
  }
  a0.store(to: output)
  b0.store(to: output + 8)
  a1.store(to: output + lanes)
  b1.store(to: output + (lanes + 8))
}

@inline(__always)
private func twoByOne(
  _ panel: UnsafePointer<Float>, _ inner: Int, _ input: UnsafePointer<Float>, _ lanes: Int,
  _ bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>
) {
  var a0 = start(bias, 0)
  var a1 = start(bias, 1)
  var weights = panel
  var row = input
  for _ in 0..<inner {
    let x = FloatLanes(at: row)
    a0 = a0 + .splat(weights[0]) * x
    a1 = a1 + .splat(weights[1]) * x
    weights += 2
    row += lanes
  }
  a0.store(to: output)
  a1.store(to: output + lanes)
}

@inline(__always)
private func oneByOne(
  _ panel: UnsafePointer<Float>, _ inner: Int, _ input: UnsafePointer<Float>, _ lanes: Int,
  _ bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>
) {
  var a0 = start(bias, 0)
  var row = input
  for column in 0..<inner {
    a0 = a0 + .splat(panel[column]) * FloatLanes(at: row)
    row += lanes
  }
  a0.store(to: output)
}
