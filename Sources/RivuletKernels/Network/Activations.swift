import RivuletLanes

/// Replaces each number by its hyperbolic tangent, within 6 ulp.
///
/// - Parameters:
///   - numbers: `count` numbers.
///   - count: A multiple of eight.
public func formTanh(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
  // Two vectors at a time, because one waits for its own division.
  let pairs = count & ~15
  for place in stride(from: 0, to: pairs, by: 16) {
    let a = tanh(FloatLanes(at: numbers + place))
    let b = tanh(FloatLanes(at: numbers + place + 8))
    a.store(to: numbers + place)
    b.store(to: numbers + place + 8)
  }
  if pairs < count { tanh(FloatLanes(at: numbers + pairs)).store(to: numbers + pairs) }
}

/// Multiplies each number by 1 - h², the slope of the hyperbolic tangent whose value is h.
///
/// - Parameters:
///   - delta: `count` numbers.
///   - values: The values h of the hyperbolic tangent.
///   - count: A multiple of eight.
public func multiplyByTanhSlope(
  _ delta: UnsafeMutablePointer<Float>, values: UnsafePointer<Float>, count: Int
) {
  for place in Eights(below: count) {
    let h = FloatLanes(at: values + place)
    let slope: FloatLanes = .splat(1) - h * h
    (FloatLanes(at: delta + place) * slope).store(to: delta + place)
  }
}

/// Replaces each number a by SiLU(a) = a / (1 + exp(-a)), and keeps the slope.
///
/// With s = 1 / (1 + exp(-a)) the slope is s + a s (1 - s).
///
/// - Parameters:
///   - numbers: `count` numbers.
///   - slopes: Room for `count` numbers, or nil.
///   - count: A multiple of eight.
public func formSiLU(
  _ numbers: UnsafeMutablePointer<Float>, slopes: UnsafeMutablePointer<Float>?, count: Int
) {
  for place in Eights(below: count) {
    let a = FloatLanes(at: numbers + place)
    let s = sigmoid(a)
    let value: FloatLanes = a * s
    value.store(to: numbers + place)
    if let slopes {
      let slope: FloatLanes = s + value * (.splat(1) - s)
      slope.store(to: slopes + place)
    }
  }
}

/// Multiplies numbers in place by others.
///
/// - Parameters:
///   - numbers: `count` numbers.
///   - factors: As many.
///   - count: A multiple of eight.
public func multiplyNumbers(
  _ numbers: UnsafeMutablePointer<Float>, by factors: UnsafePointer<Float>, count: Int
) {
  for place in Eights(below: count) {
    (FloatLanes(at: numbers + place) * FloatLanes(at: factors + place)).store(to: numbers + place)
  }
}

/// Applies a named function of single precision to an array, for tests of its bounds.
///
/// - Parameters:
///   - function: Which function.
///   - numbers: `count` arguments, which become values.
///   - count: A multiple of eight.
public func applySingle(
  _ function: SingleFunction, _ numbers: UnsafeMutablePointer<Float>, count: Int
) {
  for place in Eights(below: count) {
    let x = FloatLanes(at: numbers + place)
    let y: FloatLanes =
      switch function {
      case .exponential: exp(x)
      case .logarithm: log(x)
      case .hyperbolicTangent: tanh(x)
      case .logistic: sigmoid(x)
      }
    y.store(to: numbers + place)
  }
}

/// The elementary functions of single precision.
public enum SingleFunction: Sendable, CaseIterable {
  /// e to the power of x.
  case exponential
  /// The natural logarithm.
  case logarithm
  /// The hyperbolic tangent.
  case hyperbolicTangent
  /// 1 / (1 + exp(-x)).
  case logistic
}
