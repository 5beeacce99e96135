/// A schedule of one's own: the times, the noise and the trained steps of a sampler, and the data.
///
/// In JSON:
///
///     {
///       "times": [1, 0.75, 0.5, 0.25, 0],
///       "noiseCoefficients": [0.9, 1.2, 0.7, 0.4],
///       "trainedSteps": [0, 1, 2],
///       "dataScale": 1,
///       "dimension": 2
///     }
///
/// `trainedSteps` may be left out: then every step but the last that adds noise is trained.
/// `dataScale` and `dimension` are 1 where they are left out. A number `coefficientPreservingLevel`
/// may stand in the place of `noiseCoefficients`. Any other name is an error.
public struct CustomSchedule: Sendable, Hashable {
  /// What can be wrong with a schedule of one's own.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The text is not JSON, or not an object.
    case malformed(detail: String)
    /// A field that must be there is not.
    case missing(field: String)
    /// A field is given more than once.
    case duplicate(field: String)
    /// A field is none of those that a schedule has.
    case unknown(field: String)
    /// A value has the wrong type or cannot be held.
    case wrongType(place: String, expected: String)
    /// The times break a rule of time grids.
    case times(TimeGrid.Invalid)
    /// There are as many noise coefficients as there should not be.
    case noiseCount(expected: Int, got: Int)
    /// A time is so near the end that a coefficient over it leaves the range of numbers.
    case timeTooSmall(index: Int, value: Double)
    /// The noise is given twice.
    case twoNoises
    /// The level of coefficient-preserving noise is not in [0, 1].
    case coefficientPreservingLevel(Double)
    /// A noise coefficient is neither zero nor in the range of coefficients.
    case noiseCoefficient(index: Int, value: Double)
    /// No step is trained.
    case noTrainedSteps
    /// A trained step lies outside the grid.
    case trainedStepOutside(index: Int, value: Int, stepCount: Int)
    /// A trained step is not larger than the one before it.
    case trainedStepsNotAscending(index: Int, previous: Int, value: Int)
    /// A trained step adds no noise, so it has no log-probability.
    case trainedStepWithoutNoise(index: Int, value: Int)
    /// The data scale is out of its range.
    case dataScale(Double)
    /// The dimension is out of its range.
    case dimension(Int)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .malformed(let detail):
        "the schedule is not a JSON object: \(detail)"
      case .missing(let field):
        "the schedule has no \(field); it needs times and noiseCoefficients "
          + "or coefficientPreservingLevel"
      case .duplicate(let field):
        "the schedule has the field \(field) twice; give it once"
      case .unknown(let field):
        "the schedule has an unknown field \(field); the fields are "
          + CustomSchedule.fields.joined(separator: ", ")
      case .wrongType(let place, let expected):
        "\(place) is not \(expected)"
      case .times(let reason):
        "\(reason)"
      case .noiseCount(let expected, let got):
        "there are \(got) noiseCoefficients for \(expected) steps; "
          + "give one for each step, that is one less than times"
      case .noiseCoefficient(let index, let value):
        "noiseCoefficients[\(index)] is \(value); it must be 0 or from 1e-12 to 1e6"
      case .timeTooSmall(let index, let value):
        "times[\(index)] is \(value); every time but the last must be 1e-18 or more"
      case .twoNoises:
        "the schedule has noiseCoefficients and coefficientPreservingLevel; give one of them"
      case .coefficientPreservingLevel(let value):
        "coefficientPreservingLevel is \(value); it must be 0 or from 1e-12 to 1"
      case .noTrainedSteps:
        "no step is trained; trainedSteps needs one or more steps that add noise"
      case .trainedStepOutside(let index, let value, let stepCount):
        "trainedSteps[\(index)] is \(value); the steps are 0 to \(stepCount - 1)"
      case .trainedStepsNotAscending(let index, let previous, let value):
        "trainedSteps[\(index)] is \(value) after \(previous); "
          + "give each trained step once, in ascending order"
      case .trainedStepWithoutNoise(let index, let value):
        "trainedSteps[\(index)] is \(value), but the noise coefficient of step \(value) is 0; "
          + "a step without noise has no log-probability and cannot be trained"
      case .dataScale(let value):
        "dataScale is \(value); it must be from 1e-6 to 1e6"
      case .dimension(let value):
        "dimension is \(value); it must be from 1 to 1000000000"
      }
    }
  }

  /// The names of the fields, as they stand in JSON.
  static let fields = [
    "times", "noiseCoefficients", "coefficientPreservingLevel", "trainedSteps", "dataScale",
    "dimension",
  ]

  /// The noise coefficients that are right, beside 0: all that follows from them has a value.
  public static let coefficientRange = 1e-12...1e6
  /// The standard deviations of the data that are right.
  public static let dataScaleRange = 1e-6...1e6
  /// The dimensions that are right.
  public static let dimensionRange = 1...1_000_000_000

  /// The times.
  public let grid: TimeGrid
  /// The noise of each step.
  public let noise: NoiseSchedule
  /// The noise coefficient s_k of each step, per unit of time.
  public let noiseCoefficients: [Double]
  /// The steps that are trained, ascending.
  public let trainedSteps: [Int]
  /// The standard deviation s of the data.
  public let dataScale: Double
  /// The dimension of the states.
  public let dimension: Int

  /// Makes a schedule and checks it.
  ///
  /// - Parameters:
  ///   - times: Two or more numbers that fall strictly from exactly 1 to exactly 0, the one before
  ///     the last 1e-18 or more.
  ///   - noiseCoefficients: s_k for each step, 0 or in ``coefficientRange``.
  ///   - trainedSteps: Ascending steps that add noise; nil stands for all of them but the last step.
  ///   - dataScale: The standard deviation of the data, in ``dataScaleRange``.
  ///   - dimension: The dimension of the states, in ``dimensionRange``.
  /// - Throws: ``Invalid`` with the field, the index, the value and what would be right.
  public init(
    times: [Double], noiseCoefficients: [Double], trainedSteps: [Int]? = nil,
    dataScale: Double = 1, dimension: Int = 1
  ) throws(Invalid) {
    try self.init(
      times: times, noise: .coefficients(noiseCoefficients), trainedSteps: trainedSteps,
      dataScale: dataScale, dimension: dimension)
  }

  /// Makes a schedule with coefficient-preserving noise and checks it.
  ///
  /// - Parameters:
  ///   - times: Two or more numbers that fall strictly from exactly 1 to exactly 0, the one before
  ///     the last 1e-18 or more.
  ///   - coefficientPreservingLevel: eta, 0 or from 1e-12 to 1.
  ///   - trainedSteps: Ascending steps that add noise; nil stands for all of them but the last step.
  ///   - dataScale: The standard deviation of the data, in ``dataScaleRange``.
  ///   - dimension: The dimension of the states, in ``dimensionRange``.
  /// - Throws: ``Invalid`` with the field, the index, the value and what would be right.
  public init(
    times: [Double], coefficientPreservingLevel: Double, trainedSteps: [Int]? = nil,
    dataScale: Double = 1, dimension: Int = 1
  ) throws(Invalid) {
    let level = coefficientPreservingLevel
    guard level == 0 || (level >= Self.coefficientRange.lowerBound && level <= 1) else {
      throw .coefficientPreservingLevel(level)
    }
    try self.init(
      times: times, noise: .coefficientPreserving(level), trainedSteps: trainedSteps,
      dataScale: dataScale, dimension: dimension)
  }

  private init(
    times: [Double], noise: NoiseSchedule, trainedSteps: [Int]?, dataScale: Double, dimension: Int
  ) throws(Invalid) {
    let grid: TimeGrid
    do {
      grid = try TimeGrid(times: times)
    } catch {
      throw .times(error)
    }
    for (index, time) in times.dropLast().enumerated() where time < 1e-18 {
      throw .timeTooSmall(index: index, value: time)
    }
    if case .coefficients(let values) = noise {
      guard values.count == grid.stepCount else {
        throw .noiseCount(expected: grid.stepCount, got: values.count)
      }
      for (index, value) in values.enumerated()
      where !(value == 0 || Self.coefficientRange.contains(value)) {
        throw .noiseCoefficient(index: index, value: value)
      }
    }
    self.grid = grid
    self.noise = noise
    let noiseCoefficients = Self.plan(grid: grid, noise: noise).noiseCoefficients
    let trained = trainedSteps ?? grid.steps.dropLast().filter { noiseCoefficients[$0] > 0 }
    guard !trained.isEmpty else { throw .noTrainedSteps }
    for (index, step) in trained.enumerated() {
      guard grid.steps.contains(step) else {
        throw .trainedStepOutside(index: index, value: step, stepCount: grid.stepCount)
      }
      guard index == 0 || trained[index - 1] < step else {
        throw .trainedStepsNotAscending(index: index, previous: trained[index - 1], value: step)
      }
      guard noiseCoefficients[step] > 0 else {
        throw .trainedStepWithoutNoise(index: index, value: step)
      }
    }
    guard Self.dataScaleRange.contains(dataScale) else { throw .dataScale(dataScale) }
    guard Self.dimensionRange.contains(dimension) else { throw .dimension(dimension) }
    self.noiseCoefficients = noiseCoefficients
    self.trainedSteps = trained
    self.dataScale = dataScale
    self.dimension = dimension
  }

  /// The plan in which every step with a positive coefficient adds noise.
  public var plan: SamplingPlan { Self.plan(grid: grid, noise: noise) }

  private static func plan(grid: TimeGrid, noise: NoiseSchedule) -> SamplingPlan {
    do {
      return try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    } catch {
      preconditionFailure("a checked schedule does not fit its own grid: \(error)")
    }
  }
}
