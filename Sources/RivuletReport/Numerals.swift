/// Numbers as people read them, the same on every platform and in every locale.
public enum Numerals {
  /// Returns a number with a limited count of significant digits, in the manner of `%g`.
  ///
  /// The digits are rounded, half away from zero, from the shortest decimal that reads back to the same
  /// bits. Trailing zeros are dropped. Below 1e-4 and from 10^digits on, the form is scientific.
  ///
  /// - Parameters:
  ///   - number: Any number.
  ///   - digits: The count of significant digits, 1 to 17.
  /// - Returns: Such as `0.25`, `1.5e-07`, `-3`, `nan` or `inf`.
  public static func significant(_ number: Double, digits: Int = 6) -> String {
    precondition((1...17).contains(digits), "1 to 17 digits can be printed, not \(digits)")
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    if number == 0 { return "0" }
    var (decimals, exponent) = shortestDecimal(number.magnitude)
    if decimals.count > digits {
      let roundsUp = decimals[digits] >= 5
      decimals.removeSubrange(digits...)
      if roundsUp {
        var place = digits - 1
        while place >= 0, decimals[place] == 9 {
          decimals[place] = 0
          place -= 1
        }
        if place >= 0 {
          decimals[place] += 1
        } else {
          decimals = [1]
          exponent += 1
        }
      }
    }
    while decimals.count > 1, decimals.last == 0 { decimals.removeLast() }
    let sign = number < 0 ? "-" : ""
    let text = decimals.map(String.init).joined()
    if exponent < -4 || exponent >= digits {
      let fraction = text.dropFirst()
      let power = String(abs(exponent))
      return sign + text.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
        + (exponent < 0 ? "e-" : "e+") + (power.count < 2 ? "0" : "") + power
    }
    if exponent < 0 {
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + text
    }
    if text.count <= exponent + 1 {
      return sign + text + String(repeating: "0", count: exponent + 1 - text.count)
    }
    return sign + text.prefix(exponent + 1) + "." + text.dropFirst(exponent + 1)
  }

  /// The digits of the shortest decimal of a positive number, d.ddd times ten to the exponent.
  private static func shortestDecimal(_ number: Double) -> (digits: [Int], exponent: Int) {
    let parts = number.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = mantissa.joined().compactMap(\.wholeNumberValue)
    var exponent = mantissa[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.count > 1, digits[0] == 0 {
      digits.removeFirst()
      exponent -= 1
    }
    return (digits, exponent)
  }

  /// Returns a duration with six decimals and no exponent, as XML schemas want it.
  ///
  /// - Parameter seconds: A duration; negative or not finite counts as 0.
  /// - Returns: Such as `0.250000`.
  public static func fixed(seconds: Double) -> String {
    let micros = seconds.isFinite ? UInt64(min(max(0, seconds), 1e9) * 1e6 + 0.5) : 0
    let fraction = String(micros % 1_000_000)
    return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
  }

  /// Returns a p-value with three digits.
  ///
  /// - Parameter p: A probability; nil where there is none.
  /// - Returns: The number, or a hyphen.
  public static func probability(_ p: Double?) -> String {
    p.map { significant($0, digits: 3) } ?? "-"
  }
}
