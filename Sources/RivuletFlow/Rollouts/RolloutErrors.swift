/// Where a final state stands: at the end of a chain, of a branch, or at a leaf of a tree.
public enum RolloutPlace: Sendable, Hashable, CustomStringConvertible {
  /// The last state of the chain from a root.
  case chain(root: UInt32)
  /// The last state of one branch of one branching step.
  case branch(root: UInt32, step: Int, branch: Int)
  /// A leaf of a tree, counted among its leaves.
  case leaf(root: UInt32, leaf: Int)

  /// The place in words.
  public var description: String {
    switch self {
    case .chain(let root): "the chain from root \(root)"
    case .branch(let root, let step, let branch):
      "branch \(branch) at step \(step) from root \(root)"
    case .leaf(let root, let leaf): "leaf \(leaf) of the tree from root \(root)"
    }
  }

  /// Returns the same place for another root, that of a later lane of a tile.
  func moved(by lanes: Int) -> RolloutPlace {
    switch self {
    case .chain(let root): .chain(root: root + UInt32(lanes))
    case .branch(let root, let step, let branch):
      .branch(root: root + UInt32(lanes), step: step, branch: branch)
    case .leaf(let root, let leaf): .leaf(root: root + UInt32(lanes), leaf: leaf)
    }
  }
}

/// A reward that stops a rollout.
public enum RewardError: Error, Hashable, CustomStringConvertible {
  /// A reward is NaN or infinite.
  case notFinite(at: RolloutPlace, value: Double)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .notFinite(let place, let value):
      "the reward of \(place) is \(name(of: value)); a reward must be finite"
    }
  }
}

/// A state that stops a rollout.
public enum StateError: Error, Hashable, CustomStringConvertible {
  /// A number of a final state is NaN or infinite; as a rule the velocity was, at some step before.
  case notFinite(at: RolloutPlace, dimension: Int, value: Double)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .notFinite(let place, let dimension, let value):
      "dimension \(dimension) of the final state of \(place) is \(name(of: value)); "
        + "the velocity must be finite at every state"
    }
  }
}

/// Returns how a number reads in a message; the sign of a NaN differs between processors.
private func name(of value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

extension RolloutPlace {
  /// Scores a final state, and stops where it or its reward is not finite.
  ///
  /// A number that is not finite stays so through all later steps (each adds to a multiple of it), so
  /// looking at the final state finds what went wrong at any step.
  func reward(of state: [Double], by reward: some Reward) throws -> Double {
    for (index, value) in state.enumerated() where !value.isFinite {
      throw StateError.notFinite(at: self, dimension: index, value: value)
    }
    let value = reward.reward(of: state)
    guard value.isFinite else { throw RewardError.notFinite(at: self, value: value) }
    return value
  }

  /// Scores a tile of final states, and stops at the first lane where one or its reward is not finite.
  ///
  /// The place is that of the first lane.
  func rewards(of tile: StateTile, by reward: some Reward) throws -> [Double] {
    if !tile.isFinite {
      for lane in 0..<StateTile.lanes {
        for (index, value) in tile.state(lane).enumerated() where !value.isFinite {
          throw StateError.notFinite(at: moved(by: lane), dimension: index, value: value)
        }
      }
    }
    let values = reward.rewards(of: tile)
    precondition(
      values.count == StateTile.lanes,
      "a reward returned \(values.count) numbers for \(StateTile.lanes) lanes")
    for (lane, value) in values.enumerated() where !value.isFinite {
      throw RewardError.notFinite(at: moved(by: lane), value: value)
    }
    return values
  }
}
