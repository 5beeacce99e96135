import RivuletFlow
import Synchronization

/// A number of calls that several threads may add to.
final class CallCounter: Sendable {
  private let calls = Atomic<Int>(0)

  /// The calls so far.
  var count: Int { calls.load(ordering: .relaxed) }

  /// Adds calls.
  func add(_ number: Int) { calls.wrappingAdd(number, ordering: .relaxed) }
}

/// A velocity field that counts the states at which it is really evaluated.
struct CountingField<Base: VelocityField>: VelocityField {
  let base: Base
  let counter: CallCounter

  var dimension: Int { base.dimension }

  func velocity(at state: [Double], time: Double) -> [Double] {
    counter.add(1)
    return base.velocity(at: state, time: time)
  }

  func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    counter.add(StateTile.lanes)
    base.velocity(of: tile, time: time, into: &output)
  }
}

/// A reward that counts the states that it really scores.
struct CountingReward<Base: Reward>: Reward {
  let base: Base
  let counter: CallCounter

  var dimension: Int { base.dimension }

  func reward(of state: [Double]) -> Double {
    counter.add(1)
    return base.reward(of: state)
  }

  func rewards(of tile: StateTile) -> [Double] {
    counter.add(StateTile.lanes)
    return base.rewards(of: tile)
  }
}
