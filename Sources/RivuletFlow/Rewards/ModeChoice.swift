import RivuletNumerics

/// A reward for states that belong to one component of a mixture: the logarithm of its posterior.
///
///     R(x) = log p(component m | x) = log w_m N(x; mu_m, s_m) - log sum_j w_j N(x; mu_j, s_j)
///
/// Zero where the state surely belongs to the component and negative elsewhere. Its maximum over all
/// laws with the mixture's density is the component alone, so that what a trained sampler should do is
/// known.
public struct ModeChoice: DifferentiableReward, Hashable {
  /// The mixture of the data.
  public let mixture: MixtureField
  /// The number of the component that is wanted.
  public let component: Int
  private let frames: [MixtureField.Frame]

  /// Makes the reward.
  ///
  /// - Parameters:
  ///   - mixture: The mixture of the data.
  ///   - component: 0 ..< the number of components.
  public init(mixture: MixtureField, component: Int) {
    precondition(
      (0..<mixture.componentCount).contains(component),
      "the mixture has components 0 to \(mixture.componentCount - 1), got \(component)")
    self.mixture = mixture
    self.component = component
    frames = mixture.frames(at: 0)
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { mixture.dimension }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The logarithm of a probability; finite where the probability underflows too.
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    let exponents = mixture.exponents(at: state, frames: frames)
    return exponents[component] - MixtureField.logSumExp(exponents)
  }

  /// Returns the gradient at one state.
  ///
  ///     sum_j (gamma_j - [j = m]) (x - mu_j) / s_j^2
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: dR / dx.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    let gamma = MixtureField.softmax(mixture.exponents(at: state, frames: frames))
    var slope = [Double](repeating: 0, count: dimension)
    for (index, frame) in frames.enumerated() {
      let factor = gamma[index] - (index == component ? 1 : 0)
      for axis in state.indices {
        slope[axis] += factor * ((state[axis] - frame.centres[axis]) * frame.precisions[axis])
      }
    }
    return slope
  }
}
