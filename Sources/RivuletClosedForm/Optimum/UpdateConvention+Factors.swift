import RivuletCredit
import RivuletFlow

extension UpdateConvention {
  /// Returns f_k of each trained step, the mean of (1/n_k) sum_i A_i xi_i over w_k.
  ///
  /// | rollouts | divided by a spread | not divided |
  /// |---|---|---|
  /// | chains, private noise | b(G)/sqrt(Var R) | b(G) |
  /// | chains, shared noise | b(G)/sqrt(Var R - d_init) | b(G) |
  /// | batch | b_p/sigma_p, an integral | b(G) |
  /// | windows of members | a double integral, see ``WindowedBatch`` | b(G) |
  /// | branches of a seed | b(K) sqrt(1 - rho)/abs(w_k) | b(K)(1 - rho) |
  /// | branches of a prompt | Gauss' 2F1, see ``PromptGroup`` | b(NK) |
  /// | tree, depth | sqrt(F_k/d_k) (population), an integral | see ``TreeGradientFactor`` |
  /// | tree, flat | an integral, see ``CreditFidelity`` | of depth, leave-one-out L/(L - 1) times none |
  /// | tree, siblings | b(K) c/S, c = 1 - rho at the fork, 1 below | b(K) c |
  ///
  /// b is ``AdvantageFactor/standardisationFactor(groupSize:convention:)``; S is the spread of the values of
  /// a fork's children, S^2 = (1 - rho) d_f + sum_{j > f} d_j n_f u_j, u_j = 1/n_j + (1/n_{j-1} - 1/n_j) rho.
  /// Fork noise scaled by c scales d_f by c^2, and f_k of the fork itself by c^2 once more.
  ///
  /// - Parameter credit: What each step's noise adds to the reward.
  /// - Returns: One number for each trained step; 0 where a step decides nothing and its spread is zero.
  public func advantageFactors(on credit: LinearCredit) -> [Double] {
    for step in trainedSteps {
      precondition(
        step >= 0 && step < credit.stepCount && credit.kernels[step].isStochastic,
        "trained step \(step) is no stochastic step of the plan")
    }
    switch rollouts {
    case .chains(let size, let shares):
      requireChains(credit)
      let variance = shares ? credit.shares.stepTotal : credit.shares.total
      let factor = groupFactor(size, deviation: variance.squareRoot())
      return trainedSteps.map { _ in factor }
    case .batch(let batch, let prompt):
      requireChains(credit)
      let deviation = batch.prompts[prompt].deviation
      let factor = batch.factor(prompt: prompt, convention: convention) / deviation
      return trainedSteps.map { _ in factor }
    case .windows(let batch, let window):
      requireChains(credit)
      let factor = batch.factor(window: window, convention: convention)
      return trainedSteps.map { _ in factor }
    case .seedBranches(let siblings, let correlation):
      requireCorrelation(correlation)
      let own = 1 - correlation
      return trainedSteps.map { step in
        let spread = credit.deviation(of: step) * own.squareRoot()
        return own * groupFactor(siblings, deviation: spread)
      }
    case .promptBranches(let seeds, let siblings):
      guard let seedDeviations = credit.seedDeviations else {
        preconditionFailure("branches of a prompt need the credit of branches, got that of chains")
      }
      return trainedSteps.map { step in
        let deviation = credit.deviation(of: step)
        guard deviation > 0 else { return 0 }
        let group = PromptGroup(
          seeds: seeds, branches: siblings, branchDeviation: deviation,
          seedDeviation: seedDeviations[step])
        return group.meanProduct(convention: convention) / deviation
      }
    case .tree(let nodeCounts, let forkNoise, let baseline):
      requireChains(credit)
      return treeFactors(
        credit.shares, nodeCounts: nodeCounts, forkNoise: forkNoise, baseline: baseline)
    }
  }

