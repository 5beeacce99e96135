import RivuletNumerics

/// The noise of a rollout, addressed by coordinates.
///
/// The initial state of root r is drawn from the child "initial" of the key at (root r); the noise of
/// step k at node j of root r from the child "transition" at (root r, step k, node j). A chain is node
/// 0 of its steps. What the children of a fork share comes from the child "fork". So a draw does not
/// depend on which other steps, branches or roots are drawn, and methods can be compared on the same
/// noise.
struct RolloutNoise {
  let dimension: Int
  private let initial: RandomKey
  private let transition: RandomKey
  private let fork: RandomKey

  init(key: RandomKey, dimension: Int) {
    self.dimension = dimension
    initial = key.child("initial")
    transition = key.child("transition")
    fork = key.child("fork")
  }

  func initialState(root: UInt32) -> [Double] {
    initial.standardNormals(count: dimension, at: NoiseAddress(root: root))
  }

  func transition(root: UInt32, step: Int, node: Int) -> [Double] {
    transition.standardNormals(count: dimension, at: address(root: root, step: step, node: node))
  }

  func shared(root: UInt32, step: Int, node: Int) -> [Double] {
    fork.standardNormals(count: dimension, at: address(root: root, step: step, node: node))
  }

  func initialTile(firstRoot: UInt32) -> StateTile {
    tile(initial, at: NoiseAddress(root: firstRoot))
  }

  func transitionTile(firstRoot: UInt32, step: Int, node: Int) -> StateTile {
    tile(transition, at: address(root: firstRoot, step: step, node: node))
  }

  /// Draws the initial states of a tile into memory that is there already.
  func fillInitial(_ tile: inout StateTile, firstRoot: UInt32) {
    fill(&tile, initial, at: NoiseAddress(root: firstRoot))
  }

  /// Draws the noise of a step into memory that is there already.
  func fillTransition(_ tile: inout StateTile, firstRoot: UInt32, step: Int, node: Int) {
    fill(&tile, transition, at: address(root: firstRoot, step: step, node: node))
  }

  /// Draws what children of a fork share into memory that is there already.
  func fillShared(_ tile: inout StateTile, firstRoot: UInt32, step: Int, node: Int) {
    fill(&tile, fork, at: address(root: firstRoot, step: step, node: node))
  }

  /// Returns the first root of a tile.
  static func firstRoot(ofTile index: Int) -> UInt32 {
    let last = Int(UInt32.max) / StateTile.lanes
    precondition((0...last).contains(index), "a tile has a number in 0 ... \(last), got \(index)")
    return UInt32(index * StateTile.lanes)
  }

  private func address(root: UInt32, step: Int, node: Int) -> NoiseAddress {
    guard let step = UInt32(exactly: step), let node = UInt32(exactly: node) else {
      preconditionFailure("noise has no step \(step) or node \(node)")
    }
    return NoiseAddress(root: root, step: step, node: node)
  }

  private func tile(_ key: RandomKey, at address: NoiseAddress) -> StateTile {
    var tile = StateTile(dimension: dimension)
    fill(&tile, key, at: address)
    return tile
  }

  private func fill(_ tile: inout StateTile, _ key: RandomKey, at address: NoiseAddress) {
    tile.values.withUnsafeMutableBufferPointer {
      key.fillStandardNormals(
        dimension: dimension, lanes: StateTile.lanes, at: address, into: $0)
    }
  }
}
