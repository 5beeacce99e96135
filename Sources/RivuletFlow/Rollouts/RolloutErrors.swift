/// A reward that stops a rollout.
public enum RewardError: Error, Hashable, CustomStringConvertible {
  /// A reward is NaN or infinite.
  ///
  /// `step` is the branching step, or nil for a chain; `branch` is 0 for a chain.
  case notFinite(root: UInt32, step: Int?, branch: Int, value: Double)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .notFinite(let root, let step, let branch, let value):
      "the reward of \(place(root: root, step: step, branch: branch)) is \(name(of: value)); "
        + "a reward must be finite"
    }
  }
}

/// A state that stops a rollout.
public enum StateError: Error, Hashable, CustomStringConvertible {
  /// A number of a final state is NaN or infinite; as a rule the velocity was, at some step before.
  ///
  /// `step` is the branching step, or nil for a chain; `branch` is 0 for a chain.
  case notFinite(root: UInt32, step: Int?, branch: Int, dimension: Int, value: Double)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .notFinite(let root, let step, let branch, let dimension, let value):
      "dimension \(dimension) of the final state of "
        + "\(place(root: root, step: step, branch: branch)) is \(name(of: value)); "
        + "the velocity must be finite at every state"
    }
  }
}

/// Returns how a number reads in a message; the sign of a NaN differs between processors.
private func name(of value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

private func place(root: UInt32, step: Int?, branch: Int) -> String {
  guard let step else { return "the chain from root \(root)" }
  return "branch \(branch) at step \(step) from root \(root)"
}

/// Where a final state stands: the last state of a chain, or of one branch of one step.
struct FinalPlace {
  /// The root of the state, or that of the first lane of a tile.
  var root: UInt32
  /// The branching step; nil for a chain.
  var step: Int?
  /// The branch; 0 for a chain.
  var branch = 0

  /// Scores a final state, and stops where it or its reward is not finite.
  ///
  /// A number that is not finite stays so through all later steps (each adds to a multiple of it), so
  /// looking at the final state finds what went wrong at any step.
  func reward(of state: [Double], by reward: some Reward) throws -> Double {
    for (index, value) in state.enumerated() where !value.isFinite {
      throw StateError.notFinite(
        root: root, step: step, branch: branch, dimension: index, value: value)
    }
    let value = reward.reward(of: state)
    guard value.isFinite else {
      throw RewardError.notFinite(root: root, step: step, branch: branch, value: value)
    }
    return value
  }

  /// Scores a tile of final states, and stops at the first lane where one or its reward is not finite.
  func rewards(of tile: StateTile, by reward: some Reward) throws -> [Double] {
    if !tile.isFinite {
      for lane in 0..<StateTile.lanes {
        for (index, value) in tile.state(lane).enumerated() where !value.isFinite {
          throw StateError.notFinite(
            root: root + UInt32(lane), step: step, branch: branch, dimension: index, value: value)
        }
      }
    }
    let values = reward.rewards(of: tile)
    precondition(
      values.count == StateTile.lanes,
      "a reward returned \(values.count) numbers for \(StateTile.lanes) lanes")
    for (lane, value) in values.enumerated() where !value.isFinite {
      throw RewardError.notFinite(
        root: root + UInt32(lane), step: step, branch: branch, value: value)
    }
    return values
  }
}
