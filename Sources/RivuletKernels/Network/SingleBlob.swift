import RivuletLanes

/// Writes how far the bright part of an image is from a place, of each lane: -|c - target|² precision.
///
/// c is the mean place of the pixels under the weights exp(b x_i), x the image whose orthonormal cosine
/// transform the rows are. Row after row of the image is computed, and the sums so far are scaled down
/// when a row has a brighter pixel than all before.
///
/// - Parameters:
///   - coefficients: `side` times `side` rows of `lanes` numbers, the frequency along y first.
///   - side: The number n of pixels in a row.
///   - lanes: A multiple of eight.
///   - cosines: The matrix of the transform of a line, pixel by pixel.
///   - sharpness: b.
///   - column: The wanted place along x, in [0, 1].
///   - row: The wanted place along y, in [0, 1].
///   - precision: 1 / (2 w²).
///   - rewards: Room for `lanes` numbers.
public func singleBlob(
  coefficients: UnsafePointer<Float>, side: Int, lanes: Int, cosines: UnsafePointer<Float>,
  sharpness: Float, column: Float, row: Float, precision: Float,
  rewards: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * side) { mixedRoom in
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * side) { pixelRoom in
      guard let mixed = mixedRoom.baseAddress, let pixels = pixelRoom.baseAddress else { return }
      for lane in Eights(below: lanes) {
        var sums = BlobSums()
        for line in 0..<side {
          let own = cosines + line * side
          var top = FloatLanes.splat(-.greatestFiniteMagnitude)
          for frequency in 0..<side {
            let input = coefficients + frequency * lanes + lane
            combine(own, side, input, side * lanes).store(to: mixed + 8 * frequency)
          }
          for pixel in 0..<side {
            let value: FloatLanes =
              combine(cosines + pixel * side, side, mixed, 8) * .splat(sharpness)
            value.store(to: pixels + 8 * pixel)
            top = top.maximum(value)
          }
          sums.add(pixels, side: side, line: line, top: top)
        }
        let x: FloatLanes = sums.across / sums.weight - .splat(column)
        let y: FloatLanes = sums.down / sums.weight - .splat(row)
        let square: FloatLanes = x * x + y * y
        (square * .splat(-precision)).store(to: rewards + lane)
      }
    }
  }
}

/// sum_k factors[k] input[k], k ascending; the rows of the input stand `stride` apart.
@inline(__always)
private func combine(
  _ factors: UnsafePointer<Float>, _ count: Int, _ input: UnsafePointer<Float>, _ stride: Int
) -> FloatLanes {
  var sum = FloatLanes.splat(0)
  for place in 0..<count {
    sum = sum + .splat(factors[place]) * FloatLanes(at: input + place * stride)
  }
  return sum
}

/// The sums of exp(value - largest), alone and times the places along x and y.
private struct BlobSums {
  var weight = FloatLanes.splat(0)
  var across = FloatLanes.splat(0)
  var down = FloatLanes.splat(0)
  private var largest = FloatLanes.splat(-.greatestFiniteMagnitude)

  @inline(__always)
  mutating func add(_ values: UnsafePointer<Float>, side: Int, line: Int, top: FloatLanes) {
    let next = largest.maximum(top)
    let factor = exp(largest - next)
    largest = next
    var own = FloatLanes.splat(0)
    across = across * factor
    for pixel in 0..<side {
      let share = exp(FloatLanes(at: values + 8 * pixel) - next)
      own = own + share
      across = across + share * .splat((Float(pixel) + 0.5) / Float(side))
    }
    weight = weight * factor + own
    down = down * factor + own * .splat((Float(line) + 0.5) / Float(side))
  }
}
