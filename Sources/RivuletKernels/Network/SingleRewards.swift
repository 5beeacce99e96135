import RivuletLanes

/// Writes the logarithm of a mixture of Gaussian bumps of one width at each lane:
/// log sum_m exp(a_m - |x - mu_m|² precision).
///
/// The largest exponent is taken out of the sum first.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - logWeights: a_m.
///   - centres: mu_m, one after another.
///   - modes: How many, at least one.
///   - precision: 1 / (2 tau²).
///   - rewards: Room for `lanes` numbers.
public func singleLogMixture(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, logWeights: UnsafePointer<Float>,
  centres: UnsafePointer<Float>, modes: Int, precision: Float, rewards: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * modes) { room in
    guard let terms = room.baseAddress else { return }
    for lane in stride(from: 0, to: lanes, by: 8) {
      var largest = FloatLanes.splat(-.greatestFiniteMagnitude)
      for mode in 0..<modes {
        var square = FloatLanes.splat(0)
        for row in 0..<rows {
          let distance: FloatLanes =
            FloatLanes(at: state + row * lanes + lane) - .splat(centres[mode * rows + row])
          square = square + distance * distance
        }
        let term: FloatLanes = .splat(logWeights[mode]) - square * .splat(precision)
        term.store(to: terms + 8 * mode)
        largest = largest.maximum(term)
      }
      var sum = FloatLanes.splat(0)
      for mode in 0..<modes { sum = sum + exp(FloatLanes(at: terms + 8 * mode) - largest) }
      (largest + log(sum)).store(to: rewards + lane)
    }
  }
}

/// Writes a diagonal quadratic of each lane: sum_d (b_d + a_d x_d) x_d.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - linear: b.
///   - quadratic: a, or nil for zero.
///   - rewards: Room for `lanes` numbers.
public func singleQuadratic(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, linear: UnsafePointer<Float>,
  quadratic: UnsafePointer<Float>?, rewards: UnsafeMutablePointer<Float>
) {
  for lane in stride(from: 0, to: lanes, by: 8) {
    var sum = FloatLanes.splat(0)
    for row in 0..<rows {
      let x = FloatLanes(at: state + row * lanes + lane)
      var factor = FloatLanes.splat(linear[row])
      if let quadratic { factor = factor + .splat(quadratic[row]) * x }
      sum = sum + factor * x
    }
    sum.store(to: rewards + lane)
  }
}
