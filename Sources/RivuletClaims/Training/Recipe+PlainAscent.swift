public import RivuletTraining

extension Recipe {
  /// Returns the recipe with plain steps along the gradient in place of its optimiser.
  ///
  /// Adam divides by the root of a mean of squares plus epsilon; with epsilon far above any gradient that is
  /// epsilon, and a learning rate of rate times epsilon makes the step rate times the gradient. Momentum,
  /// decay, averages and the bound of the norm are off, and each rollout makes one update of all rows. So the
  /// expected path of the parameters is that of the expected gradient, exactly where it is affine.
  ///
  /// - Parameter rate: The length of a step over its gradient.
  /// - Returns: The recipe.
  public func withPlainAscents(rate: Double) -> Recipe {
    var plain = self
    plain.optimiser.rule = .adam
    plain.optimiser.beta1 = 0
    plain.optimiser.beta2 = 0
    plain.optimiser.epsilon = 1e8
    plain.optimiser.learningRate = rate * 1e8
    plain.optimiser.weightDecay = 0
    plain.optimiser.gradientNorm = nil
    plain.optimiser.average = nil
    return plain
  }
}
