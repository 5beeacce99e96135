import RivuletLanes

/// Moves one row of a batch by one affine step: x <- (a x + b v) + c z, in that order of additions.
///
/// - Parameters:
///   - state: The row x; it is replaced. It overlaps neither of the other two rows.
///   - velocity: The row v.
///   - noise: The row z, or nil, which stands for c = 0 and adds nothing.
///   - count: The length of the rows.
///   - a: The factor of the state.
///   - b: The factor of the velocity.
///   - c: The factor of the noise.
public func affineStep(
  state: UnsafeMutablePointer<Double>, velocity: UnsafePointer<Double>,
  noise: UnsafePointer<Double>?, count: Int, a: Double, b: Double, c: Double
) {
  let whole = count & ~7
  if let noise {
    for lane in stride(from: 0, to: whole, by: 8) {
      let x = DoubleLanes(at: state + lane)
      let v = DoubleLanes(at: velocity + lane)
      let z = DoubleLanes(at: noise + lane)
      ((.splat(a) * x + .splat(b) * v) + .splat(c) * z).store(to: state + lane)
    }
    for lane in whole..<count {
      state[lane] = (a * state[lane] + b * velocity[lane]) + c * noise[lane]
    }
  } else {
    for lane in stride(from: 0, to: whole, by: 8) {
      let x = DoubleLanes(at: state + lane)
      let v = DoubleLanes(at: velocity + lane)
      (.splat(a) * x + .splat(b) * v).store(to: state + lane)
    }
    for lane in whole..<count { state[lane] = a * state[lane] + b * velocity[lane] }
  }
}

/// Writes the velocity of one coordinate of a Gaussian field: v = slope (x - centre) - mean.
///
/// - Parameters:
///   - state: The row x.
///   - velocity: The row v; it does not overlap the state.
///   - count: The length of the rows.
///   - slope: The slope of the velocity in the state.
///   - centre: The state at which the velocity is -`mean`.
///   - mean: The mean of the data in this coordinate.
public func gaussianVelocity(
  state: UnsafePointer<Double>, velocity: UnsafeMutablePointer<Double>, count: Int,
  slope: Double, centre: Double, mean: Double
) {
  let whole = count & ~7
  for lane in stride(from: 0, to: whole, by: 8) {
    let x = DoubleLanes(at: state + lane)
    (.splat(slope) * (x - .splat(centre)) - .splat(mean)).store(to: velocity + lane)
  }
  for lane in whole..<count { velocity[lane] = slope * (state[lane] - centre) - mean }
}
