import Rivulet
import RivuletTestSupport
import Synchronization
import Testing

/// A field that counts for how many states its velocity was asked.
final class CountingField: VelocityField {
  let base: GaussianField
  private let count = Mutex(0)

  init(_ base: GaussianField) { self.base = base }

  var calls: Int { count.withLock { $0 } }
  var dimension: Int { base.dimension }

  func velocity(at state: [Double], time: Double) -> [Double] {
    count.withLock { $0 += 1 }
    return base.velocity(at: state, time: time)
  }
}

/// A reward that is not a number for the states of a tile's lane, and once in a sequence of calls.
final class BrokenReward: Reward {
  let dimension = 1
  private let brokenCall: Int
  private let brokenLane: Int
  private let count = Mutex(0)

  init(brokenCall: Int = .max, brokenLane: Int = .max) {
    self.brokenCall = brokenCall
    self.brokenLane = brokenLane
  }

  var calls: Int { count.withLock { $0 } }

  func reward(of state: [Double]) -> Double {
    let call = count.withLock { count in
      count += 1
      return count - 1
    }
    return call == brokenCall ? .nan : 0
  }

  func rewards(of tile: StateTile) -> [Double] {
    (0..<StateTile.lanes).map { $0 == brokenLane ? .infinity : reward(of: tile.state($0)) }
  }
}

@Suite struct ChainSamplerTests {
  private let key = RandomKey(seed: 20)

