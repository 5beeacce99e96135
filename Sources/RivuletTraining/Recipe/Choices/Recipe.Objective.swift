extension Recipe {
  /// How the log-probability of a transition is computed.
  public struct LogProbability: Sendable, Hashable {
    /// How the components are put together.
    public var reduction: Reduction
    /// Which density it is the logarithm of.
    public var density: Density

    /// Makes a choice.
    ///
    /// - Parameters:
    ///   - reduction: How the components are put together.
    ///   - density: Which density it is the logarithm of.
    public init(reduction: Reduction, density: Density = .gaussian) {
      self.reduction = reduction
      self.density = density
    }
  }

  /// How the D components of a state are put together.
  public enum Reduction: String, Sendable, Hashable, Codable, CaseIterable {
    /// Their sum, which is the logarithm of a density.
    case sum
    /// Their mean: the ratio becomes its D-th root, and every gradient 1/D of the true one.
    case mean
  }

  /// Which density a log-probability belongs to.
  public enum Density: String, Sendable, Hashable, Codable, CaseIterable {
    /// The Gaussian of the step.
    case gaussian
    /// The Gaussian without its constants, which cancel in the ratio.
    case withoutConstants
    /// -(x' - mu)^2, not divided by 2 tau^2, of published coefficient-preserving samplers.
    case withoutVariance
  }

  /// How much each trained step counts in the objective.
  public enum StepWeighting: Sendable, Hashable {
    /// Every step alike.
    case unit
    /// tau_k over its mean over the trained steps: TempFlow-GRPO.
    case noiseAware
    /// factor tau_k, not normalised: the constant of TempFlow-GRPO's code for one grid.
    case noiseLevel(factor: Double)
    /// tau_k / f_k, which leaves the length of the step alone.
    case balanced
    /// tau_k / h_k: GRPO-Guard.
    case guarded
    /// Weights of one's own for every step of the grid.
    case values([Double])
  }

  /// The interval in which the ratio of probabilities has a gradient.
  public struct Clip: Sendable, Hashable {
    /// What the bounds are measured in.
    public var unit: Unit
    /// The lower bound's distance from an unchanged policy.
    public var lower: Double
    /// The upper bound's distance from an unchanged policy.
    public var upper: Double

    /// Makes an interval.
    ///
    /// - Parameters:
    ///   - unit: What the bounds are measured in.
    ///   - lower: The lower bound's distance from an unchanged policy.
    ///   - upper: The upper bound's distance from an unchanged policy.
    public init(unit: Unit, lower: Double, upper: Double) {
      self.unit = unit
      self.lower = lower
      self.upper = upper
    }

    /// Returns the interval [1 - width, 1 + width] of the ratio.
    ///
    /// - Parameter width: The published epsilon.
    /// - Returns: The interval.
    public static func ratio(_ width: Double) -> Clip {
      Clip(unit: .ratio, lower: width, upper: width)
    }

    /// What the bounds are measured in.
    public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
      /// The ratio lies in [1 - lower, 1 + upper].
      case ratio
      /// The summed log-ratio lies in [-lower, upper], whatever the reduction is.
      case nats
    }
  }

  /// The penalty for leaving a policy.
  public struct KullbackLeibler: Sendable, Hashable {
    /// The formula.
    public var form: Form
    /// How the components are put together.
    public var reduction: Reduction
    /// The factor beta.
    public var coefficient: Double

    /// Makes a penalty.
    ///
    /// - Parameters:
    ///   - form: The formula.
    ///   - reduction: How the components are put together.
    ///   - coefficient: The factor beta.
    public init(form: Form, reduction: Reduction, coefficient: Double) {
      self.form = form
      self.reduction = reduction
      self.coefficient = coefficient
    }

    /// The formula of a penalty.
    public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
      /// |mu - mu_ref|^2 / (2 s^2 h): the divergence of two Gaussian steps.
      case exact
      /// |mu - mu_ref|^2 / (2 s^2): later code of Flow-GRPO.
      case withoutStepSize
      /// (log ratio)^2 / 2 to the policy that sampled: MixGRPO's option.
      case squaredLogRatio
    }
  }
}

extension Recipe.LogProbability: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    reduction = try fields.choice("reduction", current?.reduction)
    density = try fields.choice("density", current?.density)
  }
}

extension Recipe.StepWeighting: RecipePart {
  private enum Kind: String, CaseIterable {
    case unit, noiseAware, noiseLevel, balanced, guarded, values
  }

  private var kind: Kind {
    switch self {
    case .unit: .unit
    case .noiseAware: .noiseAware
    case .noiseLevel: .noiseLevel
    case .balanced: .balanced
    case .guarded: .guarded
    case .values: .values
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    switch try fields.kind(current?.kind) {
    case .unit: self = .unit
    case .noiseAware: self = .noiseAware
    case .noiseLevel:
      let factor: Double? = if case .noiseLevel(let factor) = current { factor } else { nil }
      self = .noiseLevel(factor: try fields.number("factor", factor, in: .positive))
    case .balanced: self = .balanced
    case .guarded: self = .guarded
    case .values:
      let values: [Double]? = if case .values(let values) = current { values } else { nil }
      self = .values(try fields.numbers("values", values, in: .notNegative))
    }
  }
}

extension Recipe.Clip: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    unit = try fields.choice("unit", current?.unit)
    lower = try fields.number("lower", current?.lower, in: .positive)
    upper = try fields.number("upper", current?.upper, in: .positive)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard unit == .ratio, lower >= 1 else { return }
    throw .contradiction(
      path: path.field("lower"), value: "\(lower)",
      rule: "a ratio is positive, so its lower bound 1 - lower must be; take a number below 1")
  }
}

extension Recipe.KullbackLeibler: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    form = try fields.choice("form", current?.form)
    reduction = try fields.choice("reduction", current?.reduction)
    coefficient = try fields.number("coefficient", current?.coefficient, in: .positive)
  }
}
