import Rivulet
import RivuletTestSupport
import Testing

@Suite struct TransitionKernelTests {
  private let state = [0.5, -0.75, 2]
  private let velocity = [1.25, 0.125, -1]
  private let reference = [1, 0.5, -1.125]
  private let noise = [-0.5, 1, 1.75]

  /// Steps of every stochastic kind: inside, at the noise end, at the data end.
  static let kernels = [
    TransitionKernel(rule: .sde(coefficient: 0.75), time: 0.625, nextTime: 0.5),
    TransitionKernel(rule: .sde(coefficient: 2.25), time: 1, nextTime: 0.875),
    TransitionKernel(rule: .sde(coefficient: 0.25), time: 0.125, nextTime: 0),
    TransitionKernel(rule: .coefficientPreserving(level: 0.75), time: 0.625, nextTime: 0.5),
    TransitionKernel(rule: .coefficientPreserving(level: 0.5), time: 1, nextTime: 0.875),
  ]

  @Test func `means, densities and divergences agree with the independent script`() throws {
    let rows = try FlowTable("steps").rows
    #expect(rows.count == Self.kernels.count)
    for row in rows {
      let parameter = try row.number("parameter")
      let kernel = TransitionKernel(
        rule: try row.text("rule") == "sde"
          ? .sde(coefficient: parameter) : .coefficientPreserving(level: parameter),
        time: try row.number("time"), nextTime: try row.number("next"))
      #expect(Self.kernels.contains(kernel))
      expectClose(
        kernel.mean(state: state, velocity: velocity),
        try row.numbers("mean0", "mean1", "mean2"), within: 1e-15)
      expectNear(kernel.deviation, try row.number("tau"), within: 1e-15)
      let next = kernel.next(state: state, velocity: velocity, noise: noise)
      let expected = try row.number("logp")
      for (reduction, divisor) in [(LogProbabilityReduction.sum, 1.0), (.mean, 3)] {
        expectNear(
          kernel.logProbability(
            of: next, state: state, velocity: velocity, reduction: reduction),
          expected / divisor, within: 1e-13)
        for form in DivergenceForm.allCases {
          expectNear(
            kernel.divergence(
              velocity: velocity, reference: reference, form: form, reduction: reduction),
            try row.number(form.rawValue) / divisor, within: 1e-14)
        }
      }
      expectClose(
        kernel.noise(of: next, state: state, velocity: velocity), noise, within: 1e-13)
    }
  }

  // The trapezoidal rule over 24 tau converges faster than any power: at 0.15 tau its error is below
  // rounding. A density that lacks log tau or log(2 pi)/2 integrates to something else.
  @Test(arguments: kernels)
  func `the density of a step integrates to one`(kernel: TransitionKernel) {
    let (x, v) = ([0.4, -1.5], [0.25, 2.0])
    let mean = kernel.mean(state: x, velocity: v)
    let width = 0.15 * kernel.deviation
    var line = 0.0
    var plane = 0.0
    for i in -80...80 {
      let first = mean[0] + width * Double(i)
      line += Elementary.exp(
        kernel.logProbability(
          of: [first], state: [x[0]], velocity: [v[0]], reduction: .sum))
      for j in -80...80 where abs(i) <= 50 && abs(j) <= 50 {
        plane += Elementary.exp(
          kernel.logProbability(
            of: [first, mean[1] + width * Double(j)], state: x, velocity: v, reduction: .sum))
      }
    }
    expectClose(line * width, 1, within: 1e-12)
    expectClose(plane * width * width, 1, within: 1e-12)
  }

  // The log-probability is quadratic in v, so a central difference is exact up to rounding.
  @Test(arguments: kernels)
  func `the score is the derivative of the log-probability in the velocity`(
    kernel: TransitionKernel
  ) {
    let next = kernel.next(state: state, velocity: velocity, noise: noise)
    for reduction in LogProbabilityReduction.allCases {
      let score = kernel.score(noise: noise, reduction: reduction)
      for index in velocity.indices {
        var (up, down) = (velocity, velocity)
        up[index] += 0.5
        down[index] -= 0.5
        let slope =
          kernel.logProbability(of: next, state: state, velocity: up, reduction: reduction)
          - kernel.logProbability(of: next, state: state, velocity: down, reduction: reduction)
        expectNear(score[index], slope, within: 1e-12)
      }
    }
  }

