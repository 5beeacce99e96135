import RivuletKernels

/// The constants of Adam and AdamW.
public struct AdamRule: Sendable, Hashable, Codable {
  /// The learning rate.
  public var learningRate: Double
  /// The decay of the mean of gradients.
  public var firstDecay: Double
  /// The decay of the mean of squares.
  public var secondDecay: Double
  /// The number added to the root of the mean of squares.
  public var epsilon: Double
  /// AdamW's decay of the parameters for each unit of the learning rate; 0 for Adam.
  public var weightDecay: Double
  /// The largest length of a gradient, beyond which it is shortened; nil for none.
  public var largestNorm: Double?

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate.
  ///   - firstDecay: The decay of the mean of gradients.
  ///   - secondDecay: The decay of the mean of squares.
  ///   - epsilon: The number added to the root of the mean of squares.
  ///   - weightDecay: AdamW's decay of the parameters for each unit of the learning rate.
  ///   - largestNorm: The largest length of a gradient; nil for none.
  public init(
    learningRate: Double, firstDecay: Double = 0.9, secondDecay: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, largestNorm: Double? = nil
  ) {
    precondition(
      learningRate >= 0 && learningRate.isFinite,
      "a learning rate must not be negative, got \(learningRate)")
    precondition(
      (0..<1).contains(firstDecay) && (0..<1).contains(secondDecay),
      "decays must lie in [0, 1), got \(firstDecay) and \(secondDecay)")
    precondition(epsilon > 0, "epsilon must be positive, got \(epsilon)")
    precondition(weightDecay >= 0, "a decay must not be negative, got \(weightDecay)")
    precondition(
      largestNorm.map { $0 > 0 } ?? true,
      "a largest length must be positive, got \(largestNorm ?? 0)")
    self.learningRate = learningRate
    self.firstDecay = firstDecay
    self.secondDecay = secondDecay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.largestNorm = largestNorm
  }
}

/// What Adam remembers between updates.
///
/// The powers of the decays are running products, rounded in double precision once an update.
public final class AdamState: Sendable {
  let first: FloatMemory
  let second: FloatMemory
  /// The number of parameters.
  public let parameterCount: Int

  /// The powers of the decays after so many updates: the part of the state that is not a list.
  public struct Powers: Sendable, Hashable, Codable {
    /// The power of the decay of the mean of gradients.
    public var first: Double
    /// The power of the decay of the mean of squares.
    public var second: Double
    /// The number of updates.
    public var updates: Int

    /// Makes the powers before the first update.
    public init() {
      first = 1
      second = 1
      updates = 0
    }
  }

  /// Makes the state before the first update.
  ///
  /// - Parameter parameterCount: The number of parameters.
  public init(parameterCount: Int) {
    self.parameterCount = parameterCount
    first = FloatMemory(count: parameterCount)
    second = FloatMemory(count: parameterCount)
  }

  /// The mean of gradients, for a checkpoint.
  public var firstMoments: [Float] {
    Array(UnsafeBufferPointer(start: first.start, count: parameterCount))
  }

  /// The mean of squares, for a checkpoint.
  public var secondMoments: [Float] {
    Array(UnsafeBufferPointer(start: second.start, count: parameterCount))
  }

  /// Takes over both means, of a checkpoint.
  ///
  /// - Parameters:
  ///   - first: The mean of gradients.
  ///   - second: The mean of squares.
  public func restore(first: [Float], second: [Float]) {
    precondition(
      first.count == parameterCount && second.count == parameterCount,
      "\(parameterCount) parameters have as many means, got \(first.count) and \(second.count)")
    for place in 0..<parameterCount {
      self.first.start[place] = first[place]
      self.second.start[place] = second[place]
    }
  }
}

extension AdamRule {
  /// Advances the powers of the decays by one update and returns the constants of that update.
  func step(_ powers: inout AdamState.Powers, gradientScale: Double) -> AdamStep {
    powers.first *= firstDecay
    powers.second *= secondDecay
    powers.updates += 1
    return AdamStep(
      firstRate: Float(1 - firstDecay), secondRate: Float(1 - secondDecay),
      rate: Float(learningRate / (1 - powers.first)),
      secondCorrection: Float(1 / (1 - powers.second)), epsilon: Float(epsilon),
      decay: Float(learningRate * weightDecay), gradientScale: Float(gradientScale))
  }

  /// The factor of a gradient of the given length: 1, or what brings it to the largest length.
  ///
  /// - Parameter norm: The length of the gradient.
  /// - Returns: min(1, largest / (norm + 1e-6)), as PyTorch's `clip_grad_norm_`.
  public func gradientScale(norm: Double) -> Double {
    guard let largestNorm else { return 1 }
    return min(1, largestNorm / (norm + 1e-6))
  }
}
