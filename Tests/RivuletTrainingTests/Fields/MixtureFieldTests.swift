import Rivulet
import Testing

@Suite struct `A mixture that learns` {
  static let mixture = try? MixtureField(
    weights: [0.5, 0.25, 1], means: [[1, 0], [-0.5, 1.5], [0.25, -2]],
    deviations: [0.5, 1.25, 0.75])
  static let times: [Float] = [1, 0.625, 0.125]

  /// One hot row for each prompt; lane l has prompt l modulo their number.
  private func context(_ prompts: Int, lanes: Int) -> [Float] {
    (0..<prompts).flatMap { prompt in
      (0..<lanes).map { $0 % max(1, prompts) == prompt ? 1 : 0 }
    }
  }

  /// The mixture that a lane sees: logarithms of weights with the prompt's shifts added.
  private func seen(_ mixture: MixtureField, shift: [Double]) -> MixtureField {
    var parameters = mixture.parameters
    for index in shift.indices { parameters[index] += shift[index] }
    return mixture.with(parameters: parameters)
  }

  @Test(arguments: [false, true], [0, 2])
  func `velocity and derivatives are those of the field in double precision`(
    learnsAll: Bool, prompts: Int
  ) throws {
    let mixture = try #require(Self.mixture)
    let lanes = 24
    let field = GaussianMixtureField(mixture, learnsAll: learnsAll, contextCount: prompts)
    #expect(field.parameterCount == (learnsAll ? 12 : 6) + 3 * prompts)
    var parameters = field.initialParameters
    let shifts = wave(3 * prompts, 7, scale: 0.5)
    let shiftStart = parameters.count - shifts.count
    for index in shifts.indices { parameters[shiftStart + index] = shifts[index] }
    let state = wave(2 * lanes, 1, scale: 1.5) + context(prompts, lanes: lanes)
    let delta = wave(2 * lanes, 2)
    for step in Self.times.indices {
      let run = TileRun(field: field, times: Self.times, lanes: lanes).run(
        parameters: parameters, step: step, state: state, delta: delta)
      var gradient = [Double](repeating: 0, count: parameters.count)
      for lane in 0..<lanes {
        let prompt = prompts > 0 ? lane % prompts : 0
        let shift = (0..<(prompts > 0 ? 3 : 0)).map { Double(shifts[3 * prompt + $0]) }
        let own = seen(mixture, shift: shift)
        let x = [Double(state[lane]), Double(state[lanes + lane])]
        let a = [Double(delta[lane]), Double(delta[lanes + lane])]
        let time = Double(Self.times[step])
        let velocity = own.velocity(at: x, time: time)
        let pull = own.pullback(a, at: x, time: time)
        for row in 0..<2 {
          expectNear(Double(run.velocity[row * lanes + lane]), velocity[row], within: 1e-5)
          expectNear(Double(run.stateDelta[row * lanes + lane]), pull.state[row], within: 2e-5)
        }
        // In double precision: three logarithms of weights, six numbers of means, three of deviations.
        let learned = learnsAll ? Array(pull.parameters) : Array(pull.parameters[3..<9])
        for index in learned.indices { gradient[index] += learned[index] }
        for index in shift.indices {
          gradient[shiftStart + 3 * prompt + index] += pull.parameters[index]
        }
        for other in 0..<prompts {
          // The derivative with respect to a row of the context meets that row's shifts.
          var slope = 0.0
          for index in 0..<3 {
            slope += pull.parameters[index] * Double(shifts[3 * other + index])
          }
          expectNear(
            Double(run.stateDelta[(2 + other) * lanes + lane]), slope, within: 2e-5)
        }
      }
      for index in gradient.indices {
        expectNear(
          Double(run.gradient[index]), gradient[index], within: 1e-4,
          "parameter \(index) at step \(step)")
      }
    }
  }

  @Test func `each derivative is the slope of the velocity`() throws {
    let mixture = try #require(Self.mixture)
    let lanes = 8
    let field = GaussianMixtureField(mixture, learnsAll: true)
    let parameters = field.initialParameters
    let state = wave(2 * lanes, 3)
    let delta = wave(2 * lanes, 4)
    let run = TileRun(field: field, times: [0.5], lanes: lanes).run(
      parameters: parameters, step: 0, state: state, delta: delta)
    /// delta times velocity, in double precision, with one parameter moved.
    func product(_ index: Int, by change: Double) -> Double {
      var moved = mixture.parameters
      moved[index] += change
      let field = mixture.with(parameters: moved)
      var sum = 0.0
      for lane in 0..<lanes {
        let velocity = field.velocity(
          at: [Double(state[lane]), Double(state[lanes + lane])], time: 0.5)
        for row in 0..<2 { sum += Double(delta[row * lanes + lane]) * velocity[row] }
      }
      return sum
    }
    for index in parameters.indices {
      // The error of the difference is h² / 6 times a third derivative, below 1e-7.
      let slope = (product(index, by: 1e-4) - product(index, by: -1e-4)) / 2e-4
      expectNear(Double(run.gradient[index]), slope, within: 2e-5, "parameter \(index)")
      // A derivative of the wrong sign is seen.
      #expect(abs(slope) > 1e-3 && abs(-Double(run.gradient[index]) - slope) > 1e-3)
    }
  }

  @Test func `far away the nearest component alone counts`() throws {
    let mixture = try #require(Self.mixture)
    let lanes = 8
    let field = GaussianMixtureField(mixture, learnsAll: true)
    // Seventy standard deviations out all terms but the largest underflow.
    let state = [Float](repeating: 90, count: lanes) + [Float](repeating: -60, count: lanes)
    let run = TileRun(field: field, times: [0.0625], lanes: lanes).run(
      parameters: field.initialParameters, step: 0, state: state,
      delta: [Float](repeating: 1, count: 2 * lanes))
    let exact = mixture.velocity(at: [90, -60], time: 0.0625)
    for row in 0..<2 {
      expectNear(Double(run.velocity[row * lanes]), exact[row], within: 1e-4)
      #expect(run.stateDelta[row * lanes].isFinite)
    }
  }
}
