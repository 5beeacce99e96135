import RivuletLanes

/// Adds `gradient[r * stride + k] += sum_l delta[r][l] inputs[l][k]` for the whole groups of eight
/// columns k, lanes l ascending.
///
/// - Parameters:
///   - delta: `rows` rows of `lanes` numbers: the derivative with respect to the layer's sums.
///   - rows: The number of rows.
///   - lanes: The number of lanes.
///   - inputs: The layer's inputs, transposed: `[lane][column]`.
///   - width: The distance of two lanes in `inputs`.
///   - columns: The number of columns; a rest modulo eight is left out.
///   - gradient: The matrix that is added to.
///   - stride: The distance of two rows of the gradient.
public func addOuterProducts(
  delta: UnsafePointer<Float>, rows: Int, lanes: Int, inputs: UnsafePointer<Float>, width: Int,
  columns: Int, gradient: UnsafeMutablePointer<Float>, stride: Int
) {
  let whole = columns & ~7
  var column = 0
  // Columns outside, so that a strip of inputs stays in the first-level cache.
  while column < whole {
    let isPair = whole - column >= 16
    var row = 0
    while row + 4 <= rows {
      let target = gradient + row * stride + column
      if isPair {
        fourByTwo(delta + row * lanes, lanes, inputs + column, width, target, stride)
      } else {
        fourByOne(delta + row * lanes, lanes, inputs + column, width, target, stride)
      }
      row += 4
    }
    while row < rows {
      let target = gradient + row * stride + column
      if isPair {
        oneByTwo(delta + row * lanes, lanes, inputs + column, width, target)
      } else {
        oneByOne(delta + row * lanes, lanes, inputs + column, width, target)
      }
      row += 1
    }
    column += isPair ? 16 : 8
  }
}

@inline(__always)
private func fourByTwo(
  _ delta: UnsafePointer<Float>, _ lanes: Int, _ inputs: UnsafePointer<Float>, _ width: Int,
  _ gradient: UnsafeMutablePointer<Float>, _ stride: Int
) {
  let d1 = delta + lanes
  let d2 = delta + 2 * lanes
  let d3 = delta + 3 * lanes
  let g1 = gradient + stride
  let g2 = gradient + 2 * stride
  let g3 = gradient + 3 * stride
  var a0 = FloatLanes(at: gradient)
  var b0 = FloatLanes(at: gradient + 8)
  var a1 = FloatLanes(at: g1)
  var b1 = FloatLanes(at: g1 + 8)
  var a2 = FloatLanes(at: g2)
  var b2 = FloatLanes(at: g2 + 8)
  var a3 = FloatLanes(at: g3)
  var b3 = FloatLanes(at: g3 + 8)
  var row = inputs
  for lane in 0..<lanes {
    let x = FloatLanes(at: row)
    let y = FloatLanes(at: row + 8)
    let w0 = FloatLanes.splat(delta[lane])
    a0 = a0 + w0 * x
    b0 = b0 + w0 * y
    let w1 = FloatLanes.splat(d1[lane])
    a1 = a1 + w1 * x
    b1 = b1 + w1 * y
    let w2 = FloatLanes.splat(d2[lane])
    a2 = a2 + w2 * x
    b2 = b2 + w2 * y
    let w3 = FloatLanes.splat(d3[lane])
    a3 = a3 + w3 * x
    b3 = b3 + w3 * y
    row += width
  }
  a0.store(to: gradient)
  b0.store(to: gradient + 8)
  a1.store(to: g1)
  b1.store(to: g1 + 8)
  a2.store(to: g2)
  b2.store(to: g2 + 8)
  a3.store(to: g3)
  b3.store(to: g3 + 8)
}

@inline(__always)
private func fourByOne(
  _ delta: UnsafePointer<Float>, _ lanes: Int, _ inputs: UnsafePointer<Float>, _ width: Int,
  _ gradient: UnsafeMutablePointer<Float>, _ stride: Int
) {
  var a0 = FloatLanes(at: gradient)
  var a1 = FloatLanes(at: gradient + stride)
  var a2 = FloatLanes(at: gradient + 2 * stride)
  var a3 = FloatLanes(at: gradient + 3 * stride)
  var row = inputs
  for lane in 0..<lanes {
    let x = FloatLanes(at: row)
    a0 = a0 + .splat(delta[lane]) * x
    a1 = a1 + .splat(delta[lanes + lane]) * x
    a2 = a2 + .splat(delta[2 * lanes + lane]) * x
    a3 = a3 + .splat(delta[3 * lanes + lane]) * x
    row += width
  }
  a0.store(to: gradient)
  a1.store(to: gradient + stride)
  a2.store(to: gradient + 2 * stride)
  a3.store(to: gradient + 3 * stride)
}

@inline(__always)
private func oneByTwo(
  _ delta: UnsafePointer<Float>, _ lanes: Int, _ inputs: UnsafePointer<Float>, _ width: Int,
  _ gradient: UnsafeMutablePointer<Float>
) {
  var a = FloatLanes(at: gradient)
  var b = FloatLanes(at: gradient + 8)
  var row = inputs
  for lane in 0..<lanes {
    let w = FloatLanes.splat(delta[lane])
    a = a + w * FloatLanes(at: row)
    b = b + w * FloatLanes(at: row + 8)
    row += width
  }
  a.store(to: gradient)
  b.store(to: gradient + 8)
}

@inline(__always)
private func oneByOne(
  _ delta: UnsafePointer<Float>, _ lanes: Int, _ inputs: UnsafePointer<Float>, _ width: Int,
  _ gradient: UnsafeMutablePointer<Float>
) {
  var a = FloatLanes(at: gradient)
  var row = inputs
  for lane in 0..<lanes {
    a = a + .splat(delta[lane]) * FloatLanes(at: row)
    row += width
  }
  a.store(to: gradient)
}
