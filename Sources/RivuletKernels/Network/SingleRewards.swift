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
    for lane in Eights(below: lanes) {
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

/// Writes a diagonal quadratic of each lane: c + sum_d (b_d + a_d x_d) x_d.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - linear: b.
///   - quadratic: a, or nil for zero.
///   - offset: c, at which the sum starts.
///   - rewards: Room for `lanes` numbers.
public func singleQuadratic(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, linear: UnsafePointer<Float>,
  quadratic: UnsafePointer<Float>?, offset: Float, rewards: UnsafeMutablePointer<Float>
) {
  for lane in Eights(below: lanes) {
    var sum = FloatLanes.splat(offset)
    for row in 0..<rows {
      let x = FloatLanes(at: state + row * lanes + lane)
      var factor = FloatLanes.splat(linear[row])
      if let quadratic { factor = factor + .splat(quadratic[row]) * x }
      sum = sum + factor * x
    }
    sum.store(to: rewards + lane)
  }
}

/// Writes a Gaussian bump of each lane: exp(-|x - c|² precision).
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - centre: c.
///   - precision: 1 / (2 w²).
///   - rewards: Room for `lanes` numbers.
public func singleBump(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, centre: UnsafePointer<Float>,
  precision: Float, rewards: UnsafeMutablePointer<Float>
) {
  for lane in Eights(below: lanes) {
    var square = FloatLanes.splat(0)
    for row in 0..<rows {
      let distance: FloatLanes = FloatLanes(at: state + row * lanes + lane) - .splat(centre[row])
      square = square + distance * distance
    }
    exp(square * .splat(-precision)).store(to: rewards + lane)
  }
}

/// Writes minus the logarithm of a sum of exponentials of linear functions of each lane:
/// -log sum_j exp(a_j·x + b_j).
///
/// The largest exponent is taken out of the sum first.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - slopes: a_j, one after another.
///   - offsets: b_j.
///   - functions: How many, at least one.
///   - rewards: Room for `lanes` numbers.
public func singleLogShare(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, slopes: UnsafePointer<Float>,
  offsets: UnsafePointer<Float>, functions: Int, rewards: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * functions) { room in
    guard let terms = room.baseAddress else { return }
    for lane in Eights(below: lanes) {
      var largest = FloatLanes.splat(-.greatestFiniteMagnitude)
      for function in 0..<functions {
        var term = FloatLanes.splat(offsets[function])
        for row in 0..<rows {
          let x = FloatLanes(at: state + row * lanes + lane)
          term = term + .splat(slopes[function * rows + row]) * x
        }
        term.store(to: terms + 8 * function)
        largest = largest.maximum(term)
      }
      var sum = FloatLanes.splat(0)
      for function in 0..<functions {
        sum = sum + exp(FloatLanes(at: terms + 8 * function) - largest)
      }
      (.splat(0) - (largest + log(sum))).store(to: rewards + lane)
    }
  }
}

/// Writes the share of some rows in the sum of squares of each lane:
/// sum_i chosen_i x_i² / (floor + sum_i counted_i x_i²).
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - chosen: The factor of each row above.
///   - counted: The factor of each row below.
///   - floor: What is added below; positive.
///   - rewards: Room for `lanes` numbers.
public func singleEnergyShare(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, chosen: UnsafePointer<Float>,
  counted: UnsafePointer<Float>, floor: Float, rewards: UnsafeMutablePointer<Float>
) {
  for lane in Eights(below: lanes) {
    var part = FloatLanes.splat(0)
    var whole = FloatLanes.splat(floor)
    for row in 0..<rows {
      let x = FloatLanes(at: state + row * lanes + lane)
      let square: FloatLanes = x * x
      part = part + square * .splat(chosen[row])
      whole = whole + square * .splat(counted[row])
    }
    (part / whole).store(to: rewards + lane)
  }
}
