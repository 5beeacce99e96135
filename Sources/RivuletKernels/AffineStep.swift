/// Moves one row of a batch by one affine step: x <- a x + b v + c z, in that order of additions.
///
/// `noise` may be nil, which stands for c = 0 and adds nothing.
public func affineStep(
  state: UnsafeMutablePointer<Double>, velocity: UnsafePointer<Double>,
  noise: UnsafePointer<Double>?, count: Int, a: Double, b: Double, c: Double
) {
  if let noise {
    for lane in 0..<count {
      state[lane] = (a * state[lane] + b * velocity[lane]) + c * noise[lane]
    }
  } else {
    for lane in 0..<count { state[lane] = a * state[lane] + b * velocity[lane] }
  }
}