  // E under the first law of the difference of log-densities, by the trapezoidal rule in one dimension.
  @Test(arguments: kernels)
  func `the exact divergence is the mean difference of log-probabilities`(
    kernel: TransitionKernel
  ) {
    let (x, v, r) = ([0.4], [0.25], [-0.5])
    let width = 0.15 * kernel.deviation
    let mean = kernel.mean(state: x, velocity: v)[0]
    var sum = 0.0
    for i in -80...80 {
      let next = [mean + width * Double(i)]
      let log = kernel.logProbability(of: next, state: x, velocity: v, reduction: .sum)
      let other = kernel.logProbability(of: next, state: x, velocity: r, reduction: .sum)
      sum += Elementary.exp(log) * (log - other) * width
    }
    let exact = kernel.divergence(velocity: v, reference: r, form: .exact, reduction: .sum)
    expectNear(exact, sum, within: 1e-11)
    // |v - r| = 0.75
    expectNear(exact, kernel.scoreCoefficient * kernel.scoreCoefficient * 0.5625 / 2, within: 1e-13)
    expectNear(
      kernel.divergence(velocity: v, reference: r, form: .withoutStepSize, reduction: .sum),
      kernel.stepSize * exact, within: 1e-13)
  }

  @Test func `the log-probability of independent parts is the sum over the parts`() {
    let kernel = Self.kernels[0]
    let next = kernel.next(state: state, velocity: velocity, noise: noise)
    var sum = 0.0
    for index in state.indices {
      sum += kernel.logProbability(
        of: [next[index]], state: [state[index]], velocity: [velocity[index]], reduction: .mean)
    }
    expectClose(
      kernel.logProbability(of: next, state: state, velocity: velocity, reduction: .sum), sum,
      within: 1e-13)
  }

  @Test func `a stochastic step without noise is the ODE step to the bit`() {
    for (time, nextTime) in [(1.0, 0.9), (0.7, 0.6), (0.3, 0.0)] {
      let ode = TransitionKernel(rule: .ode, time: time, nextTime: nextTime)
      let silent = TransitionKernel(rule: .sde(coefficient: 0), time: time, nextTime: nextTime)
      expectSameBits(
        silent.next(state: state, velocity: velocity, noise: noise),
        ode.next(state: state, velocity: velocity, noise: noise))
      #expect(!silent.isStochastic)
      let preserving = TransitionKernel(
        rule: .coefficientPreserving(level: 0), time: time, nextTime: nextTime)
      expectClose(
        preserving.next(state: state, velocity: velocity, noise: noise),
        ode.next(state: state, velocity: velocity, noise: noise), within: 4e-16)
    }
  }

  @Test func `Flow-GRPO's and DanceGRPO's forms of the mean are one formula`() {
    for (time, nextTime) in [(1.0, 0.96), (0.8, 0.7), (0.375, 0.25), (0.1, 0.0)] {
      for coefficient in [0.0, 0.3, 0.7, 2.5] {
        let flow = PublishedForm.flowMean(
          state: state, velocity: velocity, time: time, nextTime: nextTime,
          coefficient: coefficient)
        let dance = PublishedForm.danceMean(
          state: state, velocity: velocity, time: time, nextTime: nextTime, eta: coefficient)
        let kernel = TransitionKernel(
          rule: .sde(coefficient: coefficient), time: time, nextTime: nextTime)
        // 1/t^2 against 1/t: the rounding of (1 - t) x_0 is magnified by s^2 h / (2 t^2) <= 32.
        expectClose(dance, flow, within: 1e-13)
        expectClose(kernel.mean(state: state, velocity: velocity), flow, within: 1e-14)
      }
    }
  }

  @Test func `the coefficient-preserving mean is that of FlowCPS`() {
    for level in [0, 0.3, 0.7, 1] {
      let kernel = TransitionKernel(
        rule: .coefficientPreserving(level: level), time: 0.8, nextTime: 0.7)
      expectClose(
        kernel.mean(state: state, velocity: velocity),
        PublishedForm.coefficientPreservingMean(
          state: state, velocity: velocity, time: 0.8, nextTime: 0.7, level: level),
        within: 1e-15)
    }
  }

