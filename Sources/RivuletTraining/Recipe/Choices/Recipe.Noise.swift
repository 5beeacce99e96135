public import RivuletFlow

extension Recipe {
  /// The noise of stochastic steps.
  public struct Noise: Sendable, Hashable {
    /// The family of the noise levels, with its scale.
    public var family: NoiseSchedule
    /// What happens at the first step, where time is 1.
    public var firstStep: FirstStep

    /// Makes a noise.
    ///
    /// - Parameters:
    ///   - family: The family of the noise levels, with its scale.
    ///   - firstStep: What happens at the first step.
    public init(family: NoiseSchedule, firstStep: FirstStep) {
      self.family = family
      self.firstStep = firstStep
    }
  }

  /// What happens at the first step, where a sqrt(t / (1 - t)) is infinite.
  public enum FirstStep: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing: the family is finite at t = 1.
    case unpatched
    /// The 1 - t under the root becomes 1 - t_1. Flow-GRPO and what is built on it.
    case nextTime
    /// The first step follows the ODE.
    case deterministic
  }

  /// What happens at the last step.
  public enum LastStep: String, Sendable, Hashable, Codable, CaseIterable {
    /// It follows the ODE.
    case ode
    /// It adds noise, and the reward sees the noisy state.
    case noisy
    /// It adds noise, but the reward sees the data that the model predicts before it.
    ///
    /// DanceGRPO and BranchGRPO: the noise never reaches the reward.
    case cleanPrediction
  }

  /// The time that the network is told.
  public enum TimeConditioning: String, Sendable, Hashable, Codable, CaseIterable {
    /// The time at which the sampler stands.
    case exact
    /// The time cut to thousandths, as DanceGRPO's and BranchGRPO's trainers do.
    case thousandths
  }

  /// Which rollouts start from the same noise.
  public enum SharedNoise: String, Sendable, Hashable, Codable, CaseIterable {
    /// Every chain, every seed of a prompt and every tree starts from its own.
    case none
    /// All of one prompt.
    case prompt
    /// All of one iteration, those of different prompts too: `init_same_noise` of DanceGRPO.
    case batch
  }
}

extension Recipe.Noise: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    family = try fields.part("family", current?.family)
    firstStep = try fields.choice("firstStep", current?.firstStep)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    if case .flow = family {
      guard firstStep != .unpatched else {
        throw .contradiction(
          path: path.field("firstStep"), value: "unpatched",
          rule: "the flow family is infinite at t = 1; choose nextTime or deterministic")
      }
    } else if firstStep == .nextTime {
      throw .contradiction(
        path: path.field("firstStep"), value: "nextTime",
        rule: "only the flow family is patched; choose unpatched or deterministic")
    }
  }
}

extension NoiseSchedule: RecipePart {
  private enum Kind: String, CaseIterable {
    case flow, constant, coefficients, coefficientPreserving
  }

  private var kind: Kind {
    switch self {
    case .flow: .flow
    case .constant: .constant
    case .coefficients: .coefficients
    case .coefficientPreserving: .coefficientPreserving
    }
  }

  private var scale: Double? {
    switch self {
    case .flow(let scale), .constant(let scale), .coefficientPreserving(let scale): scale
    case .coefficients: nil
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    switch try fields.kind(current?.kind) {
    case .flow: self = .flow(scale: try fields.number("scale", current?.scale, in: .positive))
    case .constant: self = .constant(try fields.number("scale", current?.scale, in: .positive))
    case .coefficients:
      let values: [Double]? = if case .coefficients(let values) = current { values } else { nil }
      self = .coefficients(try fields.numbers("values", values, in: .notNegative))
    case .coefficientPreserving:
      self = .coefficientPreserving(try fields.number("scale", current?.scale, in: .fraction))
    }
  }
}
