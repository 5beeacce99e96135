import RivuletLanes

/// Writes points between data and noise, and the velocities of their paths:
/// x_t = (1 - t) x + t eps, u = eps - x.
///
/// - Parameters:
///   - data: x, `count` numbers.
///   - noise: eps, as many.
///   - time: t.
///   - count: A multiple of eight.
///   - points: Room for `count` numbers.
///   - velocities: Room for `count` numbers.
public func formPathPoints(
  data: UnsafePointer<Float>, noise: UnsafePointer<Float>, time: Float, count: Int,
  points: UnsafeMutablePointer<Float>, velocities: UnsafeMutablePointer<Float>
) {
  let rest = FloatLanes.splat(1 - time)
  for place in Eights(below: count) {
    let x = FloatLanes(at: data + place)
    let eps = FloatLanes(at: noise + place)
    (rest * x + .splat(time) * eps).store(to: points + place)
    (eps - x).store(to: velocities + place)
  }
}

/// Writes the derivative of a sum of squares, and adds the squares: delta = 2 scale (v - u).
///
/// - Parameters:
///   - velocity: v, `count` numbers.
///   - target: u, as many.
///   - count: A multiple of eight.
///   - scale: The factor of the squares.
///   - delta: Room for `count` numbers.
///   - squares: Eight sums of (v - u)², place by place modulo eight; added to.
public func formMatchingDelta(
  velocity: UnsafePointer<Float>, target: UnsafePointer<Float>, count: Int, scale: Float,
  delta: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
) {
  var sum = FloatLanes(at: squares)
  for place in Eights(below: count) {
    let difference: FloatLanes = FloatLanes(at: velocity + place) - FloatLanes(at: target + place)
    sum = sum + difference * difference
    (difference * .splat(2 * scale)).store(to: delta + place)
  }
  sum.store(to: squares)
}