  /// b(G) or, where the convention divides, b(G)/deviation with epsilon.
  private func groupFactor(_ size: Int, deviation: Double) -> Double {
    guard convention.divides else {
      return AdvantageFactor.standardisationFactor(groupSize: size, convention: convention)
    }
    guard deviation > 0 else { return 0 }
    return AdvantageFactor.standardisationFactor(
      groupSize: size, convention: convention, epsilon: epsilon, rewardDeviation: deviation)
      / deviation
  }

  private func treeFactors(
    _ chain: VarianceShares, nodeCounts: [Int], forkNoise: ForkNoise,
    baseline: TreeAdvantageRule.Baseline
  ) -> [Double] {
    precondition(
      nodeCounts.count == chain.stepCount,
      "there are node counts for \(nodeCounts.count) steps of a chain of \(chain.stepCount)")
    if case .correlated(_, let sharing) = forkNoise {
      precondition(sharing == .fork, "children of different forks must not share noise here")
    }
    let forks = nodeCounts.indices.map { nodeCounts[$0] > ($0 > 0 ? nodeCounts[$0 - 1] : 1) }
    // Noise scaled by c has c times the influence, and its residual over tau, which the score holds, is c
    // times a standard normal number too.
    let shares = VarianceShares(
      initial: chain.initial,
      steps: forks.indices.map { chain.steps[$0] * (forks[$0] ? forkNoise.variance : 1) })
    let factors = treeFactors(
      shares, nodeCounts: nodeCounts, correlation: forkNoise.siblingCorrelation, forks: forks,
      baseline: baseline)
    return factors.indices.map { factors[$0] * (forks[trainedSteps[$0]] ? forkNoise.variance : 1) }
  }

  private func treeFactors(
    _ shares: VarianceShares, nodeCounts: [Int], correlation: Double, forks: [Bool],
    baseline: TreeAdvantageRule.Baseline
  ) -> [Double] {
    let weights = TreeMeanVariance.weights(
      nodeCounts: nodeCounts, siblingCorrelation: correlation)
    if baseline == .siblings {
      return siblingFactors(
        shares, nodeCounts: nodeCounts, correlation: correlation, weights: weights, forks: forks)
    }
    let leaves = Double(nodeCounts[nodeCounts.count - 1])
    guard convention.divides else {
      return trainedSteps.map { step in
        let size = baseline == .flat ? leaves : Double(nodeCounts[step])
        guard nodeCounts[step] > 1 else { return 0 }
        let centred = 1 - weights[step]
        return convention == .leaveOneOut ? centred * (size / (size - 1)) : centred
      }
    }
    let products =
      baseline == .depth
      ? CreditFidelity.depthProducts(
        shares: shares, nodeCounts: nodeCounts, siblingCorrelation: correlation)
      : CreditFidelity.leafProducts(
        shares: shares, nodeCounts: nodeCounts, siblingCorrelation: correlation)
    return trainedSteps.map { step in
      let size = baseline == .depth ? Double(nodeCounts[step]) : leaves
      guard size > 1 else { return 0 }
      let form = convention == .population ? (size / (size - 1)).squareRoot() : 1
      return products[step] * form
    }
  }

  private func siblingFactors(
    _ shares: VarianceShares, nodeCounts: [Int], correlation: Double, weights: [Double],
    forks: [Bool]
  ) -> [Double] {
    return trainedSteps.map { step in
      guard let fork = (0...step).last(where: { forks[$0] }) else { return 0 }
      let size = Double(nodeCounts[fork])
      let siblings = nodeCounts[fork] / (fork > 0 ? nodeCounts[fork - 1] : 1)
      var variance = (1 - correlation) * shares.steps[fork]
      for later in (fork + 1)..<max(fork + 1, shares.stepCount) {
        variance += shares.steps[later] * size * weights[later]
      }
      let part = step == fork ? 1 - correlation : 1
      return part * groupFactor(siblings, deviation: variance.squareRoot())
    }
  }

  private func requireChains(_ credit: LinearCredit) {
    precondition(
      credit.seedDeviations == nil,
      "chains and trees need the credit of whole chains, got that of branches")
  }
}
