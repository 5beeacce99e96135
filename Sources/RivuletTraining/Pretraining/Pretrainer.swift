import RivuletFlow
import RivuletKernels
public import RivuletNumerics

/// Conditional flow matching: Adam on the mean of |v(x_t, t) - (eps - x)|² over pairs of data and noise.
///
///     x from the data, eps standard normal, x_t = (1 - t) x + t eps
///
/// The minimum over all fields is the exact velocity E[eps - x given x_t]. Pairs are computed in chunks of
/// lanes. A chunk has one time: chunk c of n the time (c + u) / n, u uniform, so that the times of an
/// update fill [0, 1]. A field with parameters for the steps of one sampler gets the steps in the same
/// way, with the times at which they start, and is told what it will be told in training. A model with prompts meets all of them in turn, with the same
/// data.
///
/// Everything of an update is drawn under its own key: noise, data and times of update i under the child i
/// of "pretraining". Gradients are summed in single precision inside a part of the chunks and in double
/// precision over parts, in fixed order, so the bits do not depend on threads. Data are drawn in double
/// precision and take memory at every draw.
///
/// Source: Lipman et al., arXiv 2210.02747, equation 14; Liu et al., arXiv 2209.03003, equation 1.
public final class Pretrainer<Field: TrainableField> {
  /// The field that is trained.
  public let field: Field
  /// The constants of Adam.
  public let rule: AdamRule
  /// Adam's state.
  public let adam: AdamState
  /// The powers of Adam's decays.
  public var adamPowers = AdamState.Powers()
  /// The threads of an update.
  public var workers: Workers

  private let work: PretrainingWork<Field>
  private let key: RandomKey
  private let parameterMemory: FloatMemory
  private let gradientMemory: FloatMemory
  private let timeMemory: FloatMemory

  /// Makes a pre-training with all the memory of its tiles.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe with a pre-training.
  ///   - field: The field of its world.
  ///   - parameters: The parameters to start from.
  ///   - workers: The threads of an update.
  public init(
    _ recipe: Recipe, field: Field, parameters: [Float],
    workers: Workers = Workers(threads: 1)
  ) {
    guard let pretraining = recipe.pretraining else {
      preconditionFailure("the recipe '\(recipe.name)' has no pre-training")
    }
    let data = TrainingData(pretraining.data)
    precondition(
      data.data.dimension == field.dimension,
      "the data have \(data.data.dimension) numbers and the field \(field.dimension) dimensions")
    self.field = field
    self.workers = workers
    rule = AdamRule(learningRate: pretraining.learningRate)
    key = RandomKey(seed: recipe.seed).child("pretraining")
    work = PretrainingWork(
      field: field, data: data, batch: pretraining.batch,
      grid: field.boundSteps == nil ? nil : PretrainingWork<Field>.Grid(recipe))
    parameterMemory = FloatMemory(count: field.parameterCount)
    gradientMemory = FloatMemory(count: field.parameterCount)
    timeMemory = FloatMemory(count: work.stepCount)
    adam = AdamState(parameterCount: field.parameterCount)
    setParameters(parameters)
  }

  /// The parameters.
  public var parameters: [Float] {
    Array(UnsafeBufferPointer(start: parameterMemory.start, count: field.parameterCount))
  }

  /// The gradient of the last update.
  public var gradient: [Float] {
    Array(UnsafeBufferPointer(start: gradientMemory.start, count: field.parameterCount))
  }

  /// Replaces the parameters, as a checkpoint does.
  ///
  /// - Parameter parameters: ``TrainableField/parameterCount`` numbers.
  public func setParameters(_ parameters: [Float]) {
    precondition(
      parameters.count == field.parameterCount,
      "the field has \(field.parameterCount) parameters, got \(parameters.count)")
    for place in parameters.indices { parameterMemory.start[place] = parameters[place] }
  }

  /// Does one update.
  ///
  /// - Parameter iteration: The number of the update, from 0; it decides what is drawn.
  /// - Returns: What was measured before the parameters moved.
  /// - Throws: ``TrainingDivergence`` where gradient or loss is not finite; the parameters stay.
  @discardableResult
  public func iterate(_ iteration: Int) throws(TrainingDivergence) -> PretrainingSummary {
    let key = key.child(UInt64(iteration))
    let work = work
    let draws = work.draws(key: key)
    for step in 0..<work.stepCount { timeMemory.start[step] = draws.told[step] }
    field.prepare(
      parameterMemory.start, times: timeMemory.start, stepCount: work.stepCount,
      into: work.prepared.start)
    let parts = workers.map(count: work.parts) { work.part($0, draws: draws) }
    var loss = 0.0
    var error = 0.0
    for part in parts {
      loss += part.loss
      error += part.error
    }
    let squares = addPartials(
      work.partials.start, stride: work.partialStride, chunks: work.parts,
      count: work.partialStride, into: gradientMemory.start)
    guard squares.isFinite else { throw gradientDivergence() }
    loss /= Double(work.batch)
    guard loss.isFinite else { throw .objective }
    let norm = squares.squareRoot()
    let step = rule.step(&adamPowers, gradientScale: rule.gradientScale(norm: norm))
    updateAdam(
      parameters: parameterMemory.start, gradient: gradientMemory.start, first: adam.first.start,
      second: adam.second.start, count: parameterMemory.count, step: step)
    return PretrainingSummary(
      loss: loss, gradientNorm: norm,
      velocityError: work.data.field == nil ? nil : (error / Double(work.batch)).squareRoot())
  }

  private func gradientDivergence() -> TrainingDivergence {
    var parameter = 0
    while parameter + 1 < field.parameterCount, gradientMemory.start[parameter].isFinite {
      parameter += 1
    }
    return .gradient(parameter: parameter)
  }
}
