extension Recipe {
  /// The prompts.
  public struct Prompts: Sendable, Hashable {
    /// The number of different prompts.
    public var count: Int
    /// The number of prompts that one iteration rolls out, each once.
    public var perIteration: Int
    /// Which ones an iteration takes.
    public var order: Order

    /// Makes prompts.
    ///
    /// - Parameters:
    ///   - count: The number of different prompts.
    ///   - perIteration: The number of prompts that one iteration rolls out.
    ///   - order: Which ones an iteration takes.
    public init(count: Int, perIteration: Int, order: Order = .cycle) {
      self.count = count
      self.perIteration = perIteration
      self.order = order
    }

    /// Which prompts an iteration takes.
    public enum Order: String, Sendable, Hashable, Codable, CaseIterable {
      /// The next ones, over and over.
      case cycle
      /// The first ones of a random permutation.
      case random
    }
  }

  /// What a final state is worth.
  public struct Rewards: Sendable, Hashable {
    /// What is summed.
    public var combination: Combination
    /// The terms, one or more.
    public var terms: [RewardTerm]
    /// What is measured beside the trained reward, to see it hacked; may be empty.
    public var gold: [RewardTerm]

    /// Makes rewards.
    ///
    /// - Parameters:
    ///   - combination: What is summed.
    ///   - terms: The terms, one or more.
    ///   - gold: What is measured beside the trained reward.
    public init(combination: Combination = .rewards, terms: [RewardTerm], gold: [RewardTerm] = []) {
      self.combination = combination
      self.terms = terms
      self.gold = gold
    }

    /// What several rewards are put together by.
    public enum Combination: String, Sendable, Hashable, Codable, CaseIterable {
      /// The weighted sum of rewards.
      case rewards
      /// The weighted sum of the advantages of each reward: MixGRPO.
      case advantages
    }
  }

  /// One reward with its weight.
  public struct RewardTerm: Sendable, Hashable {
    /// The factor.
    public var weight: Double
    /// The reward.
    public var reward: Component

    /// Makes a term.
    ///
    /// - Parameters:
    ///   - weight: The factor.
    ///   - reward: The reward.
    public init(weight: Double = 1, reward: Component) {
      self.weight = weight
      self.reward = reward
    }
  }

  /// The conditional flow matching that makes the reference policy.
  public struct Pretraining: Sendable, Hashable {
    /// The data.
    public var data: Component
    /// The number of updates.
    public var iterations: Int
    /// The number of pairs of noise and data of an update.
    public var batch: Int
    /// The length of a step of Adam.
    public var learningRate: Double

    /// Makes a pre-training.
    ///
    /// - Parameters:
    ///   - data: The data.
    ///   - iterations: The number of updates.
    ///   - batch: The number of pairs of noise and data of an update.
    ///   - learningRate: The length of a step of Adam.
    public init(data: Component, iterations: Int, batch: Int, learningRate: Double) {
      self.data = data
      self.iterations = iterations
      self.batch = batch
      self.learningRate = learningRate
    }
  }

  /// The number of components of a state.
  public var dimension: Int {
    if case .count(let side) = model["side"] { return side * side }
    if case .count(let dimension) = model["dimension"] { return dimension }
    preconditionFailure("the model \(model.kind) has neither side nor dimension")
  }
}

extension Recipe.Prompts: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let range = 1...1_000_000
    count = try fields.count("count", current?.count, in: range)
    perIteration = try fields.count("perIteration", current?.perIteration, in: range)
    order = try fields.choice("order", current?.order)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard perIteration > count else { return }
    throw .contradiction(
      path: path.field("perIteration"), value: "\(perIteration)",
      rule: "an iteration takes each of the \(count) prompts at most once")
  }
}

extension Recipe.Rewards: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    combination = try fields.choice("combination", current?.combination)
    terms = try fields.parts("terms", current?.terms)
    gold = try fields.parts("gold", current?.gold)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard terms.isEmpty else { return }
    throw .contradiction(
      path: path.field("terms"), value: "[]", rule: "training needs one or more rewards")
  }
}

extension Recipe.RewardTerm: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    reward = try Component(&fields, of: current?.reward, in: .rewards)
    weight = try fields.number("weight", current?.weight, in: .any)
  }
}

/// A model, which stands in a record of its own.
struct ModelPart: RecipePart {
  let component: Component

  init(_ component: Component) { self.component = component }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    component = try Component(&fields, of: current?.component, in: .models)
  }
}

/// A data set, which stands in a record of its own.
struct DataPart: RecipePart {
  let component: Component

  init(_ component: Component) { self.component = component }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    component = try Component(&fields, of: current?.component, in: .data)
  }
}

extension Recipe.Pretraining: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    data = try fields.part("data", (current?.data).map(DataPart.init)).component
    iterations = try fields.count("iterations", current?.iterations, in: 1...1_000_000_000)
    batch = try fields.count("batch", current?.batch, in: 1...1_000_000)
    learningRate = try fields.number("learningRate", current?.learningRate, in: .positive)
  }
}
