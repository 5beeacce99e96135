import RivuletLanes

/// Adds the partial gradients of chunks in double precision, in the order of the chunks.
///
/// - Parameters:
///   - partials: The partials, one after another.
///   - stride: The distance of two partials.
///   - chunks: How many.
///   - count: The length of a gradient, a multiple of eight.
///   - gradient: Room for the sum, rounded once.
/// - Returns: The square of the length of the gradient before it is rounded.
public func addPartials(
  _ partials: UnsafePointer<Float>, stride: Int, chunks: Int, count: Int,
  into gradient: UnsafeMutablePointer<Float>
) -> Double {
  var squares = DoubleLanes.splat(0)
  for place in Eights(below: count) {
    var sum = DoubleLanes.splat(0)
    var partial = partials + place
    for _ in 0..<chunks {
      sum = sum + FloatLanes(at: partial).widened
      partial += stride
    }
    squares = squares + sum * sum
    FloatLanes(rounding: sum).store(to: gradient + place)
  }
  var total = 0.0
  for lane in 0..<8 { total += squares[lane] }
  return total
}

/// Adds the partial gradients of some chunks to sums of double precision, in the order of the chunks.
///
/// All chunks added in groups give the bits of
/// ``addPartials(_:stride:chunks:count:into:)``, which adds them at once.
///
/// - Parameters:
///   - partials: The partials, one after another.
///   - stride: The distance of two partials.
///   - chunks: How many.
///   - count: The length of a gradient, a multiple of eight.
///   - sums: `count` sums.
public func collectPartials(
  _ partials: UnsafePointer<Float>, stride: Int, chunks: Int, count: Int,
  into sums: UnsafeMutablePointer<Double>
) {
  for place in Eights(below: count) {
    var sum = DoubleLanes(at: sums + place)
    var partial = partials + place
    for _ in 0..<chunks {
      sum = sum + FloatLanes(at: partial).widened
      partial += stride
    }
    sum.store(to: sums + place)
  }
}

/// Rounds the sums of all chunks.
///
/// - Parameters:
///   - sums: `count` sums.
///   - count: The length of a gradient, a multiple of eight.
///   - gradient: Room for the rounded sums.
/// - Returns: The square of the length of the gradient before it is rounded.
public func roundSums(
  _ sums: UnsafePointer<Double>, count: Int, into gradient: UnsafeMutablePointer<Float>
) -> Double {
  var squares = DoubleLanes.splat(0)
  for place in Eights(below: count) {
    let sum = DoubleLanes(at: sums + place)
    squares = squares + sum * sum
    FloatLanes(rounding: sum).store(to: gradient + place)
  }
  var total = 0.0
  for lane in 0..<8 { total += squares[lane] }
  return total
}

/// The constants of one update of Adam in single precision.
public struct AdamStep: Sendable {
  /// 1 - beta_1.
  public var firstRate: Float
  /// 1 - beta_2.
  public var secondRate: Float
  /// The learning rate divided by 1 - beta_1^k.
  public var rate: Float
  /// 1 / (1 - beta_2^k).
  public var secondCorrection: Float
  /// The number added to the root.
  public var epsilon: Float
  /// What the parameters lose before the update: the learning rate times the decay of AdamW.
  public var decay: Float
  /// What the gradient is multiplied by first: 1, or less where its length is clipped.
  public var gradientScale: Float

  /// Makes the constants of one update.
  ///
  /// - Parameters:
  ///   - firstRate: 1 - beta_1.
  ///   - secondRate: 1 - beta_2.
  ///   - rate: The learning rate divided by 1 - beta_1^k.
  ///   - secondCorrection: 1 / (1 - beta_2^k).
  ///   - epsilon: The number added to the root.
  ///   - decay: The learning rate times the decay of AdamW.
  ///   - gradientScale: What the gradient is multiplied by first.
  public init(
    firstRate: Float, secondRate: Float, rate: Float, secondCorrection: Float, epsilon: Float,
    decay: Float, gradientScale: Float
  ) {
    self.firstRate = firstRate
    self.secondRate = secondRate
    self.rate = rate
    self.secondCorrection = secondCorrection
    self.epsilon = epsilon
    self.decay = decay
    self.gradientScale = gradientScale
  }
}

/// Updates parameters by Adam or AdamW:
/// m += r_1 (g - m), v += r_2 (g² - v), x -= decay x, x -= rate m / (sqrt(v c) + epsilon).
///
/// Source: Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101.
///
/// - Parameters:
///   - parameters: x, `count` numbers.
///   - gradient: g.
///   - first: m.
///   - second: v.
///   - count: A multiple of eight.
///   - step: The constants.
public func updateAdam(
  parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int,
  step: AdamStep
) {
  for place in Eights(below: count) {
    let g: FloatLanes = FloatLanes(at: gradient + place) * .splat(step.gradientScale)
    let oldFirst = FloatLanes(at: first + place)
    let m: FloatLanes = oldFirst + .splat(step.firstRate) * (g - oldFirst)
    m.store(to: first + place)
    let oldSecond = FloatLanes(at: second + place)
    let v: FloatLanes = oldSecond + .splat(step.secondRate) * (g * g - oldSecond)
    v.store(to: second + place)
    let root: FloatLanes = (v * .splat(step.secondCorrection)).squareRoot() + .splat(step.epsilon)
    let old = FloatLanes(at: parameters + place)
    let kept: FloatLanes = old - .splat(step.decay) * old
    (kept - (.splat(step.rate) * m) / root).store(to: parameters + place)
  }
}

/// Moves an average towards numbers: average += rate (numbers - average).
///
/// - Parameters:
///   - average: `count` numbers.
///   - numbers: As many.
///   - count: A multiple of eight.
///   - rate: One minus the decay.
public func moveAverage(
  _ average: UnsafeMutablePointer<Float>, towards numbers: UnsafePointer<Float>, count: Int,
  rate: Float
) {
  for place in Eights(below: count) {
    let old = FloatLanes(at: average + place)
    let change: FloatLanes = FloatLanes(at: numbers + place) - old
    (old + .splat(rate) * change).store(to: average + place)
  }
}

/// Rounds numbers to single precision.
///
/// - Parameters:
///   - numbers: `count` numbers.
///   - count: How many.
///   - output: Room for `count` numbers.
public func narrowNumbers(
  _ numbers: UnsafePointer<Double>, count: Int, into output: UnsafeMutablePointer<Float>
) {
  let whole = count & ~7
  for place in Eights(below: whole) {
    FloatLanes(rounding: DoubleLanes(at: numbers + place)).store(to: output + place)
  }
  for place in whole..<count { output[place] = Float(numbers[place]) }
}

/// Returns whether all numbers are finite.
///
/// - Parameters:
///   - numbers: `count` numbers.
///   - count: A multiple of eight.
/// - Returns: False if one is infinite or NaN.
public func areFiniteSingles(_ numbers: UnsafePointer<Float>, count: Int) -> Bool {
  // A finite number times zero is zero; any other is NaN, and so is every sum with it.
  var sum = FloatLanes.splat(0)
  for place in Eights(below: count) {
    sum = sum + FloatLanes(at: numbers + place) * .splat(0)
  }
  for lane in 0..<8 where sum[lane] != 0 { return false }
  return true
}

/// Returns whether any of some numbers is not zero.
///
/// - Parameters:
///   - numbers: `count` numbers.
///   - count: How many.
/// - Returns: True if one is not zero, or NaN.
public func hasNonzero(_ numbers: UnsafePointer<Float>, count: Int) -> Bool {
  for place in 0..<count where numbers[place] != 0 { return true }
  return false
}
