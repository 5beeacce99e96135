import RivuletClosedForm
import RivuletCredit
import RivuletFlow

/// One problem on which a claim about trees is decided: Gaussian data, a linear reward, and a tree on the
/// published grid with the published noise.
///
/// Everything about it is affine, so each expectation is exact for the discretised sampler.
struct TreeSetting: Sendable {
  /// T, the number of steps.
  var stepCount = 20
  /// The shift of the grid.
  var shift = 3.0
  /// eta, the noise coefficient of every step.
  var eta = 0.3
  /// The mean of the data in each coordinate.
  var means = [0.5]
  /// The standard deviation of the data in each coordinate.
  var scales = [0.5]
  /// The gradient of the reward.
  var gradient = [1.0]
  /// The steps at which every node forks.
  var splits = SplitPoints.dense
  /// K, the children of a fork.
  var width = 2
  /// The noise of the children of a fork.
  var forkNoise = ForkNoise.published
  /// Which state of a leaf the reward sees.
  var scored = ScoredState.finalState

  /// Makes a setting from the one of the paper: 20 steps, shift 3, eta 0.3, K = 2, splits at 0, 3, 6 and 9,
  /// s = 4, data N(0.5, 0.25) in one dimension, the reward x.
  init(_ change: (inout TreeSetting) -> Void = { _ in }) { change(&self) }

  /// The number of coordinates.
  var dimension: Int { scales.count }

  /// Returns the same problem with something changed.
  func changed(_ change: (inout TreeSetting) -> Void) -> TreeSetting {
    var copy = self
    change(&copy)
    return copy
  }

  /// The kernels, every step stochastic.
  func plan() throws -> SamplingPlan {
    try .fullSDE(
      grid: .shifted(steps: stepCount, shift: shift), noise: .constant(eta),
      lastStepIsStochastic: true)
  }

  /// Who descends from whom.
  func shape() throws -> TreeShape {
    try TreeShape(splits: splits, width: width, stepCount: stepCount)
  }

  /// The velocity field of the data.
  func field() throws -> GaussianField {
    try GaussianField(means: means, deviations: scales)
  }

  /// The reward.
  var reward: LinearReward { LinearReward(gradient: gradient) }

  /// A sampler of the trees.
  func sampler() throws -> TreeSampler<GaussianField, LinearReward> {
    try TreeSampler(
      plan: plan(), field: field(), reward: reward, shape: shape(), forkNoise: forkNoise,
      scored: scored)
  }

  /// The formulas of one coordinate, from the text of the specification and not from the kernels.
  func formula(_ coordinate: Int = 0) -> TreeFormula {
    TreeFormula(
      stepCount: stepCount, shift: shift, eta: eta, mean: means[coordinate],
      deviation: scales[coordinate])
  }

  /// The closed form of the library for one coordinate.
  func law(_ coordinate: Int = 0, rootIsGiven: Bool = false) throws -> LeafLaw {
    try LeafLaw(
      chain: GaussianChain(
        plan: plan(), mean: means[coordinate], deviation: scales[coordinate],
        initialDeviation: rootIsGiven ? 0 : 1),
      shape: shape(), forkNoise: forkNoise, scored: scored)
  }

  /// A tree of eight leaves and 44 edges, eight steps and forks at 0, 2 and 4: for claims that any tree
  /// decides, a fifth of the published one.
  static func eightLeaves(_ forkNoise: ForkNoise = .published) -> TreeSetting {
    TreeSetting {
      $0.stepCount = 8
      $0.splits = .at(0, 2, 4, of: 8)
      $0.forkNoise = forkNoise
    }
  }
}
