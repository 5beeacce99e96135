public import RivuletCredit

extension Recipe {
  /// How rewards become advantages.
  public struct Advantage: Sendable, Hashable {
    /// What a centred reward is divided by, or what it is centred on.
    public var convention: AdvantageRule.Convention
    /// Which rewards share a mean and a spread.
    public var scope: Scope
    /// The number added to the spread.
    public var epsilon: Double
    /// The spread below which all advantages of a group are zero; trees alone have one.
    public var gate: Double
    /// The largest magnitude of an advantage in the loss; nil for no bound.
    public var clamp: Double?

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - convention: What a centred reward is divided by, or what it is centred on.
    ///   - scope: Which rewards share a mean and a spread.
    ///   - epsilon: The number added to the spread.
    ///   - gate: The spread below which all advantages of a group are zero.
    ///   - clamp: The largest magnitude of an advantage in the loss; nil for no bound.
    public init(
      convention: AdvantageRule.Convention, scope: Scope, epsilon: Double, gate: Double = 0,
      clamp: Double? = nil
    ) {
      self.convention = convention
      self.scope = scope
      self.epsilon = epsilon
      self.gate = gate
      self.clamp = clamp
    }

    /// The rule for chains and branches; nil for a scope of trees.
    public var flatRule: AdvantageRule? {
      let flat: AdvantageRule.Scope
      switch scope {
      case .seedGroup: flat = .seedGroup
      case .promptGroup: flat = .promptGroup
      case .batch: flat = .batch
      case .depth, .siblings, .flat: return nil
      }
      return AdvantageRule(convention: convention, scope: flat, epsilon: epsilon)
    }

    /// The rule for trees; nil for a scope of chains and branches.
    public var treeRule: TreeAdvantageRule? {
      let baseline: TreeAdvantageRule.Baseline
      switch scope {
      case .depth: baseline = .depth
      case .siblings: baseline = .siblings
      case .flat: baseline = .flat
      case .seedGroup, .promptGroup, .batch: return nil
      }
      return TreeAdvantageRule(
        baseline: baseline, convention: convention, epsilon: epsilon, gate: gate)
    }
  }

  /// Which rewards share a mean and a spread.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// The branches of one seed at one step.
    case seedGroup
    /// All rewards of a prompt, with branches those of one step.
    case promptGroup
    /// The mean of the prompt, the spread of the whole batch.
    case batch
    /// The nodes of one depth of one tree.
    case depth
    /// The children of one fork.
    case siblings
    /// The leaves of one tree.
    case flat

    /// Whether the scope is one of trees.
    public var isOfTrees: Bool { [.depth, .siblings, .flat].contains(self) }
  }

  /// What only trees have: values of inner nodes, pruning, and the average over edges.
  public struct TreeCredit: Sendable, Hashable {
    /// How rewards of leaves become values of nodes.
    public var fusion: RewardFusion
    /// How the terms of the edges are averaged.
    public var averaging: EdgeAveraging
    /// What the terms of a pruned tree are divided by.
    public var divisor: EdgeAveraging.Divisor
    /// The depths whose edges are dropped; nil for none.
    public var depthPruning: DepthPruning?
    /// The branches whose edges are dropped; nil for none.
    public var widthPruning: WidthPruning?
    /// The part of all iterations, from the start, that prunes.
    public var pruningPeriod: Double

    /// Makes the credit of trees.
    ///
    /// - Parameters:
    ///   - fusion: How rewards of leaves become values of nodes.
    ///   - averaging: How the terms of the edges are averaged.
    ///   - divisor: What the terms of a pruned tree are divided by.
    ///   - depthPruning: The depths whose edges are dropped.
    ///   - widthPruning: The branches whose edges are dropped.
    ///   - pruningPeriod: The part of all iterations, from the start, that prunes.
    public init(
      fusion: RewardFusion, averaging: EdgeAveraging = .overEdges,
      divisor: EdgeAveraging.Divisor = .keptEdges, depthPruning: DepthPruning? = nil,
      widthPruning: WidthPruning? = nil, pruningPeriod: Double = 1
    ) {
      self.fusion = fusion
      self.averaging = averaging
      self.divisor = divisor
      self.depthPruning = depthPruning
      self.widthPruning = widthPruning
      self.pruningPeriod = pruningPeriod
    }

    /// Returns the period of a recipe that was read or validated.
    public var period: PruningPeriod { PruningPeriod(ratio: pruningPeriod) }

    /// Returns whether an iteration prunes anything.
    ///
    /// - Parameters:
    ///   - iteration: The number of the iteration, from 0; the period counts from one.
    ///   - iterations: The number of iterations.
    /// - Returns: True in the first part of training.
    public func prunes(at iteration: Int, of iterations: Int) -> Bool {
      period.prunes(at: iteration + 1, of: iterations)
    }
  }

  /// A window of depths whose edges are dropped.
  public struct DepthPruning: Sendable, Hashable {
    /// The depths at the start, ascending.
    public var depths: [Int]
    /// Where the window moves.
    public var direction: DepthWindow.Direction
    /// The number of iterations between two moves.
    public var interval: Int
    /// The depth at which its leading edge stops.
    public var stop: Int

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - depths: The depths at the start, ascending.
    ///   - direction: Where the window moves.
    ///   - interval: The number of iterations between two moves.
    ///   - stop: The depth at which its leading edge stops.
    public init(depths: [Int], direction: DepthWindow.Direction, interval: Int, stop: Int) {
      self.depths = depths
      self.direction = direction
      self.interval = interval
      self.stop = stop
    }

    /// The window of a recipe that was read or validated.
    public var window: DepthWindow {
      DepthWindow(base: depths, direction: direction, interval: interval, stop: stop)
    }

    /// Returns the depths that an iteration drops.
    ///
    /// The published code, whose window moves towards the root, counts iterations from one.
    ///
    /// - Parameter iteration: The number of the iteration, from 0.
    /// - Returns: The depths, ascending.
    public func dropped(at iteration: Int) -> [Int] {
      window.depths(at: direction == .towardsRoot ? iteration + 1 : iteration)
    }
  }
}

