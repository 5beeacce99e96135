extension Recipe {
  /// Which of the steps that add noise are trained.
  public enum TrainedSteps: Sendable, Hashable {
    /// All of them.
    case all
    /// All but the last step of the grid.
    case allButLast
    /// A part of the steps of the grid.
    ///
    ///     int(fraction n),   n the number of steps, or of all but the last
    case fraction(Double, of: Base, order: Order)

    /// The steps that a fraction is a part of.
    public enum Base: String, Sendable, Hashable, Codable, CaseIterable {
      /// All steps: Flow-GRPO.
      case all
      /// All but the last: DanceGRPO.
      case allButLast
    }

    /// Which steps make up the part.
    public enum Order: String, Sendable, Hashable, Codable, CaseIterable {
      /// The first ones: Flow-GRPO.
      case first
      /// The first of a random permutation, another for each sample: DanceGRPO.
      case permuted
    }

    /// Returns the number of steps that are trained where all add noise.
    ///
    /// - Parameter stepCount: The number of steps of the grid.
    /// - Returns: A number from 0 to `stepCount`.
    public func count(stepCount: Int) -> Int {
      switch self {
      case .all: stepCount
      case .allButLast: stepCount - 1
      case .fraction(let fraction, let base, _):
        Int(Double(base == .all ? stepCount : stepCount - 1) * fraction)
      }
    }
  }

  /// How one rollout becomes updates of the parameters.
  public struct Updates: Sendable, Hashable {
    /// The number of times that the rollout is gone through.
    public var epochs: Int
    /// What one update averages over.
    public var schedule: Schedule
    /// The number of parts in which an update is computed; changes no bit.
    public var microBatches: Int
    /// Whether rows change their order before every epoch; if not, updates take members of all prompts.
    public var shuffles: Bool
    /// What becomes of rows whose advantages are all zero.
    public var zeroAdvantageRows: ZeroRows

    /// What one update averages over.
    public enum Schedule: Sendable, Hashable {
      /// The rows of a rollout in so many equal batches, one after the other.
      ///
      /// A row is a chain, one branch at every step, or a tree.
      case batches(Int)
      /// So many edges of all trees at a time, in random order: BranchGRPO's code.
      ///
      /// What remains at the end makes an update too; its gradient's norm is bounded only with
      /// `clipsLeftOver`.
      case edges(Int, loss: EdgeLoss, clipsLeftOver: Bool)
    }

    /// What the loss of one edge is divided by.
    public enum EdgeLoss: String, Sendable, Hashable, Codable, CaseIterable {
      /// The number of edges of the update.
      case mean
      /// The number of edges of the update times that of a tree: BranchGRPO's code.
      case timesTree
    }

    /// What becomes of rows whose advantages are all zero.
    public enum ZeroRows: String, Sendable, Hashable, Codable, CaseIterable {
      /// They count like others; their KL term acts.
      case kept
      /// They are left out.
      case dropped
      /// They are left out but for so many random ones that batches are equal: Flow-GRPO's code.
      case droppedThenPadded
    }
  }

  /// How the gradient moves the parameters.
  public struct Optimiser: Sendable, Hashable {
    /// The rule.
    public var rule: Rule
    /// The length of a step.
    public var learningRate: Double
    /// The memory of the mean.
    public var beta1: Double
    /// The memory of the square.
    public var beta2: Double
    /// The number added to the root of the square.
    public var epsilon: Double
    /// The pull to zero, times the learning rate; AdamW alone has one.
    public var weightDecay: Double
    /// The largest norm of a gradient; nil for no bound.
    public var gradientNorm: Double?
    /// The average over time of the parameters; nil for none.
    public var average: Average?

    /// The rule of an optimiser.
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
      /// Adam, arXiv 1412.6980.
      case adam
      /// Adam with decoupled weight decay, arXiv 1711.05101.
      case adamW
    }

    /// An exponential moving average of the parameters.
    public struct Average: Sendable, Hashable {
      /// The part that stays at a step.
      public var decay: Double
      /// The number of updates between two steps.
      public var interval: Int

      /// Makes an average.
      ///
      /// - Parameters:
      ///   - decay: The part that stays at a step.
      ///   - interval: The number of updates between two steps.
      public init(decay: Double, interval: Int = 1) {
        self.decay = decay
        self.interval = interval
      }
    }
  }
}

extension Recipe.TrainedSteps: RecipePart {
  private enum Kind: String, CaseIterable { case all, allButLast, fraction }

  private var kind: Kind {
    switch self {
    case .all: .all
    case .allButLast: .allButLast
    case .fraction: .fraction
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    switch try fields.kind(current?.kind) {
    case .all: self = .all
    case .allButLast: self = .allButLast
    case .fraction:
      var fraction: Double?
      var base: Base?
      var order: Order?
      if case .fraction(let first, let second, let third) = current {
        (fraction, base, order) = (first, second, third)
      }
      self = .fraction(
        try fields.number("fraction", fraction, in: .fraction),
        of: try fields.choice("of", base), order: try fields.choice("order", order))
    }
  }
}

extension Recipe.Updates: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    epochs = try fields.count("epochs", current?.epochs, in: 1...1_000_000)
    schedule = try fields.part("schedule", current?.schedule)
    microBatches = try fields.count("microBatches", current?.microBatches, in: 1...1_000_000)
    shuffles = try fields.truth("shuffles", current?.shuffles)
    zeroAdvantageRows = try fields.choice("zeroAdvantageRows", current?.zeroAdvantageRows)
  }
}

extension Recipe.Updates.Schedule: RecipePart {
  private enum Kind: String, CaseIterable { case batches, edges }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    var count: Int?
    var loss: Recipe.Updates.EdgeLoss?
    var clips: Bool?
    var kind: Kind?
    switch current {
    case .batches(let batches): (kind, count) = (.batches, batches)
    case .edges(let edges, let divisor, let isClipped):
      (kind, count, loss, clips) = (.edges, edges, divisor, isClipped)
    case nil: break
    }
    switch try fields.kind(kind) {
    case .batches: self = .batches(try fields.count("count", count, in: 1...1_000_000))
    case .edges:
      self = .edges(
        try fields.count("count", count, in: 1...1_000_000),
        loss: try fields.choice("loss", loss),
        clipsLeftOver: try fields.truth("clipsLeftOver", clips))
    }
  }
}

extension Recipe.Optimiser: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    rule = try fields.choice("rule", current?.rule)
    learningRate = try fields.number("learningRate", current?.learningRate, in: .positive)
    beta1 = try fields.number("beta1", current?.beta1, in: .belowOne)
    beta2 = try fields.number("beta2", current?.beta2, in: .belowOne)
    epsilon = try fields.number("epsilon", current?.epsilon, in: .positive)
    weightDecay = try fields.number("weightDecay", current?.weightDecay, in: .notNegative)
    gradientNorm = try fields.optionalNumber(
      "gradientNorm", current.map(\.gradientNorm), in: .positive)
    average = try fields.optionalPart("average", current.map(\.average))
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard rule == .adam, weightDecay != 0 else { return }
    throw .contradiction(
      path: path.field("weightDecay"), value: "\(weightDecay)",
      rule: "adam has no weight decay; choose adamW or write 0")
  }
}

extension Recipe.Optimiser.Average: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    decay = try fields.number("decay", current?.decay, in: .inside)
    interval = try fields.count("interval", current?.interval, in: 1...1_000_000)
  }
}
