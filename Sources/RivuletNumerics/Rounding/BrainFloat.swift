/// Rounding to bfloat16, the number format in which trainers store states and evaluate networks.
///
/// A bfloat16 number is the upper half of a 32-bit one: a sign, 8 bits of exponent, and a significand
/// of 8 bits of which 7 are stored. Its neighbours differ by at most one part in 128, so a rounded
/// number of normal size is off by at most 1/257 of itself. Ties go to the even neighbour, numbers
/// from 2^128 - 2^119 on become infinite, and below 2^-126 the spacing stays 2^-133.
public enum BrainFloat {
  /// The largest finite number of the format, (2 - 2^-7) 2^127.
  public static let greatestFiniteMagnitude = 0x1.fep127

  /// Returns the nearest bfloat16 number, in one rounding.
  ///
  /// A number that first becomes a 32-bit one may be rounded twice and end at the other neighbour;
  /// ``rounded(_:)-(Float)`` is the second of these steps.
  ///
  /// - Parameter value: Any number; NaN stays NaN, and zero keeps its sign.
  /// - Returns: The nearest number of the format, the even one of two.
  public static func rounded(_ value: Double) -> Double {
    guard value.isFinite else { return value }
    guard value.magnitude >= 0x1p-126 else {
      // Beside 1.5 x 2^-81 the spacing of 64-bit numbers is 2^-133, that of the format down here.
      let anchor = 0x1.8p-81
      return Double(signOf: value, magnitudeOf: (value.magnitude + anchor) - anchor)
    }
    // 52 stored bits become 7: a half of the last one kept, less one unit unless that is odd.
    let bits = value.bitPattern
    let odd = bits >> 45 & 1
    let result = Double(bitPattern: (bits + (1 << 44) - 1 + odd) & ~((1 << 45) - 1))
    return result.magnitude <= greatestFiniteMagnitude
      ? result : Double(signOf: value, magnitudeOf: .infinity)
  }

  /// Returns the nearest bfloat16 number to a 32-bit one, as hardware and tensor libraries round it.
  ///
  /// - Parameter value: Any number; NaN stays NaN, and zero keeps its sign.
  /// - Returns: The nearest number of the format, the even one of two.
  public static func rounded(_ value: Float) -> Float {
    guard value.isFinite else { return value }
    let bits = value.bitPattern
    let odd = bits >> 16 & 1
    return Float(bitPattern: (bits + 0x7FFF + odd) & 0xFFFF_0000)
  }

  /// Returns a state with every number rounded.
  ///
  /// - Parameter state: Any numbers.
  /// - Returns: As many numbers of the format.
  public static func rounded(_ state: [Double]) -> [Double] { state.map { rounded($0) } }
}