extension Recipe.Advantage: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    convention = try fields.choice("convention", current?.convention)
    scope = try fields.choice("scope", current?.scope)
    epsilon = try fields.number("epsilon", current?.epsilon, in: .notNegative)
    gate = try fields.number("gate", current?.gate, in: .notNegative)
    clamp = try fields.optionalNumber("clamp", current.map(\.clamp), in: .positive)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    let divides = convention == .population || convention == .sample
    if !divides && epsilon != 0 {
      throw .contradiction(
        path: path.field("epsilon"), value: "\(epsilon)",
        rule: "the convention \(convention.rawValue) does not divide by a spread; write 0")
    }
    if gate != 0 && !(divides && scope.isOfTrees) {
      throw .contradiction(
        path: path.field("gate"), value: "\(gate)",
        rule: "only the spread of a scope of trees has a gate; write 0")
    }
  }
}

extension Recipe.TreeCredit: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    fusion = try fields.part("fusion", current?.fusion)
    averaging = try fields.choice("averaging", current?.averaging)
    divisor = try fields.choice("divisor", current?.divisor)
    depthPruning = try fields.optionalPart("depthPruning", current.map(\.depthPruning))
    widthPruning = try fields.optionalPart("widthPruning", current.map(\.widthPruning))
    pruningPeriod = try fields.number("pruningPeriod", current?.pruningPeriod, in: .unit)
  }
}

extension Recipe.DepthPruning: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let range = 1...1_000_000
    depths = try fields.counts("depths", current?.depths, in: range)
    direction = try fields.choice("direction", current?.direction)
    interval = try fields.count("interval", current?.interval, in: 1...1_000_000_000)
    stop = try fields.count("stop", current?.stop, in: range)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard !depths.isEmpty else {
      throw .contradiction(
        path: path.field("depths"), value: "[]",
        rule: "a window has one or more depths; write null in place of the window for none")
    }
    for index in depths.indices.dropFirst() where depths[index] <= depths[index - 1] {
      throw .contradiction(
        path: path.field("depths[\(index)]"), value: "\(depths[index])",
        rule: "depths ascend, and \(depths[index - 1]) stands before it")
    }
  }
}

extension RewardFusion: RecipePart {
  private enum Kind: String, CaseIterable {
    case uniform, pathSoftmax, localSoftmax, publishedColumn
  }

  private var kind: Kind {
    switch self {
    case .uniform: .uniform
    case .pathSoftmax: .pathSoftmax
    case .localSoftmax: .localSoftmax
    case .publishedColumn: .publishedColumn
    }
  }

  private var beta: Double? {
    switch self {
    case .uniform: nil
    case .pathSoftmax(let beta), .localSoftmax(let beta), .publishedColumn(let beta): beta
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let kind = try fields.kind(current?.kind)
    guard kind != .uniform else {
      self = .uniform
      return
    }
    let beta = try fields.number("beta", current?.beta, in: .any)
    switch kind {
    case .uniform: self = .uniform
    case .pathSoftmax: self = .pathSoftmax(beta: beta)
    case .localSoftmax: self = .localSoftmax(beta: beta)
    case .publishedColumn: self = .publishedColumn(beta: beta)
    }
  }
}

extension WidthPruning: RecipePart {
  private enum Kind: String, CaseIterable {
    case parentTop1, extreme, publishedMode1, publishedMode2
  }

  private var kind: Kind {
    switch self {
    case .parentTop1: .parentTop1
    case .extreme: .extreme
    case .publishedMode1: .publishedMode1
    case .publishedMode2: .publishedMode2
    }
  }

  private var ratio: Double? {
    switch self {
    case .publishedMode1(let ratio), .publishedMode2(let ratio): ratio
    case .parentTop1, .extreme: nil
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    switch try fields.kind(current?.kind) {
    case .parentTop1:
      let drops: Bool? = if case .parentTop1(let drops) = current { drops } else { nil }
      self = .parentTop1(dropsForkEdges: try fields.truth("dropsForkEdges", drops))
    case .extreme:
      let count: Int? = if case .extreme(let count) = current { count } else { nil }
      self = .extreme(count: try fields.count("count", count, in: 1...65_536))
    case .publishedMode1:
      self = .publishedMode1(ratio: try fields.number("ratio", current?.ratio, in: .unit))
    case .publishedMode2:
      self = .publishedMode2(ratio: try fields.number("ratio", current?.ratio, in: .unit))
    }
  }
}
