/// A small generator of test cases; its numbers need no good distribution.
public struct CaseGenerator {
  private var state: UInt64

  /// Makes a generator.
  public init(seed: UInt64) { state = seed }

  /// A 64-bit word (SplitMix64).
  public mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number from 0 up to, not including, `count`.
  public mutating func below(_ count: Int) -> Int { Int(word() % UInt64(count)) }

  /// A number in [-1, 1).
  public mutating func number() -> Double { Double(Int64(bitPattern: word()) >> 11) * 0x1p-52 }

  /// A group of rewards that reaches the traps: ties, equal rewards, neighbours in the last bit,
  /// huge and tiny magnitudes, an outlier, far from zero.
  public mutating func rewards(count: Int) -> [Double] {
    let scales = [1, 1e-4, 1e300, 1e-300, 0x1p-1074, 1e16]
    switch below(8) {
    case 0: return [Double](repeating: number() * scales[below(scales.count)], count: count)
    case 1: return (0..<count).map { _ in Double(below(2)) }
    case 2:
      let base = 0.1 + Double(below(1000))
      return (0..<count).map { _ in below(2) == 0 ? base : base.nextUp }
    case 3:
      let scale = scales[below(scales.count)]
      return (0..<count).map { _ in number() * scale }
    case 4:
      var values = [Double](repeating: 0.3, count: count)
      values[below(count)] = 1e300
      return values
    case 5: return (0..<count).map { _ in 1e9 + number() }
    case 6: return (0..<count).map { $0.isMultiple(of: 2) ? 1e300 : -1e300 }
    default: return (0..<count).map { _ in number() }
    }
  }
}
