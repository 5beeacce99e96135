import Rivulet

/// `rivulet expect value`: the expected final reward of a state.
enum ValueQuantity: Quantity {
  /// The rewards with a closed form.
  enum RewardFamily: String, CaseIterable, Sendable {
    case linear
    case quadratic
    case bump
    case mixture
  }

  static let name = "value"
  static let summary = "The expected final reward of a state at a step"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect value --step 3 --state 0.5,-1 --gradient 1,0",
      "the value of a state for a linear reward"),
    CommandSyntax.Example(
      "rivulet expect value --step 0 --state 0.5 --reward bump --center 1 --width 0.5",
      "the value for a Gaussian bump"),
    CommandSyntax.Example(
      "rivulet expect value --step 0 --state 0.5 --reward mixture --bump 0.3:0.6:1.5 "
        + "--bump 0.7:0.6:-1.5", "the value for two bumps"),
  ]

  static let step = Option(
    "--step", "K", .count(0...10_000),
    help: "The step before which the state stands; N is the end")
  static let state = Option(
    "--state", "X,...", .numbers, help: "The state x, one number for each dimension")
  static let reward = Option(
    "--reward", "FAMILY", .choice(of: RewardFamily.self), help: "The family of the reward",
    default: "linear")
  static let curvature = Option(
    "--curvature", "Q", .bounded, help: "q of the quadratic reward g x - q x^2 / 2", default: "1")
  static let center = Option(
    "--center", "C,...", .numbers, help: "The centre of the bump", default: "0")
  static let width = Option(
    "--width", "W", .boundedScale, help: "The width of the bump", default: "1")
  static let bump = Option(
    "--bump", "HEIGHT:WIDTH:C,...", .bump, help: "A term of the mixture", isRepeated: true)

  static let groups = [
    ScheduleOptions.group,
    CommandSyntax.OptionGroup(
      title: "State and reward",
      options: [
        step.declaration, state.declaration, reward.declaration,
        FlowOptions.gradient.declaration, curvature.declaration, center.declaration,
        width.declaration, bump.declaration, FlowOptions.sampler.declaration,
        FlowOptions.dataMean.declaration,
      ]),
  ]
  static let notes = [
    "The state's numbers are its coordinates in the basis in which the data are independent, each "
      + "with mean --data-mean and standard deviation --data-scale."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    var schedule = try arguments.schedule()
    let state = try arguments.required(state)
    try arguments.setDimension(state.count, of: Self.state.declaration, in: &schedule)
    let step = try arguments.required(step)
    guard step <= schedule.grid.stepCount else {
      throw UsageError.invalidValue(
        String(step), of: Self.step.declaration.name,
        expected: "a step from 0 to \(schedule.grid.stepCount)", command: arguments.command)
    }
    var answer = Expectation(quantity: name, title: "Value of a state")
    answer.inputs = schedule.inputs
    let plan = try arguments.plan(of: schedule, into: &answer)
    let mean = try arguments.value(of: FlowOptions.dataMean) ?? 0
    answer.add(.init("dataMean", .number(mean)))
    answer.add(.init("step", .integer(step)))
    answer.add(.init("state", .numbers(state)))
    try schedule.requireFiniteChain(plan, command: arguments.command)
    let chain = GaussianChain(plan: plan, mean: mean, deviation: schedule.dataScale)
    let laws = state.map { chain.valueLaw(at: step, state: $0) }
    let value = try value(arguments, laws: laws, into: &answer)
    answer.addColumn("dimension", values: state.indices.map { .integer($0) }, "d")
    answer.addColumn("state", state, "x", unit: "state")
    answer.addColumn("finalMean", laws.map(\.mean), "Phi_k x + e_k", unit: "state")
    answer.addColumn(
      "finalVariance", laws.map(\.variance), "P_k = sum over j >= k of Phi_{j+1}^2 tau_j^2",
      unit: "state^2")
    answer.addFact("value", value.number, value.formula, unit: "reward")
    return answer
  }

  private static func value(
    _ arguments: ParsedArguments, laws: [GaussianLaw], into answer: inout Expectation
  ) throws -> (number: Double, formula: String) {
    let family = try arguments.value(of: reward) ?? .linear
    try refuseOptions(arguments, of: family)
    answer.add(.init("reward", .text(family.rawValue)))
    let laws = laws
    func vector(_ option: Option<[Double]>, _ one: Double) throws -> [Double] {
      guard arguments.has(option.declaration) else {
        return [Double](repeating: one, count: laws.count)
      }
      return try arguments.vector(option, like: laws.map(\.mean))
    }
    switch family {
    case .linear:
      let gradient = try vector(FlowOptions.gradient, 1)
      answer.add(.init("gradient", .numbers(gradient)))
      return (StateValue.linear(of: laws, gradient: gradient), "sum of g m")
    case .quadratic:
      let gradient = try vector(FlowOptions.gradient, 1)
      let q = try arguments.value(of: curvature) ?? 1
      answer.add(.init("gradient", .numbers(gradient)))
      answer.add(.init("curvature", .number(q)))
      let curvatures = [Double](repeating: q, count: laws.count)
      return (
        StateValue.quadratic(of: laws, curvatures: curvatures, gradient: gradient),
        "sum of g m - q (m^2 + P) / 2"
      )
    case .bump:
      let center = try vector(center, 0)
      let width = try arguments.value(of: width) ?? 1
      answer.add(.init("center", .numbers(center)))
      answer.add(.init("width", .number(width)))
      let widths = [Double](repeating: width, count: laws.count)
      return (
        StateValue.bump(of: laws, .init(centre: center, widths: widths)),
        "product of w / sqrt(w^2 + P) exp(-(m - c)^2 / (2 (w^2 + P)))"
      )
    case .mixture:
      let terms = try arguments.values(of: bump)
      guard !terms.isEmpty else {
        throw UsageError(
          "--reward mixture needs one or more --bump HEIGHT:WIDTH:C,...",
          command: arguments.command)
      }
      for term in terms where term.center.count != laws.count {
        throw UsageError(
          "--bump has a centre of \(term.center.count) numbers, the state has \(laws.count)",
          command: arguments.command)
      }
      answer.add(
        .init(
          "bumps",
          .list(
            terms.map {
              .object([
                "height": .number($0.height), "width": .number($0.width),
                "center": .numbers($0.center),
              ])
            }), text: "\(terms.count) terms"))
      let bumps = terms.map { term in
        StateValue.Bump(
          height: term.height, centre: term.center,
          widths: [Double](repeating: term.width, count: laws.count))
      }
      return (StateValue.mixture(of: laws, bumps), "sum of the values of the bumps")
    }
  }

  /// An option that the chosen reward does not have would be silently ignored otherwise.
  private static func refuseOptions(
    _ arguments: ParsedArguments, of family: RewardFamily
  ) throws(UsageError) {
    let all = [
      FlowOptions.gradient.declaration, curvature.declaration, center.declaration,
      width.declaration, bump.declaration,
    ]
    let own: [OptionDeclaration] =
      switch family {
      case .linear: [all[0]]
      case .quadratic: [all[0], all[1]]
      case .bump: [all[2], all[3]]
      case .mixture: [all[4]]
      }
    for option in all where arguments.has(option) && !own.contains(option) {
      throw UsageError(
        "\(option.name) does nothing with --reward \(family.rawValue), which has "
          + own.map(\.name).joined(separator: " and "), command: arguments.command)
    }
  }
}

/// A Gaussian bump as an option writes it.
struct BumpTerm: Sendable, Hashable {
  /// The value at the top.
  let height: Double
  /// The width in every dimension.
  let width: Double
  /// Where the top is.
  let center: [Double]
}

extension ValueReading where Value == BumpTerm {
  /// Height, width and centre, with colons between them.
  static let bump = ValueReading(
    "a height, a positive width and a centre such as 0.5:0.6:1.5,-1.5"
  ) { text in
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard
      parts.count == 3, let height = ValueReading<Double>.bounded.read(parts[0]),
      let width = ValueReading<Double>.boundedScale.read(parts[1]),
      let center = ValueReading<[Double]>.numbers.read(parts[2])
    else { return nil }
    return BumpTerm(height: height, width: width, center: center)
  }
}