  /// Plans of every kind on one grid: full SDE, ODE, a window, and the other noise families.
  static let plans: [SamplingPlan] = {
    let grid = TimeGrid.stableDiffusion3(steps: 6)
    let flow = NoiseSchedule.flow(scale: 0.7)
    do {
      return [
        try .fullSDE(grid: grid, noise: flow), .ode(grid: grid),
        try .window(grid: grid, noise: flow, start: 1, size: 2),
        try .fullSDE(grid: grid, noise: .constant(0.3), lastStepIsStochastic: true),
        try .fullSDE(grid: grid, noise: .coefficientPreserving(0.7)),
      ]
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  @Test(arguments: [1, 2, 16, 256], [0, 3])
  func `a chain has the bits of its lane in a tile`(dimension: Int, index: Int) throws {
    for plan in dimension <= 16 ? Self.plans : [Self.plans[2]] {
      let sampler = ChainSampler(
        plan: plan, field: try gaussianData(dimension: dimension),
        reward: LinearReward(gradient: irregularNumbers(dimension)))
      let tile = try sampler.tile(index, key: key)
      #expect(tile.states.count == 7 && tile.noises.count == 6)
      for lane in [0, 5, 63] {
        let chain = try sampler.rollout(root: UInt32(64 * index + lane), key: key)
        for step in 0...6 { expectSameBits(tile.states[step].state(lane), chain.states[step]) }
        for step in 0..<6 { expectSameBits(tile.noises[step].state(lane), chain.noises[step]) }
        expectSameBits([tile.rewards[lane]], [chain.reward])
      }
    }
  }

  @Test func `a chain follows from its noises, and its noises from their coordinates`() throws {
    let field = try gaussianData(dimension: 2, rotated: true)
    let reward = QuadraticReward(curvature: 1, gradient: [1, 2])
    for plan in Self.plans {
      let chain = try ChainSampler(plan: plan, field: field, reward: reward)
        .rollout(root: 7, key: key)
      expectSameBits(
        chain.states[0],
        key.child("initial").standardNormals(count: 2, at: NoiseAddress(root: 7)))
      for (step, kernel) in plan.kernels.enumerated() {
        let (x, next) = (chain.states[step], chain.states[step + 1])
        let v = field.velocity(at: x, time: plan.grid.times[step])
        expectSameBits(next, kernel.next(state: x, velocity: v, noise: chain.noises[step]))
        if kernel.isStochastic {
          expectSameBits(
            chain.noises[step],
            key.child("transition").standardNormals(
              count: 2, at: NoiseAddress(root: 7, step: UInt32(step), node: 0)))
          expectSameBits(
            [chain.logProbabilities[step]],
            [kernel.logProbability(of: next, state: x, velocity: v, reduction: .sum)])
        } else {
          #expect(chain.noises[step] == [0, 0])
          #expect(chain.logProbabilities[step] == 0)
        }
      }
      expectSameBits([chain.reward], [reward.reward(of: chain.states[6])])
    }
  }

  @Test func `a chain whose noise has scale zero is the ODE to the bit`() throws {
    let field = try gaussianData(dimension: 3)
    let reward = LinearReward(gradient: [1, 2, 3])
    let grid = TimeGrid.flux(steps: 8)
    let silent = ChainSampler(
      plan: try .fullSDE(grid: grid, noise: .flow(scale: 0), lastStepIsStochastic: true),
      field: field, reward: reward)
    let ode = ChainSampler(plan: .ode(grid: grid), field: field, reward: reward)
    #expect(
      try silent.rollout(root: 3, key: key) == ode.rollout(root: 3, key: key))
    #expect(try silent.tile(1, key: key).states == ode.tile(1, key: key).states)
  }

  // Ledger against calls really made: the field's own tile form asks for one state after the other.
  @Test func `the ledger counts the calls that are made`() throws {
    for plan in Self.plans {
      let field = CountingField(try gaussianData(dimension: 1))
      let reward = BrokenReward()
      let sampler = ChainSampler(plan: plan, field: field, reward: reward)
      let one = try sampler.rollout(root: 0, key: key).cost
      #expect(one.modelCalls == 6 && one.modelCalls == field.calls)
      #expect(one.rewardCalls == 1 && reward.calls == 1)
      #expect(one.gradientEvaluations == plan.stochasticSteps.count)
      var total = one
      total += try sampler.tile(0, key: key).cost
      #expect(total.modelCalls == field.calls)
      #expect(total.rewardCalls == reward.calls)
      #expect(total.gradientEvaluations == 65 * plan.stochasticSteps.count)
    }
  }

  @Test func `a reward that is not finite stops the rollout with its place`() throws {
    let field = try GaussianField(means: [0], deviations: [1])
    let plan = Self.plans[0]
    let error = #expect(throws: RewardError.self) {
      try ChainSampler(plan: plan, field: field, reward: BrokenReward(brokenCall: 0))
        .rollout(root: 5, key: key)
    }
    #expect(
      error?.description
        == "the reward of the chain from root 5 is nan; a reward must be finite")
    #expect(throws: RewardError.notFinite(at: .chain(root: 135), value: .infinity)) {
      try ChainSampler(plan: plan, field: field, reward: BrokenReward(brokenLane: 7))
        .tile(2, key: key)
    }
  }

  @Test func `a velocity that is not finite stops the rollout with its place`() throws {
    let field = AffineField(dimension: 2) { time in
      (SquareMatrix(size: 2, elements: [0, 0, 0, 0]), [0, time < 0.1 ? .infinity : 0])
    }
    let sampler = ChainSampler(
      plan: Self.plans[0], field: field, reward: LinearReward(gradient: [1, 0]))
    let value = -Double.infinity
    #expect(throws: StateError.notFinite(at: .chain(root: 5), dimension: 1, value: value)) {
      try sampler.rollout(root: 5, key: key)
    }
    #expect(
      throws: StateError.notFinite(at: .chain(root: 64), dimension: 1, value: value)
    ) {
      try sampler.tile(1, key: key)
    }
  }

  @Test func `a tile beyond the last root stops`() async {
    await #expect(processExitsWith: .failure) {
      let field = try GaussianField(means: [0], deviations: [1])
      let sampler = ChainSampler(
        plan: .ode(grid: .uniform(steps: 2)), field: field, reward: LinearReward(gradient: [1]))
      _ = try sampler.tile(1 << 26, key: RandomKey(seed: 1))
    }
  }
}
