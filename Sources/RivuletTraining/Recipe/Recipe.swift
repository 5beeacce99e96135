public import RivuletNumerics

/// Every choice of a training run, as data.
///
/// What published implementations do differently is a field here, so that two methods differ by
/// what ``differences(from:)`` lists and by nothing else. A recipe is a JSON document too; reading
/// refuses unknown, missing, contradictory and impossible values with their place.
///
/// ``presets`` follow papers and their code.
public struct Recipe: Sendable, Hashable {
  /// The version of the fields of a document.
  public static let format = 1

  /// The name of the recipe.
  public var name: String
  /// What it follows: the paper, or the code with its revision.
  public var source: String
  /// The seed of all random streams.
  public var seed: UInt64
  /// The number of iterations: rollouts with their updates.
  public var iterations: Int
  /// The prompts.
  public var prompts: Prompts
  /// The velocity field that is trained.
  public var model: Component
  /// How the field becomes the reference policy; nil for one that is exact from the start.
  public var pretraining: Pretraining?
  /// What a final state is worth.
  public var rewards: Rewards
  /// The times of the sampler.
  public var grid: Grid
  /// The noise of stochastic steps.
  public var noise: Noise
  /// What happens at the last step.
  public var lastStep: LastStep
  /// The time that the network is told.
  public var timeConditioning: TimeConditioning
  /// What is sampled for one prompt.
  public var rollout: Rollout
  /// Which rollouts start from the same noise.
  public var sharedNoise: SharedNoise
  /// How rewards become advantages.
  public var advantage: Advantage
  /// What only trees have; nil for chains and branches.
  public var tree: TreeCredit?
  /// How the log-probability of a transition is computed.
  public var logProbability: LogProbability
  /// How much each trained step counts.
  public var stepWeights: StepWeighting
  /// The interval in which the ratio has a gradient; nil for no clip.
  public var clip: Clip?
  /// The penalty for leaving a policy; nil for none.
  public var kl: KullbackLeibler?
  /// Which of the stochastic steps are trained.
  public var trainedSteps: TrainedSteps
  /// How one rollout becomes updates.
  public var updates: Updates
  /// How the gradient moves the parameters.
  public var optimiser: Optimiser
}

extension Recipe: RecipePart {
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let format = Self.format
    _ = try fields.count("format", current == nil ? nil : format, in: format...format)
    name = try fields.text("name", current?.name)
    source = try fields.text("source", current?.source)
    seed = try fields.seed("seed", current?.seed)
    iterations = try fields.count("iterations", current?.iterations, in: 1...1_000_000_000)
    prompts = try fields.part("prompts", current?.prompts)
    model = try fields.part("model", (current?.model).map(ModelPart.init)).component
    pretraining = try fields.optionalPart("pretraining", current.map(\.pretraining))
    rewards = try fields.part("rewards", current?.rewards)
    grid = try fields.part("grid", current?.grid)
    noise = try fields.part("noise", current?.noise)
    lastStep = try fields.choice("lastStep", current?.lastStep)
    timeConditioning = try fields.choice("timeConditioning", current?.timeConditioning)
    rollout = try fields.part("rollout", current?.rollout)
    sharedNoise = try fields.choice("sharedNoise", current?.sharedNoise)
    advantage = try fields.part("advantage", current?.advantage)
    tree = try fields.optionalPart("tree", current.map(\.tree))
    logProbability = try fields.part("logProbability", current?.logProbability)
    stepWeights = try fields.part("stepWeights", current?.stepWeights)
    clip = try fields.optionalPart("clip", current.map(\.clip))
    kl = try fields.optionalPart("kl", current.map(\.kl))
    trainedSteps = try fields.part("trainedSteps", current?.trainedSteps)
    updates = try fields.part("updates", current?.updates)
    optimiser = try fields.part("optimiser", current?.optimiser)
  }

  func check(at path: RecipePath) throws(RecipeError) {
    try checkWorld()
    try checkSteps()
    try checkRollout()
    try checkTree()
    try checkObjective()
    try checkUpdates()
  }
}

extension Recipe: Codable {
  /// Reads a recipe from a JSON document and checks it.
  ///
  /// - Parameter text: One record with every field of a recipe.
  /// - Throws: ``RecipeError`` with the path, the value and what is allowed.
  public init(json text: String) throws(RecipeError) {
    let document: JSONElement
    do {
      document = try JSONElement(parsing: text)
    } catch {
      throw .malformed(line: error.line, column: error.column, detail: error.detail)
    }
    try self.init(document: document)
  }

  /// Reads a recipe from the element of a larger document and checks it.
  ///
  /// - Parameter element: A record with every field of a recipe.
  /// - Throws: ``RecipeError`` with the path, the value and what is allowed.
  public init(document element: JSONElement) throws(RecipeError) {
    guard case .record(let fields) = element else { throw .noRecord(kind: element.kind) }
    self = try RecipeFields.read(Recipe.self, from: fields, at: .root)
  }

  /// Reads a recipe of any decoder and checks it.
  ///
  /// - Parameter decoder: The decoder of a record with every field of a recipe.
  /// - Throws: ``RecipeError``, or what the decoder throws.
  public init(from decoder: any Decoder) throws {
    try self.init(document: JSONElement(from: decoder))
  }

  /// Writes the recipe with all its fields.
  ///
  /// - Parameter encoder: The encoder.
  /// - Throws: ``RecipeError`` for a recipe that could not be read, or what the encoder throws.
  public func encode(to encoder: any Encoder) throws { try document().encode(to: encoder) }

  /// Returns the recipe as an element of a document.
  ///
  /// - Returns: A record with every field.
  /// - Throws: ``RecipeError`` for a recipe that could not be read again.
  public func document() throws(RecipeError) -> JSONElement {
    try RecipeFields.write(self, at: .root)
  }

  /// Returns the canonical document: keys sorted, shortest numbers, a line break at the end.
  ///
  /// - Returns: The text; equal recipes have equal texts.
  /// - Throws: ``RecipeError`` for a recipe that could not be read again.
  public func json() throws(RecipeError) -> String { try document().document }

  /// Refuses a recipe made by code that could not be read from a document.
  ///
  /// - Throws: ``RecipeError`` with the path, the value and what is allowed.
  public func validate() throws(RecipeError) { _ = try document() }

  /// Returns the SHA-256 digest of the canonical document in one line.
  ///
  /// - Returns: 64 hexadecimal digits.
  /// - Throws: ``RecipeError`` for a recipe that could not be read again.
  public func digest() throws(RecipeError) -> String {
    var digest = Digest()
    digest.update(try document().line)
    return digest.hexadecimal
  }
}
