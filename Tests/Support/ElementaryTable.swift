/// Arguments of an elementary function with its results in high precision.
///
/// The files and what their columns mean: `Fixtures/origin/elementary.py`.
public struct ElementaryTable: Sendable {
  /// One argument with its result.
  public struct Row: Sendable {
    /// The argument.
    public let argument: Double
    /// The exact result, correctly rounded.
    public let result: Double
    /// The exact result minus the rounded one, in units in the last place of the exact one.
    public let fraction: Double

    /// Makes a row.
    public init(argument: Double, result: Double, fraction: Double) {
      self.argument = argument
      self.result = result
      self.fraction = fraction
    }

    /// Returns by how many units in the last place `value` differs from the exact result.
    ///
    /// Zeros must have the right sign; NaN and infinity match only themselves.
    ///
    /// - Parameter value: A computed result.
    /// - Returns: The error, not negative; infinite for a mismatch of kind.
    public func ulps(of value: Double) -> Double {
      if result.isNaN || value.isNaN { return result.isNaN && value.isNaN ? 0 : .infinity }
      if result.isInfinite || value.isInfinite { return result == value ? 0 : .infinity }
      if result == 0, fraction == 0 {
        return value.bitPattern == result.bitPattern ? 0 : .infinity
      }
      // An exact result just below a power of two that it rounds to has the finer unit.
      let isAboveExact = (fraction < 0) == (result > 0) && fraction != 0
      let isPower = result.significandBitPattern == 0 && result.isNormal
      let isFiner = isPower && isAboveExact && result.magnitude > .leastNormalMagnitude
      let unit = isFiner ? result.ulp / 2 : result.ulp
      return abs((value - result) / unit - fraction)
    }
  }

  /// The rows, in the order of the arguments' bits.
  public let rows: [Row]

  /// Reads the table of a function.
  ///
  /// - Parameter function: Its name, for example `expm1`.
  /// - Throws: An error of Foundation if the file cannot be read, or ``Malformed``.
  public init(_ function: String) throws {
    let lines = try Fixtures.text("elementary/\(function).csv").utf8.split(separator: 10)
    rows = try lines.dropFirst().map { line in
      let fields = line.split(separator: 44).map { String(Substring($0)) }
      guard fields.count == 3, let argument = UInt64(fields[0], radix: 16),
        let result = UInt64(fields[1], radix: 16), let fraction = Double(fields[2])
      else { throw Malformed(line: String(Substring(line))) }
      return Row(
        argument: Double(bitPattern: argument), result: Double(bitPattern: result),
        fraction: fraction)
    }
  }

  /// A line that is not of three fields.
  public struct Malformed: Error {
    /// The line.
    public let line: String
  }
}
