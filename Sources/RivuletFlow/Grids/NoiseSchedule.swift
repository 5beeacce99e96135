/// How much noise each step of a sampler adds.
///
/// The coefficient s_k is per unit of time: a stochastic step of length h adds noise of standard
/// deviation tau_k = s_k sqrt(h).
public enum NoiseSchedule: Sendable, Hashable {
  /// Flow-GRPO: s_k = a sqrt(t_k / (1 - t_k)); at t = 1 the 1 - t under the root becomes 1 - t_1.
  ///
  /// Only the root is patched: everywhere else the first step keeps t = 1, so the factor of the
  /// velocity there is 1 and not 1 + a^2/2. Source: arXiv 2505.05470 and `sd3_sde_with_logprob.py`.
  case flow(scale: Double)
  /// DanceGRPO: s_k = eta for every step. Source: arXiv 2505.07818 and `train_grpo_flux.py`.
  case constant(Double)
  /// A coefficient s_k of one's own for each step.
  case coefficients([Double])
  /// Coefficient-preserving sampling: tau_k = t_{k+1} sin(eta pi / 2). Source: FlowCPS, arXiv 2509.05952.
  case coefficientPreserving(Double)

  /// What can be wrong with a noise schedule on a grid.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The scale is negative or not finite.
    case negativeScale(Double)
    /// The level of coefficient-preserving sampling is not in [0, 1].
    case invalidLevel(Double)
    /// The list of coefficients has the wrong length.
    case wrongCount(expected: Int, got: Int)
    /// A coefficient is negative or not finite.
    case invalidCoefficient(step: Int, value: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .negativeScale(let value):
        "the noise scale is \(value); it must be a finite number that is not negative"
      case .invalidLevel(let value):
        "the level of coefficient-preserving noise is \(value); it must lie in [0, 1]"
      case .wrongCount(let expected, let got):
        "there are \(got) noise coefficients for \(expected) steps; give one for each step"
      case .invalidCoefficient(let step, let value):
        "the noise coefficient of step \(step) is \(value); it must be finite and not negative"
      }
    }
  }

  /// Returns the rule of every step when all steps are stochastic.
  ///
  /// - Parameter grid: The times.
  /// - Returns: One rule for each step.
  /// - Throws: ``Invalid`` with the place and the value.
  public func rules(on grid: TimeGrid) throws(Invalid) -> [TransitionKernel.Rule] {
    switch self {
    case .flow(let scale):
      try Self.requireScale(scale)
      return grid.steps.map { step in
        let time = grid.times[step]
        let remaining = time == 1 ? 1 - grid.times[1] : 1 - time
        return .sde(coefficient: scale * (time / remaining).squareRoot())
      }
    case .constant(let eta):
      try Self.requireScale(eta)
      return grid.steps.map { _ in .sde(coefficient: eta) }
    case .coefficients(let values):
      guard values.count == grid.stepCount else {
        throw .wrongCount(expected: grid.stepCount, got: values.count)
      }
      for (step, value) in values.enumerated() where !(value.isFinite && value >= 0) {
        throw .invalidCoefficient(step: step, value: value)
      }
      return values.map { .sde(coefficient: $0) }
    case .coefficientPreserving(let eta):
      guard eta >= 0 && eta <= 1 else { throw .invalidLevel(eta) }
      return grid.steps.map { _ in .coefficientPreserving(level: eta) }
    }
  }

  private static func requireScale(_ scale: Double) throws(Invalid) {
    guard scale.isFinite && scale >= 0 else { throw .negativeScale(scale) }
  }
}
