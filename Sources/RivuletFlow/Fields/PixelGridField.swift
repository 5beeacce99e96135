import RivuletNumerics

/// The exact velocity field of random images: n x n pixels with a power spectrum.
///
/// In the orthonormal basis of the discrete cosine transform every frequency f = (p, q) is
/// independent, with mean zero and the variance
///
///     s_f^2 = scale^2 / (1 + |f|)^p,    |f| = sqrt(p^2 + q^2), in 0 ... sqrt(2) (n - 1)
///
/// so that each frequency is a scalar problem with a closed form. Such a field is not quite
/// stationary: the variance of a pixel depends a little on its place.
///
/// A state is the image row by row; coordinate p n + q of the basis is frequency p along y and q
/// along x.
public struct PixelGridField: VelocityField {
  /// The number n of pixels in a row and in a column.
  public let side: Int
  /// The power p with which the variance falls.
  public let exponent: Double
  /// The standard deviation of the mean frequency, f = 0.
  public let scale: Double
  /// The same field as Gaussian data in the basis of cosines.
  public let gaussian: GaussianField

  /// What can be wrong with the parameters of a pixel field.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// A row has no pixel.
    case invalidSide(Int)
    /// The power is not finite.
    case invalidExponent(Double)
    /// The scale is not a positive finite number.
    case invalidScale(Double)
    /// A standard deviation underflows or overflows.
    case invalidDeviation(frequency: Int, value: Double)

    /// The rule that is broken and the value.
    public var description: String {
      switch self {
      case .invalidSide(let side): "an image has \(side) pixels in a row; it needs one or more"
      case .invalidExponent(let value): "the power of the spectrum is \(value); it must be finite"
      case .invalidScale(let value):
        "the scale of the spectrum is \(value); it must be finite and positive"
      case .invalidDeviation(let frequency, let value):
        "the standard deviation of frequency \(frequency) is \(value); "
          + "a smaller power makes it finite and positive"
      }
    }
  }

  /// Makes the field.
  ///
  /// - Parameters:
  ///   - side: n, at least one.
  ///   - exponent: p; 0 is white noise, larger is smoother.
  ///   - scale: The standard deviation at f = 0, positive.
  /// - Throws: ``Invalid`` with the value.
  public init(side: Int, exponent: Double, scale: Double = 1) throws(Invalid) {
    guard side >= 1 else { throw .invalidSide(side) }
    guard exponent.isFinite else { throw .invalidExponent(exponent) }
    guard scale.isFinite && scale > 0 else { throw .invalidScale(scale) }
    let deviations = (0..<side * side).map { index in
      scale
        * Elementary.exp(
          -exponent / 2 * Elementary.log1p(Self.magnitude(ofFrequency: index, side: side)))
    }
    do {
      gaussian = try GaussianField(
        means: deviations.map { _ in 0 }, deviations: deviations, basis: .cosines(side: side))
    } catch .invalidDeviation(let index, let value) {
      throw .invalidDeviation(frequency: index, value: value)
    } catch {
      preconditionFailure("as many means as deviations and frequencies: \(error)")
    }
    self.side = side
    self.exponent = exponent
    self.scale = scale
  }

  /// Returns the size |f| of the frequency of a coordinate.
  ///
  /// - Parameters:
  ///   - index: The coordinate, p n + q.
  ///   - side: n.
  /// - Returns: sqrt(p^2 + q^2).
  public static func magnitude(ofFrequency index: Int, side: Int) -> Double {
    let (p, q) = (index / side, index % side)
    return Double(p * p + q * q).squareRoot()
  }

  /// The number of pixels, n^2.
  public var dimension: Int { side * side }

  /// The standard deviation s_f of each frequency.
  public var deviations: [Double] { gaussian.deviations }

  /// The size |f| of each frequency.
  public var magnitudes: [Double] {
    (0..<dimension).map { Self.magnitude(ofFrequency: $0, side: side) }
  }

  /// The basis of cosines.
  public var basis: OrthonormalBasis { gaussian.basis }

  /// Returns the velocity at one image.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers, row by row.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, t), pixel by pixel.
  public func velocity(at state: [Double], time: Double) -> [Double] {
    gaussian.velocity(at: state, time: time)
  }

  /// Writes the velocity at every image of a tile.
  ///
  /// - Parameters:
  ///   - tile: The images.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    gaussian.velocity(of: tile, time: time, into: &output)
  }
}
