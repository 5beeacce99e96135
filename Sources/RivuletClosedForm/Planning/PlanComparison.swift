/// A tree or a flat group that somebody uses, beside the best plan for the same cost.
public struct PlanComparison: Sendable, Hashable {
  /// What is compared.
  public enum Subject: Sendable, Hashable {
    /// A balanced tree with these numbers of children at each step.
    case tree(widths: [Int])
    /// Whole chains, each of which calls the model at every step.
    case flat(groupSize: Int, sharesInitialNoise: Bool)
  }

  /// What is compared.
  public let subject: Subject
  /// What it costs.
  public let cost: Double
  /// Its calls of the model.
  public let modelCalls: Int
  /// The number of its leaves or members.
  public let leafCount: Int
  /// The variance of its mean reward.
  public let variance: TreeMeanVariance
  /// Its mean credit fidelity, weighted by the shares.
  public let fidelity: Double
  /// The best plan that costs no more; nil where there is none.
  public let best: SplitPlan?
  /// What the best plan gains, as a fraction; nil where nothing can be gained from.
  ///
  /// For ``SplitPlanner/Objective/variance`` the part of the variance given the root that falls away, 1 -
  /// best/own; for ``SplitPlanner/Objective/fidelity`` the growth best/own - 1. Negative where the best tree
  /// is worse, as it can be against a flat group, which is a tree with one wide fork at step 0, and
  /// against a tree with more leaves or other widths than the planner may use.
  public let gain: Double?
}

extension SplitPlanner {
  /// Compares trees and flat groups with the best plans for their costs.
  ///
  /// A flat group costs as many chains. The variance given the root leaves the initial noise out, also of
  /// a group whose members have their own: see ``PlanComparison/variance`` for that part.
  ///
  /// - Parameters:
  ///   - subjects: What is compared; trees with as many widths as there are steps.
  ///   - front: The plans to choose from, as ``front(budget:)`` returns them; its budget must reach the
  ///     cost of every subject for the gains to be what they are called.
  /// - Returns: One comparison for each subject, in their order.
  public func comparisons(
    of subjects: [PlanComparison.Subject], front: [SplitPlan]
  ) -> [PlanComparison] {
    subjects.map { subject in
      let cost: Double
      let calls: Int
      let leaves: Int
      let variance: TreeMeanVariance
      let fidelity: Double
      switch subject {
      case .tree(let widths):
        let plan = plan(widths: widths)
        (cost, calls, leaves) = (plan.cost, plan.modelCalls, plan.leafCount)
        (variance, fidelity) = (plan.variance, plan.fidelity)
      case .flat(let size, let sharesInitialNoise):
        (cost, calls, leaves) = (Double(size) * costs.chain, size * shares.stepCount, size)
        variance = .flat(shares: shares, groupSize: size, sharesInitialNoise: sharesInitialNoise)
        fidelity = CreditFidelity.mean(
          CreditFidelity.flat(
            shares: shares, groupSize: size, sharesInitialNoise: sharesInitialNoise),
          shares: shares)
      }
      let best = front.last { $0.cost <= cost }
      let gain: Double? = best.flatMap { best in
        switch objective {
        case .variance: variance.steps > 0 ? 1 - best.variance.steps / variance.steps : nil
        case .fidelity: fidelity > 0 ? best.fidelity / fidelity - 1 : nil
        }
      }
      return PlanComparison(
        subject: subject, cost: cost, modelCalls: calls, leafCount: leaves, variance: variance,
        fidelity: fidelity, best: best, gain: gain)
    }
  }

  /// Returns what a subject costs.
  ///
  /// - Parameter subject: A tree or a flat group.
  /// - Returns: The cost.
  public func cost(of subject: PlanComparison.Subject) -> Double {
    switch subject {
    case .tree(let widths): costs.cost(nodeCounts: TreeMeanVariance.nodeCounts(widths: widths))
    case .flat(let size, _): Double(size) * costs.chain
    }
  }

  /// Returns the least variance given the root that trees could have with node counts of any size.
  ///
  /// No tree within the budget and with no more leaves has less: a bound for what is left to gain.
  ///
  /// - Parameter budget: The largest cost.
  /// - Returns: rho d_0 + min sum_k e_k/n_k; see ``ContinuousAllocation``.
  /// - Throws: ``Refusal`` where the budget does not pay for one chain.
  public func varianceBound(budget: Double) throws(SplitPlannerRefusal) -> Double {
    guard budget >= costs.chain else {
      throw .budgetBelowChain(budget: budget, chain: costs.chain)
    }
    let allocation = ContinuousAllocation(
      shares: shares.effectiveSteps(siblingCorrelation: siblingCorrelation), costs: costs.nodes,
      budget: budget - costs.root, largest: Double(leafCount ?? largestLeafCount))
    return siblingCorrelation * shares.steps[0] + allocation.variance
  }
}
