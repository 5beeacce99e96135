import RivuletFlow
public import RivuletNumerics

/// Trains by a recipe: what a run repeats, whatever the method.
///
/// The iterations of a run are those of pre-training, if the recipe has one, and then those of training.
/// Everything is decided by the recipe and its seed: the bits of parameters, rewards and hashes do not
/// depend on threads, on micro-batches, or on stopping and resuming.
///
/// A trainer is used by one thread at a time.
public final class Trainer {
  /// The recipe.
  public let recipe: Recipe
  /// The number of iterations that are done, those of pre-training included.
  public private(set) var iteration = 0
  /// The field, the rewards and the parameters that the recipe describes.
  public let world: TrainingWorld
  let method: any TrainingMethod

  /// Makes the trainer of a recipe before its first iteration.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - parameters: The parameters to start from; nil for those of the recipe's model.
  ///   - workers: The threads of a pass.
  /// - Throws: `RecipeError` for a recipe that could not be read again.
  public init(
    _ recipe: Recipe, parameters: [Float]? = nil, workers: Workers = Workers(threads: 1)
  ) throws(RecipeError) {
    try recipe.validate()
    self.recipe = recipe
    world = TrainingWorld(recipe)
    method = Self.method(
      recipe, field: world.field, score: world.score, parameters: parameters ?? world.parameters,
      times: world.times, workers: workers)
  }

  private static func method(
    _ recipe: Recipe, field: some TrainableField, score: some TileReward, parameters: [Float],
    times: [Double], workers: Workers
  ) -> any TrainingMethod {
    // Compiled for the fields that cost least themselves, where asking for every type at run time shows.
    if let score = score as? RewardTable {
      if let field = field as? MultilayerPerceptron {
        return TrainingLoop(
          recipe, field: field, score: score, parameters: parameters, times: times,
          workers: workers)
      }
      if let field = field as? StepwiseAffineField {
        return TrainingLoop(
          recipe, field: field, score: score, parameters: parameters, times: times,
          workers: workers)
      }
    }
    return TrainingLoop(
      recipe, field: field, score: score, parameters: parameters, times: times, workers: workers)
  }

  /// The number of iterations of pre-training.
  public var pretrainingCount: Int { recipe.pretraining?.iterations ?? 0 }

  /// The number of iterations of the whole run.
  public var iterationCount: Int { pretrainingCount + recipe.iterations }

  /// Runs the next iteration.
  ///
  /// - Returns: What it measured.
  /// - Throws: `TrainingDivergence` with the place of a number that is not finite; the trainer must not be
  ///   used any more then but through ``restore(_:)``.
  @discardableResult
  public func iterate() throws(TrainingDivergence) -> IterationSummary {
    let summary =
      iteration < pretrainingCount
      ? try method.pretrain(iteration) : try method.iterate(iteration - pretrainingCount)
    iteration += 1
    return summary
  }

  /// Runs the next iteration of training with noise of one's own.
  ///
  /// - Parameter noise: Where initial states and transitions get their noise.
  /// - Returns: What it measured.
  /// - Throws: As ``iterate()``.
  @discardableResult
  public func iterate(noise: some TileNoise) throws(TrainingDivergence) -> IterationSummary {
    precondition(iteration >= pretrainingCount, "pre-training draws its own noise")
    let summary = try method.iterate(iteration - pretrainingCount, noise: noise)
    iteration += 1
    return summary
  }

  /// The parameters as they are now.
  public var parameters: [Float] {
    iteration < pretrainingCount ? method.pretrainedParameters : method.trainedParameters
  }

  /// The parameters of the reference policy, from which training starts.
  public var referenceParameters: [Float] { method.reference }

  /// The moving average of the parameters; nil where the recipe has none.
  public var averagedParameters: [Float]? { method.averagedParameters }

  /// The gradient of the last update, in the order of the parameters.
  public var gradient: [Float] { method.gradient }

  /// The advantages of the last rollout, `[node][tree]`, with clamp and step weight.
  public var advantages: [Double] { method.advantages }

  /// The weights of the last update, `[node][tree]`.
  public var weights: [Double] { method.weights }

  /// The rewards of the last rollout, `[reward][leaf][tree]`.
  public var rewards: [Double] { method.rewards }

  /// What an iteration rolls out.
  public var setting: EngineSetting { method.setting }

  /// The state between two iterations, as a checkpoint.
  ///
  /// - Returns: The checkpoint.
  public func checkpoint() -> Checkpoint {
    do {
      return Checkpoint(
        iteration: iteration, recipeDigest: try recipe.digest(),
        streamVersion: RandomKey.streamVersion,
        arrays: method.state(isPretraining: iteration < pretrainingCount))
    } catch {
      preconditionFailure("the recipe was valid: \(error)")
    }
  }

  /// Goes back, or on, to the state of a checkpoint of this recipe.
  ///
  /// - Parameter checkpoint: The checkpoint.
  /// - Throws: `CheckpointError` where it lacks an array or has one of another size.
  public func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
    try method.restore(
      checkpoint, isPretraining: checkpoint.iteration < pretrainingCount)
    iteration = checkpoint.iteration
  }

  /// The hash of the state between two iterations.
  public var stateHash: TrailHash {
    method.hash(isPretraining: iteration < pretrainingCount)
  }
}

/// What a trainer needs of its method, whatever field and rewards it has.
protocol TrainingMethod: AnyObject {
  func iterate(_ iteration: Int) throws(TrainingDivergence) -> IterationSummary
  func iterate(
    _ iteration: Int, noise: some TileNoise
  ) throws(TrainingDivergence) -> IterationSummary
  func pretrain(_ iteration: Int) throws(TrainingDivergence) -> IterationSummary
  var pretrainedParameters: [Float] { get }
  var trainedParameters: [Float] { get }
  var averagedParameters: [Float]? { get }
  var reference: [Float] { get }
  var gradient: [Float] { get }
  var advantages: [Double] { get }
  var weights: [Double] { get }
  var rewards: [Double] { get }
  var setting: EngineSetting { get }
  func state(isPretraining: Bool) -> [Checkpoint.NamedArray]
  func restore(_ checkpoint: Checkpoint, isPretraining: Bool) throws(CheckpointError)
  func hash(isPretraining: Bool) -> TrailHash
  func evaluate(_ request: EvaluationRequest) throws(TrainingDivergence) -> TrainingSamples
}
