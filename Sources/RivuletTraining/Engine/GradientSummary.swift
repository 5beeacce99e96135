public import RivuletFlow
import RivuletKernels

/// The clip range and the density of the surrogate objective.
public struct ClippedSurrogate: Sendable, Hashable, Codable {
  /// How far below one a ratio counts; nil for no bound.
  public var clipBelow: Double?
  /// How far above one a ratio counts; nil for no bound.
  public var clipAbove: Double?
  /// Whether log-probabilities are summed over dimensions or averaged.
  public var reduction: LogProbabilityReduction

  /// Makes a surrogate.
  ///
  /// - Parameters:
  ///   - clipBelow: How far below one a ratio counts; nil for no bound.
  ///   - clipAbove: How far above one a ratio counts; nil for no bound.
  ///   - reduction: Whether log-probabilities are summed over dimensions or averaged.
  public init(
    clipBelow: Double? = 0.2, clipAbove: Double? = 0.2, reduction: LogProbabilityReduction = .sum
  ) {
    self.clipBelow = clipBelow
    self.clipAbove = clipAbove
    self.reduction = reduction
  }

  /// The surrogate for states of the given dimension in single precision.
  func single(dimension: Int) -> SingleSurrogate {
    SingleSurrogate(
      densityScale: reduction == .sum ? 1 : Float(1 / Double(dimension)),
      lowest: clipBelow.map { Float(1 - $0) } ?? 0,
      highest: clipAbove.map { Float(1 + $0) } ?? .infinity)
  }
}

/// What one gradient pass measures.
public struct GradientSummary: Sendable, Hashable {
  /// The weighted sum of the clipped surrogate over all edges; the objective to be raised.
  public var surrogate: Double
  /// The weighted sum of the divergences from the reference.
  public var divergence: Double
  /// The number of edges with a weight.
  public var edges: Double
  /// The share of those whose ratio was clipped.
  public var clippedShare: Double
  /// The mean ratio of those.
  public var meanRatio: Double
  /// The length of the gradient.
  public var norm: Double

  /// The loss, -surrogate + divergence.
  public var loss: Double { divergence - surrogate }
}

/// A number that is not finite and stops a run.
public enum TrainingDivergence: Error, Hashable, CustomStringConvertible {
  /// A number of a state.
  case state(root: UInt32, step: Int, node: Int, dimension: Int)
  /// The reward of a leaf whose states are finite.
  case reward(root: UInt32, leaf: Int)
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
    case .objective:
      "the objective is not finite; advantages, weights and factors must be finite"
    case .gradient(let parameter):
      "the gradient of parameter \(parameter) is not finite; a gradient must be finite"
    }
  }
}
