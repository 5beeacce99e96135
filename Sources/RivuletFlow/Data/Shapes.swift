public import RivuletNumerics

/// Small images of one bright disc on a dark ground.
///
/// A pixel at the distance d from the centre of the disc of radius r has the brightness
/// tanh((r - d) / edge), between -1 and 1; lengths are in units of the image's width. Centre and radius
/// are uniform, and the disc lies inside the image.
public struct Discs: DataSet, Hashable {
  /// The number n of pixels in a row.
  public let side: Int
  /// The smallest radius.
  public let smallest: Double
  /// The largest radius.
  public let largest: Double
  /// The width of the edge.
  public let edge: Double

  /// Makes the data.
  ///
  /// - Parameters:
  ///   - side: n, at least one.
  ///   - smallest: The smallest radius, positive.
  ///   - largest: The largest radius, not below the smallest and at most 1/2.
  ///   - edge: The width of the edge, finite and positive.
  public init(
    side: Int, smallest: Double = 0.125, largest: Double = 0.25, edge: Double = 0.0625
  ) {
    precondition(side >= 1, "an image has one or more pixels in a row, got \(side)")
    precondition(
      smallest > 0 && smallest <= largest && largest <= 0.5,
      "radii lie in (0, 1/2], the smallest first; got \(smallest) and \(largest)")
    precondition(edge.isFinite && edge > 0, "the edge must be positive, got \(edge)")
    self.side = side
    self.smallest = smallest
    self.largest = largest
    self.edge = edge
  }

  /// The number of pixels, n^2.
  public var dimension: Int { side * side }

  /// Returns one image.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: n^2 pixels, row by row.
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let u = SampleDraws(index, key: key).uniform(count: 3)
    let radius = smallest + (largest - smallest) * u[0]
    let free = 1 - 2 * radius
    return picture(side: side) { x, y in
      let (right, down) = (x - radius - free * u[1], y - radius - free * u[2])
      return (radius - (right * right + down * down).squareRoot()) / edge
    }
  }
}

/// Small images of one bright bar, across or upright, on a dark ground.
///
/// A pixel at the distance d from the middle line of the bar of half width r has the brightness
/// tanh((r - d) / edge), between -1 and 1; lengths are in units of the image's width. Half of the bars
/// are upright, and their places are uniform.
public struct Bars: DataSet, Hashable {
  /// The number n of pixels in a row.
  public let side: Int
  /// Half the width of a bar.
  public let halfWidth: Double
  /// The width of the edge.
  public let edge: Double

  /// Makes the data.
  ///
  /// - Parameters:
  ///   - side: n, at least one.
  ///   - halfWidth: Half the width of a bar, in (0, 1/2].
  ///   - edge: The width of the edge, finite and positive.
  public init(side: Int, halfWidth: Double = 0.125, edge: Double = 0.0625) {
    precondition(side >= 1, "an image has one or more pixels in a row, got \(side)")
    precondition(
      halfWidth > 0 && halfWidth <= 0.5, "half a width lies in (0, 1/2], got \(halfWidth)")
    precondition(edge.isFinite && edge > 0, "the edge must be positive, got \(edge)")
    self.side = side
    self.halfWidth = halfWidth
    self.edge = edge
  }

  /// The number of pixels, n^2.
  public var dimension: Int { side * side }

  /// Returns one image.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: n^2 pixels, row by row.
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let u = SampleDraws(index, key: key).uniform(count: 2)
    let middle = halfWidth + (1 - 2 * halfWidth) * u[1]
    let isUpright = u[0] < 0.5
    return picture(side: side) { x, y in (halfWidth - abs((isUpright ? x : y) - middle)) / edge }
  }
}

/// Returns the hyperbolic tangent of a function of the pixels' centres, row by row.
private func picture(side: Int, _ depth: (Double, Double) -> Double) -> [Double] {
  var pixels: [Double] = []
  pixels.reserveCapacity(side * side)
  for row in 0..<side {
    for column in 0..<side {
      pixels.append(
        depth((Double(column) + 0.5) / Double(side), (Double(row) + 0.5) / Double(side)))
    }
  }
  Elementary.formTanh(&pixels)
  return pixels
}
