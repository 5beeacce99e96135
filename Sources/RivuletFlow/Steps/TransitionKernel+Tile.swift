import RivuletKernels

extension TransitionKernel {
  /// Moves every state of a tile by one step, bit-equal to ``next(state:velocity:noise:)``.
  ///
  /// - Parameters:
  ///   - tile: The states x, which become x'.
  ///   - velocity: v at every state and the step's time.
  ///   - noise: xi for every state; a stochastic step needs it, a step without noise ignores it.
  public func advance(tile: inout StateTile, velocity: StateTile, noise: StateTile? = nil) {
    precondition(
      tile.dimension == velocity.dimension,
      "state and velocity differ in dimension: \(tile.dimension) and \(velocity.dimension)")
    let count = tile.values.count
    tile.values.withUnsafeMutableBufferPointer { states in
      velocity.values.withUnsafeBufferPointer { velocities in
        guard let x = states.baseAddress, let v = velocities.baseAddress else { return }
        guard isStochastic else {
          affineStep(
            state: x, velocity: v, noise: nil, count: count, a: stateFactor, b: velocityFactor, c: 0
          )
          return
        }
        guard let noise, noise.values.count == count else {
          preconditionFailure("a stochastic step needs noise of \(count) numbers")
        }
        noise.values.withUnsafeBufferPointer { noises in
          affineStep(
            state: x, velocity: v, noise: noises.baseAddress, count: count, a: stateFactor,
            b: velocityFactor, c: deviation)
        }
      }
    }
  }
}
