import RivuletFlow
import RivuletKernels

/// The clip range and the density of the surrogate objective of one step.
public struct ClippedSurrogate: Sendable, Hashable, Codable {
  /// The smallest ratio that is not clipped; 0 for no bound.
  public var lowest: Double
  /// The largest ratio that is not clipped; infinite for no bound.
  public var highest: Double
  /// What the exponent -|x' - mean|² / (2 tau²) is multiplied by in the log-ratio.
  ///
  /// 1 for a density summed over dimensions, 1/D for its mean.
  public var densityScale: Double
  /// The factor of half the squared log-ratio that the loss has beside the surrogate; 0 for none.
  public var ratioPenalty: Double

  /// Makes a surrogate.
  ///
  /// - Parameters:
  ///   - lowest: The smallest ratio that is not clipped.
  ///   - highest: The largest ratio that is not clipped.
  ///   - densityScale: What the exponent is multiplied by in the log-ratio.
  ///   - ratioPenalty: The factor of half the squared log-ratio.
  public init(
    lowest: Double = 0.8, highest: Double = 1.2, densityScale: Double = 1, ratioPenalty: Double = 0
  ) {
    self.lowest = lowest
    self.highest = highest
    self.densityScale = densityScale
    self.ratioPenalty = ratioPenalty
  }

  /// The surrogate in single precision.
  var single: SingleSurrogate {
    SingleSurrogate(
      densityScale: Float(densityScale), lowest: Float(lowest), highest: Float(highest),
      ratioPenalty: Float(ratioPenalty))
  }
}

/// The terms of the loss of an edge, for each step in single precision.
struct EdgeObjective: Sendable {
  var surrogates: [SingleSurrogate]
  /// What |v - v_reference|² is multiplied by in the loss.
  var divergenceFactors: [Float]
  /// What it is multiplied by in the exact divergence.
  let exactFactors: [Float]

  init(_ setting: EngineSetting) {
    surrogates = setting.plan.kernels.map { _ in ClippedSurrogate().single }
    divergenceFactors = setting.plan.kernels.map { _ in 0 }
    exactFactors = setting.plan.kernels.map { kernel in
      guard kernel.isStochastic else { return 0 }
      let score = kernel.velocityFactor / kernel.deviation
      return Float(score * score / 2)
    }
  }
}

/// What one gradient pass measures.
public struct GradientSummary: Sendable, Hashable {
  /// The weighted sum of the clipped surrogate over all edges; the objective to be raised.
  public var surrogate: Double
  /// The weighted sum of the penalties: divergences from the reference, squared log-ratios.
  public var penalty: Double
  /// The mean exact divergence from the reference of the edges with a weight, in nats.
  public var divergence: Double
  /// The number of edges with a weight.
  public var edges: Double
  /// The share of those whose ratio was clipped.
  public var clippedShare: Double
  /// The mean ratio of those.
  public var meanRatio: Double
  /// The length of the gradient.
  public var norm: Double

  /// The loss, -surrogate + penalty.
  public var loss: Double { penalty - surrogate }
}

/// A number that is not finite and stops a run.
public enum TrainingDivergence: Error, Hashable, CustomStringConvertible {
  /// A number of a state.
  case state(root: UInt32, step: Int, node: Int, dimension: Int)
  /// The reward of a leaf whose states are finite.
  case reward(root: UInt32, leaf: Int)
  /// The term of an edge in the loss; the dimension is that in which the velocity is largest.
  case loss(root: UInt32, step: Int, node: Int, dimension: Int)
  /// The derivative with respect to a parameter.
  case gradient(parameter: Int)
  /// The objective, while its gradient is finite.
  case objective

  /// The rule that is broken and the place.
  public var description: String {
    switch self {
    case .state(let root, let step, let node, let dimension):
      "dimension \(dimension) of node \(node) of root \(root), which step \(step) leads to, is not "
        + "finite; the velocity must be finite at every state"
    case .reward(let root, let leaf):
      "the reward of leaf \(leaf) of root \(root) is not finite; a reward must be finite"
    case .loss(let root, let step, let node, let dimension):
      "the loss of the edge to node \(node) of root \(root) at step \(step) is not finite, where "
        + "dimension \(dimension) of the velocity is the largest; advantages, weights, ratios and "
        + "divergences must be finite"
    case .objective:
      "the objective is not finite; advantages, weights and factors must be finite"
    case .gradient(let parameter):
      "the gradient of parameter \(parameter) is not finite; a gradient must be finite"
    }
  }
}
