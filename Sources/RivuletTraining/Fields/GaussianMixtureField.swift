import RivuletKernels
public import RivuletFlow
import RivuletNumerics

/// The velocity of a mixture of round Gaussians whose means, weights and scales are learned, in single
/// precision; see `MixtureField` for the formula.
///
/// The parameters are, if all are learned, the J logarithms of weights, the means component by component
/// and the J logarithms of standard deviations; else the means alone, with weights and deviations fixed.
/// With a context c of P rows, such as one for each prompt, P rows of J numbers follow that are added to
/// the logarithms of the weights, sum_p c_p U[p]: a prompt prefers some components, and where they lie is
/// common to all prompts.
public struct GaussianMixtureField: TrainableField, Hashable {
  /// The dimension of the states.
  public let dimension: Int
  /// The number J of components.
  public let componentCount: Int
  /// Whether weights and deviations are learned beside the means.
  public let learnsAll: Bool
  /// The number P of rows on which the weights are conditioned.
  public let contextCount: Int
  private let logWeights: [Float]
  private let logDeviations: [Float]
  private let startMeans: [Float]

  /// Makes a field that starts as a field of double precision.
  ///
  /// - Parameters:
  ///   - mixture: The mixture, of round components.
  ///   - learnsAll: Whether weights and deviations are learned beside the means.
  ///   - contextCount: The number of rows on which the weights are conditioned; not negative.
  public init(_ mixture: MixtureField, learnsAll: Bool, contextCount: Int = 0) {
    precondition(contextCount >= 0, "a context has no negative number of rows, got \(contextCount)")
    precondition(
      mixture.deviations.allSatisfy { $0.count == 1 },
      "the components must be round, got the deviations \(mixture.deviations)")
    dimension = mixture.dimension
    componentCount = mixture.componentCount
    self.learnsAll = learnsAll
    self.contextCount = contextCount
    logWeights = mixture.logWeights.map { Float($0) }
    logDeviations = mixture.deviations.map { Float(Elementary.log($0[0])) }
    startMeans = mixture.means.flatMap { $0.map { Float($0) } }
  }

  /// The parameters of the mixture that the field was made of; no row of the context changes a weight.
  public var initialParameters: [Float] {
    (learnsAll ? logWeights + startMeans + logDeviations : startMeans)
      + [Float](repeating: 0, count: contextCount * componentCount)
  }

  /// The number of parameters.
  public var parameterCount: Int {
    componentCount * (dimension + (learnsAll ? 2 : 0) + contextCount)
  }

  /// Where the means, the logarithms of the deviations and the shifts start among the parameters.
  var meanStart: Int { learnsAll ? componentCount : 0 }
  var deviationStart: Int { componentCount * (dimension + 1) }
  var shiftStart: Int { parameterCount - contextCount * componentCount }

  // The prepared numbers: the means, the panels of the shifts and of their transpose, then of each step
  // five rows of one number for each component, and the centres.
  private var stepStart: Int { componentCount * (dimension + 2 * contextCount) }
  private var stepCount: Int { componentCount * (dimension + 5) }
  func panelStart(_ prepared: UnsafePointer<Float>) -> UnsafePointer<Float> {
    prepared + componentCount * dimension
  }

  /// The numbers of one step.
  struct StepNumbers {
    let constants: UnsafePointer<Float>
    let spreads: UnsafePointer<Float>
    let bends: UnsafePointer<Float>
    let frame: SingleMixtureFrame
  }

  func numbers(_ call: FieldCall) -> StepNumbers {
    let start = call.prepared + stepStart + call.step * stepCount
    let count = componentCount
    return StepNumbers(
      constants: start, spreads: start + 3 * count, bends: start + 4 * count,
      frame: SingleMixtureFrame(
        components: count, precisions: start + count, slopes: start + 2 * count,
        centres: start + 5 * count, means: call.prepared, rest: 1 - call.time))
  }

  /// Returns the number of floats of the prepared parameters.
  ///
  /// - Parameter steps: The number of steps.
  /// - Returns: Means and shifts, and the components at the time of each step.
  public func preparedCount(steps: Int) -> Int { stepStart + steps * stepCount }

  /// Prepares the parameters for the steps of a sampler, in double precision.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - times: The time at which each step starts.
  ///   - stepCount: The number of steps.
  ///   - prepared: Room for ``preparedCount(steps:)`` floats.
  public func prepare(
    _ parameters: UnsafePointer<Float>, times: UnsafePointer<Float>, stepCount: Int,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    let count = componentCount
    let means = parameters + meanStart
    prepared.update(from: means, count: count * dimension)
    if contextCount > 0 {
      let panels = prepared + count * dimension
      packPanels(
        parameters + shiftStart, rows: count, columns: contextCount, rowStride: 1,
        columnStride: count, into: panels)
      packPanels(
        parameters + shiftStart, rows: contextCount, columns: count, rowStride: count,
        columnStride: 1, into: panels + count * contextCount)
    }
    for component in 0..<count {
      let logWeight = learnsAll ? parameters[component] : logWeights[component]
      let logDeviation =
        learnsAll ? parameters[deviationStart + component] : logDeviations[component]
      let variance = Elementary.exp(2 * Double(logDeviation))
      for step in 0..<stepCount {
        let time = Double(times[step])
        let rest = Double(1 - times[step])
        let whole = rest * rest * variance + time * time
        let own = prepared + stepStart + step * self.stepCount
        own[component] =
          Float(Double(logWeight) - Double(dimension) / 2 * Elementary.log(whole))
        own[count + component] = Float(1 / whole)
        own[2 * count + component] = Float((time - rest * variance) / whole)
        own[3 * count + component] = Float(rest * rest * variance / whole)
        own[4 * count + component] = Float(2 * rest * time * variance / (whole * whole))
        for row in 0..<dimension {
          let place = component * dimension + row
          own[5 * count + place] = Float(rest * Double(means[place]))
        }
      }
    }
  }

  /// Returns the number of floats that a gradient needs of an evaluation.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: The posterior weights.
  public func activationCount(lanes: Int) -> Int { componentCount * lanes }

  /// Returns the number of floats that a gradient needs for itself.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: The derivatives with respect to the posterior's exponents.
  public func scratchCount(lanes: Int) -> Int { componentCount * lanes }
}
