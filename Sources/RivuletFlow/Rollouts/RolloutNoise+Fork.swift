import RivuletKernels
import RivuletNumerics

// The noise of the children of a fork, for one root and for a tile of roots, by the same formulas in
// the same order: (xi_0 + s eta) / sqrt(1 + s^2) or c eta.

extension RolloutNoise {
  /// Returns the noise of the edge to one child of a fork.
  func forked(
    _ law: ForkNoise, root: UInt32, step: Int, parent: UInt32, child: UInt32
  ) -> [Double] {
    let own = transition(root: root, step: step, node: Int(child))
    switch law {
    case .independent: return own
    case .scaled(let c): return own.map { c * $0 }
    case .correlated(let s, let sharing):
      let shared = self.shared(
        root: root, step: step, node: sharing == .fork ? Int(parent) : 0)
      let length = (1 + s * s).squareRoot()
      return own.indices.map { (shared[$0] + s * own[$0]) / length }
    }
  }

  /// Turns the private noise of a tile into that of children of a fork.
  ///
  /// - Parameters:
  ///   - law: The law of the fork noise.
  ///   - shared: xi_0 of the fork; only a correlated law reads it.
  ///   - noise: eta, which becomes xi.
  static func fork(_ law: ForkNoise, shared: StateTile, noise: inout StateTile) {
    let count = noise.values.count
    noise.values.withUnsafeMutableBufferPointer { numbers in
      guard let eta = numbers.baseAddress else { return }
      switch law {
      case .independent: return
      case .scaled(let c): scaleRow(eta, count: count, by: c)
      case .correlated(let s, _):
        shared.values.withUnsafeBufferPointer { numbers in
          guard let xi = numbers.baseAddress else { return }
          mixRows(
            eta, count: count, factor: s, with: xi, dividedBy: (1 + s * s).squareRoot())
        }
      }
    }
  }
}