  // x_t = (1 - t) x_0 + t x_1 and v = x_1 - x_0: the predictions undo both.
  @Test func `predicted data and noise mix to the state and differ by the velocity`() {
    for time in [1, 0.7, 0.25, 0] {
      let data = PublishedForm.predictedData(state: state, velocity: velocity, time: time)
      let noise = PublishedForm.predictedNoise(state: state, velocity: velocity, time: time)
      for index in state.indices {
        expectClose((1 - time) * data[index] + time * noise[index], state[index], within: 1e-15)
        expectClose(noise[index] - data[index], velocity[index], within: 1e-15)
      }
    }
  }

  @Test func `the branches' mean lies off the ODE point by the score`() {
    for kernel in Self.kernels[0...2] {
      let score = PublishedForm.marginalScore(state: state, velocity: velocity, time: kernel.time)
      let ode = TransitionKernel(rule: .ode, time: kernel.time, nextTime: kernel.nextTime)
      let point = ode.mean(state: state, velocity: velocity)
      let s = kernel.noiseCoefficient
      expectClose(
        kernel.mean(state: state, velocity: velocity),
        point.indices.map { point[$0] + s * s * kernel.stepSize / 2 * score[$0] }, within: 1e-14)
    }
  }

  // Data N(mu, s^2): the marginal law is N((1-t) mu, V), its score -(x - (1-t) mu)/V in either direction.
  @Test func `the score of a convention with time from noise is the same number`() throws {
    let field = try GaussianField(means: [0.5], deviations: [0.3])
    for time in [0.9, 0.5, 0.2] {
      let v = field.velocity(at: [1.5], time: time)
      let reversed = PublishedForm.timeReversed(velocity: v, time: time)
      let expected =
        -(1.5 - (1 - time) * 0.5) / ((1 - time) * (1 - time) * 0.09 + time * time)
      expectClose(
        PublishedForm.marginalScore(state: [1.5], velocity: v, time: time)[0], expected,
        within: 1e-13)
      expectClose(
        -(1.5 - reversed.time * reversed.velocity[0]) / (1 - reversed.time), expected,
        within: 1e-13)
      #expect(PublishedForm.timeReversed(velocity: reversed.velocity, time: time).velocity == v)
    }
    #expect(PublishedForm.countedFromData(0, steps: 10) == 10)
    #expect(PublishedForm.countedFromData(10, steps: 10) == 0)
  }

  @Test(arguments: [1, 2, 16, 256])
  func `a tile advances to the same bits as its states one by one`(dimension: Int) {
    let states = irregularTile(dimension: dimension, salt: 1)
    let velocities = irregularTile(dimension: dimension, salt: 2)
    let noises = irregularTile(dimension: dimension, salt: 3)
    let ode = TransitionKernel(rule: .ode, time: 0.5, nextTime: 0.25)
    for kernel in Self.kernels + [ode] {
      var tile = states
      kernel.advance(tile: &tile, velocity: velocities, noise: noises)
      for lane in [0, 1, 7, 8, 31, 63] {
        expectSameBits(
          tile.state(lane),
          kernel.next(
            state: states.state(lane), velocity: velocities.state(lane),
            noise: noises.state(lane)))
      }
    }
  }

  @Test func `misuse stops`() async {
    await #expect(processExitsWith: .failure) {
      _ = TransitionKernel(rule: .ode, time: 0.5, nextTime: 0.5)
    }
    await #expect(processExitsWith: .failure) {
      _ = TransitionKernel(rule: .sde(coefficient: .nan), time: 0.5, nextTime: 0.25)
    }
    await #expect(processExitsWith: .failure) {
      _ = TransitionKernel(rule: .ode, time: 0.5, nextTime: 0.25).logProbability(
        of: [0], state: [0], velocity: [0], reduction: .sum)
    }
    await #expect(processExitsWith: .failure) {
      var tile = StateTile(dimension: 1)
      TransitionKernel(rule: .sde(coefficient: 1), time: 0.5, nextTime: 0.25).advance(
        tile: &tile, velocity: StateTile(dimension: 1))
    }
  }
}
