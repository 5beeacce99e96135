import Rivulet
import Testing

@Suite struct `Sums of fields` {
  static let first = StepwiseAffineField(
    slopes: [[0.5, -1, 2], [0.25, 1, 0.125]], offsets: [[1, 2, 3], [-1, 0.5, 0]], contextCount: 2)
  static let second = MultilayerPerceptron(dimension: 3, hidden: [7, 5], contextCount: 2)

  @Test func `velocity and derivatives of a sum are those of its fields`() {
    let lanes = 24
    let times: [Float] = [1, 0.5]
    let sum = FieldSum(Self.first, Self.second)
    let one = wave(Self.first.parameterCount, 1, scale: 0.5)
    let two = wave(Self.second.parameterCount, 2, scale: 0.5)
    #expect(sum.parameterCount == one.count + two.count)
    #expect(sum.boundSteps == 2)
    let state = wave(5 * lanes, 3)
    let delta = wave(3 * lanes, 4)
    let whole = TileRun(field: sum, times: times, lanes: lanes).run(
      parameters: one + two, step: 1, state: state, delta: delta)
    let part = TileRun(field: Self.first, times: times, lanes: lanes).run(
      parameters: one, step: 1, state: state, delta: delta)
    let other = TileRun(field: Self.second, times: times, lanes: lanes).run(
      parameters: two, step: 1, state: state, delta: delta)
    // One addition of the same numbers: the bits are equal.
    #expect(whole.velocity == zip(part.velocity, other.velocity).map { $0 + $1 })
    #expect(whole.stateDelta == zip(part.stateDelta, other.stateDelta).map { $0 + $1 })
    #expect(whole.gradient == part.gradient + other.gradient)
  }

  @Test func `a residual that starts at zero leaves the exact field`() throws {
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.model = Component(
      "pixelField",
      [
        .init("side", .count(4)), .init("spectrumExponent", .number(2)),
        .init("deviation", .number(1.5)), .init("hidden", .counts([8])),
        .init("activation", .name("silu")), .init("conditioning", .name("none")),
      ])
    recipe.rewards.terms[0].reward = Component("lowFrequencies", [.init("cutoff", .count(2))])
    try recipe.validate()
    let world = TrainingWorld(recipe)
    let exact = try PixelGridField(side: 4, exponent: 2, scale: 1.5)
    let lanes = 8
    let coefficients = wave(16 * lanes, 1)
    let step = 6
    let velocity = velocity(
      of: world.field, world.parameters, world.times.map { Float($0) }, step, coefficients, lanes)
    for lane in 0..<lanes {
      // The field of images, in double precision: transform, velocity, transform back.
      let image = exact.basis.state(of: (0..<16).map { Double(coefficients[$0 * lanes + lane]) })
      let truth = exact.basis.coordinates(
        of: exact.velocity(at: image, time: world.times[step]))
      for row in 0..<16 {
        expectNear(Double(velocity[row * lanes + lane]), truth[row], within: 2e-6)
      }
    }
  }

  private func velocity(
    of field: some TrainableField, _ parameters: [Float], _ times: [Float], _ step: Int,
    _ state: [Float], _ lanes: Int
  ) -> [Float] {
    TileRun(field: field, times: times, lanes: lanes).run(
      parameters: parameters, step: step, state: state,
      delta: [Float](repeating: 0, count: field.dimension * lanes)
    ).velocity
  }
}
