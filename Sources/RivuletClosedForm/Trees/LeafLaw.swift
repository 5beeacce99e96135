public import RivuletCredit
public import RivuletFlow

/// The exact joint law of the leaves of a rollout tree, for one coordinate of Gaussian data.
///
/// Every edge e of step k adds tau_k xi_e to a linear chain, so the leaves are jointly Gaussian,
///
///     x_l = const + Phi_0 x_init + sum over the edges e of the path to l of Phi_{k(e)+1} tau_{k(e)} xi_e,
///
/// with one mean for all of them, that of ``GaussianChain``. The children of a fork draw the noise of a
/// `ForkNoise`; a node with one child draws plain noise whatever the fork noise is. Hence the law of a leaf
/// is that of a sequential rollout unless the fork noise is `scaled`, where it depends on the number of
/// forks on the leaf's path.
///
/// Source: BranchGRPO, arXiv 2509.06040, lemmas 1 and 2 and theorem 1 for the law of one leaf; the
/// joint law follows from the sum above.
public struct LeafLaw: Sendable {
  /// The chain of one path.
  public let chain: GaussianChain
  /// Who descends from whom.
  public let shape: TreeShape
  /// The noise of the children of a fork.
  public let forkNoise: ForkNoise
  /// Which value of the last step the law is of.
  public let scored: ScoredState
  /// The mean of every leaf.
  public let mean: Double
  /// The variance of the state at each node, by number; at the leaves that of the rewarded value.
  ///
  ///     S_child = M_k^2 S_parent + v tau_k^2
  ///
  /// v is the variance of the fork noise where the parent forks, 1 where it has one child.
  public let nodeVariances: [Double]

  /// M_k with the last step as it is rewarded.
  let slopes: [Double]
  /// tau_k with the last step as it is rewarded.
  let deviations: [Double]
  /// Phi_k of these slopes; T + 1 numbers.
  let suffixSlopes: [Double]

  /// Makes the law.
  ///
  /// - Parameters:
  ///   - chain: The chain of one path; its initial deviation is 0 for a given root.
  ///   - shape: The tree, with as many steps as the chain.
  ///   - forkNoise: The noise of the children of a fork.
  ///   - scored: Which value of the last step the law is of. A clean prediction x - t v is the last step
  ///     without noise, taken as an ODE step to time zero.
  public init(
    chain: GaussianChain, shape: TreeShape, forkNoise: ForkNoise,
    scored: ScoredState = .finalState
  ) {
    precondition(
      shape.stepCount == chain.stepCount,
      "the tree has \(shape.stepCount) steps and the chain \(chain.stepCount)")
    let count = chain.stepCount
    var slopes = chain.slopes
    var deviations = chain.deviations
    var mean = chain.means[count]
    if scored == .cleanPrediction {
      let last = count - 1
      let step = TransitionKernel(rule: .ode, time: chain.plan.grid.times[last], nextTime: 0)
        .affineStep(mean: chain.data.mean, deviation: chain.data.deviation)
      slopes[last] = step.slope
      deviations[last] = 0
      mean = step.slope * chain.means[last] + step.offset
    }
    var suffixes = [Double](repeating: 1, count: count + 1)
    for step in (0..<count).reversed() { suffixes[step] = suffixes[step + 1] * slopes[step] }

    var variances = [Double](repeating: chain.variances[0], count: shape.nodeCount)
    for step in 0..<count {
      let noise = deviations[step] * deviations[step]
      for parent in shape.nodes(atDepth: step) {
        let children = shape.children(of: parent)
        let factor = children.count > 1 ? forkNoise.variance : 1
        for child in children {
          variances[child] = slopes[step] * slopes[step] * variances[parent] + factor * noise
        }
      }
    }
    self.chain = chain
    self.shape = shape
    self.forkNoise = forkNoise
    self.scored = scored
    self.mean = mean
    self.slopes = slopes
    self.deviations = deviations
    suffixSlopes = suffixes
    nodeVariances = variances
  }

  /// The number of leaves L.
  public var leafCount: Int { shape.leafCount }

  /// Returns the variance of one leaf.
  ///
  ///     S_N + sum over the forks k of the path of (v - 1) tau_k^2 Phi_{k+1}^2
  ///
  /// v = c^2 for `scaled(c)` noise, else 1.
  ///
  /// - Parameter leaf: A leaf, counted among the leaves.
  /// - Returns: The variance.
  public func variance(ofLeaf leaf: Int) -> Double {
    requireLeaf(leaf)
    return nodeVariances[shape.leaves.lowerBound + leaf]
  }

  /// Returns the law of one leaf.
  ///
  /// - Parameter leaf: A leaf, counted among the leaves.
  /// - Returns: Its mean and its variance.
  public func marginal(ofLeaf leaf: Int) -> GaussianLaw {
    GaussianLaw(mean: mean, variance: variance(ofLeaf: leaf))
  }

  /// Returns the factor Phi_{k+1} tau_k with which the noise of step k reaches the rewarded value.
  ///
  /// - Parameter step: k, 0 to T - 1.
  /// - Returns: The factor; zero at the last step of a clean prediction.
  public func influence(of step: Int) -> Double {
    precondition(
      step >= 0 && step < slopes.count, "the tree has steps 0 to \(slopes.count - 1), got \(step)")
    return suffixSlopes[step + 1] * deviations[step]
  }

  func requireLeaf(_ leaf: Int) {
    precondition(
      leaf >= 0 && leaf < leafCount, "the leaves are 0 to \(leafCount - 1), got \(leaf)")
  }
}
