import Rivulet

/// The argument at which an elementary function was found to be least accurate.
struct WorstArgument {
  /// The function's name.
  let function: String
  /// The argument.
  let argument: Double
  /// The error there in units in the last place of the exact result.
  let ulps: Double
  /// The stated bound.
  let bound: Double
}

/// Returns for each elementary function the worst of `count` arguments.
///
/// The arguments are a fixed sequence that fills ranges evenly, in number or in exponent and
/// significand together (a Weyl sequence), so every run judges the same ones. Results are
/// judged against double-double arithmetic.
///
/// - Parameter count: How many arguments a function; positive.
/// - Returns: One entry a function.
func searchWorstArguments(count: Int) -> [WorstArgument] {
  precondition(count > 0, "a search needs an argument, got a count of \(count)")
  let reference = ReferenceFunctions()
  let everywhere = ArgumentRange.bits(.leastNonzeroMagnitude, .greatestFiniteMagnitude)
  let angles: [ArgumentRange] = [
    .numbers(-0.8, 0.8), .numbers(-10, 10), .numbers(0, 140_000), .bits(0x1p-30, 0x1p17),
    .bits(0x1p17, .greatestFiniteMagnitude), .multiples(ofQuarterTurnsBelow: 83_000), everywhere,
  ]
  return [
    worst(
      "exp", 1, count, Elementary.exp, reference.exp,
      [
        .numbers(-0.8, 0.8), .numbers(-745.1, 709.7), .numbers(-745.1, -708), .bits(0x1p-60, 700),
      ]),
    worst(
      "expm1", 2, count, Elementary.expm1, reference.expm1,
      [
        .numbers(-0.5, 0.5), .numbers(-2, 2), .numbers(-50, 50), .numbers(-60, 709.7),
        .bits(0x1p-1074, 700),
      ]),
    worst(
      "log", 1, count, Elementary.log, reference.log,
      [
        .numbers(0.68, 1.45), .numbers(1.37, 1.42), .numbers(0.7, 0.71), .numbers(0, 10),
        everywhere,
      ]),
    worst(
      "log1p", 2, count, Elementary.log1p, reference.log1p,
      [
        .numbers(-0.5, 0.5), .numbers(-0.999, 10), .bits(0x1p-60, 4), everywhere,
      ]),
    worst("sin", 2, count, Elementary.sin, reference.sin, angles),
    worst("cos", 2, count, Elementary.cos, reference.cos, angles),
    worst(
      "tanh", 3, count, Elementary.tanh, reference.tanh,
      [
        .numbers(-1, 1), .numbers(-0.4, 0.4), .numbers(-20, 20), .bits(0x1p-60, 8), everywhere,
      ]),
  ]
}

/// Where a search looks.
private enum ArgumentRange {
  /// Numbers evenly from the first to the second.
  case numbers(Double, Double)
  /// Bit patterns evenly from those of the first number to those of the second, both positive.
  case bits(Double, Double)
  /// The doubles nearest to whole multiples of π/2, where one of sine and cosine is nearly zero.
  case multiples(ofQuarterTurnsBelow: Double)

  /// Returns the number at a position from 0 to 2^64 in the range.
  func argument(at position: UInt64) -> Double {
    switch self {
    case .numbers(let low, let high):
      low + (high - low) * (Double(position >> 11) * 0x1p-53)
    case .bits(let low, let high):
      Double(
        bitPattern: low.bitPattern
          + position.multipliedFullWidth(by: high.bitPattern - low.bitPattern).high)
    case .multiples(let limit):
      (limit * (Double(position >> 11) * 0x1p-53)).rounded(.up) * (.pi / 2)
    }
  }
}

private func worst(
  _ name: String, _ bound: Double, _ count: Int, _ function: (Double) -> Double,
  _ reference: (Double) -> ReferenceValue, _ ranges: [ArgumentRange]
) -> WorstArgument {
  var found = WorstArgument(function: name, argument: 0, ulps: 0, bound: bound)
  // The golden ratio's fraction times 2^64: multiples of it fill the circle most evenly.
  var position: UInt64 = 0
  for index in 0..<count {
    position &+= 0x9e37_79b9_7f4a_7c15
    let argument = ranges[index % ranges.count].argument(at: position)
    let ulps = reference(argument).ulps(of: function(argument))
    if !(ulps <= found.ulps) {
      found = WorstArgument(function: name, argument: argument, ulps: ulps, bound: bound)
    }
  }
  return found
}
