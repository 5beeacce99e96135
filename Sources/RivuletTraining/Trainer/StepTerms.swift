import RivuletCredit
import RivuletFlow
import RivuletNumerics

// What the objective of a recipe is at each step of the grid.

extension Recipe {
  /// What the exponent -|x' - mean|² / (2 tau²) of each step is multiplied by in the log-ratio.
  var densityScales: [Double] {
    let reduced = logProbability.reduction == .sum ? 1 : 1 / Double(dimension)
    return fullPlan.kernels.map { kernel in
      switch logProbability.density {
      case .gaussian, .withoutConstants: reduced
      case .withoutVariance: reduced * 2 * kernel.deviation * kernel.deviation
      }
    }
  }

  /// The surrogate of each step.
  var surrogates: [ClippedSurrogate] {
    let penalty = kl.map { $0.form == .squaredLogRatio ? $0.coefficient : 0 } ?? 0
    return densityScales.map { scale in
      var surrogate = ClippedSurrogate(
        lowest: 0, highest: .infinity, densityScale: scale, ratioPenalty: penalty)
      guard let clip else { return surrogate }
      switch clip.unit {
      case .ratio:
        surrogate.lowest = 1 - clip.lower
        surrogate.highest = 1 + clip.upper
      case .nats:
        // The bound is one of the summed Gaussian log-ratio, of which the ratio sees a multiple.
        surrogate.lowest = Elementary.exp(-clip.lower * scale)
        surrogate.highest = Elementary.exp(clip.upper * scale)
      }
      return surrogate
    }
  }

  /// What |v - v_reference|² counts in the loss of an edge of each step; nil without a reference.
  var divergenceFactors: [Double]? {
    guard let kl, kl.form != .squaredLogRatio else { return nil }
    let reduced = kl.reduction == .sum ? 1 : 1 / Double(dimension)
    return fullPlan.kernels.map { kernel in
      guard kernel.isStochastic else { return 0 }
      let score = kernel.velocityFactor / kernel.deviation
      let exact = kl.coefficient * reduced * (score * score / 2)
      return kl.form == .exact ? exact : exact * kernel.stepSize
    }
  }

  /// The weight of each step of the grid; 0 where it is not trained.
  ///
  /// - Parameter trained: The steps that are trained, over which rules take their mean.
  /// - Returns: One number for each step of the grid.
  func weights(ofTrained trained: [Int]) -> [Double] {
    let kernels = fullPlan.kernels
    var weights = [Double](repeating: 0, count: kernels.count)
    guard !trained.isEmpty else { return weights }
    let deviations = trained.map { kernels[$0].deviation }
    let values: [Double]
    switch stepWeights {
    case .unit: values = StepWeights.unit(count: trained.count)
    case .noiseAware: values = StepWeights.noiseAware(deviations: deviations)
    case .noiseLevel(let factor): values = deviations.map { factor * $0 }
    case .balanced:
      values = StepWeights.balanced(
        deviations: deviations,
        factors: trained.map { -kernels[$0].velocityFactor / kernels[$0].stepSize })
    case .guarded:
      values = StepWeights.guarded(
        deviations: deviations, stepSizes: trained.map { kernels[$0].stepSize })
    case .values(let own): values = trained.map { own[$0] }
    }
    for (step, value) in zip(trained, values) { weights[step] = value }
    return weights
  }

  /// The rule of the optimiser.
  var adamRule: AdamRule {
    AdamRule(
      learningRate: optimiser.learningRate, firstDecay: optimiser.beta1,
      secondDecay: optimiser.beta2, epsilon: optimiser.epsilon,
      weightDecay: optimiser.weightDecay, largestNorm: optimiser.gradientNorm)
  }
}
