/// Finds the balanced tree that serves best within a budget, exactly.
///
/// The planner knows the shares of variance and what nodes cost, and chooses at each step whether every
/// node forks, and into how many children. Its answer is exact for ``Objective/variance`` by dynamic
/// programming and for ``Objective/fidelity`` by trying every tree. It draws nothing and knows no clock:
/// the same question has the same answer.
///
/// What it optimises holds for balanced trees, one root, independent siblings or such that share the part
/// rho of their noise's variance; for a linear reward of a Gaussian flow, and with independent siblings
/// for any reward whose shares are known. Whether a smaller variance or a higher fidelity trains better is
/// for an experiment to say.
public struct SplitPlanner: Sendable, Hashable {
  /// What a plan is judged by.
  public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
    /// The variance of the mean over the leaves given the root; less is better.
    case variance
    /// The mean credit fidelity, weighted by the shares of the steps; more is better.
    ///
    /// It is the part of the variance that steps decide which their advantages explain, each by its own
    /// best multiple. It speaks of one advantage, not of how many are averaged, and steps above the first
    /// fork count with zero; it asks for later forks than the variance does.
    case fidelity
  }

  /// Why there is no plan.
  public typealias Refusal = SplitPlannerRefusal

  /// The largest number of partial plans that the dynamic programme holds.
  public static let largestTable = 4_000_000
  /// The largest number of trees that the search for fidelity tries.
  public static let largestSearch = 1_000_000

  /// The shares of the reward's variance.
  public let shares: VarianceShares
  /// What nodes cost.
  public let costs: TreeCosts
  /// The numbers of children that a fork may have, ascending, without 1.
  public let widths: [Int]
  /// The largest number of leaves.
  public let largestLeafCount: Int
  /// The number of leaves that a plan must have; nil for any.
  public let leafCount: Int?
  /// rho, the correlation of the noise of the children of one fork.
  public let siblingCorrelation: Double
  /// What a plan is judged by.
  public let objective: Objective

  /// Makes a planner.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - costs: What nodes cost; for as many steps as the shares.
  ///   - widths: The numbers of children that a fork may have; each 2 or more, in any order.
  ///   - largestLeafCount: The largest number of leaves, one or more.
  ///   - leafCount: The number of leaves that a plan must have; nil for any up to the largest.
  ///   - siblingCorrelation: rho in [0, 1]; the children of one fork share that part.
  ///   - objective: What a plan is judged by.
  public init(
    shares: VarianceShares, costs: TreeCosts, widths: [Int], largestLeafCount: Int,
    leafCount: Int? = nil, siblingCorrelation: Double = 0, objective: Objective = .variance
  ) {
    precondition(
      shares.stepCount == costs.nodes.count,
      "there are shares of \(shares.stepCount) steps and costs of \(costs.nodes.count)")
    precondition(!widths.isEmpty, "a planner needs one or more widths")
    for width in widths {
      precondition(width >= 2, "a fork has two or more children, got \(width)")
    }
    precondition(
      largestLeafCount >= 1 && largestLeafCount <= 1 << 32,
      "the largest number of leaves is from 1 to 2^32, got \(largestLeafCount)")
    if let leafCount {
      precondition(
        (1...largestLeafCount).contains(leafCount),
        "a plan must have 1 to \(largestLeafCount) leaves, got \(leafCount)")
    }
    requireCorrelation(siblingCorrelation)
    var distinct: [Int] = []
    for width in widths.sorted() where distinct.last != width { distinct.append(width) }
    self.shares = shares
    self.costs = costs
    self.widths = distinct
    self.largestLeafCount = largestLeafCount
    self.leafCount = leafCount
    self.siblingCorrelation = siblingCorrelation
    self.objective = objective
  }

  /// Returns the cost and the yield of a balanced tree, whether or not the planner may choose it.
  ///
  /// - Parameter widths: The number of children that each step gives a node.
  /// - Returns: The plan.
  public func plan(widths: [Int]) -> SplitPlan {
    let counts = TreeMeanVariance.nodeCounts(widths: widths)
    return SplitPlan(
      widths: widths, nodeCounts: counts, cost: costs.cost(nodeCounts: counts),
      variance: TreeMeanVariance(
        shares: shares, nodeCounts: counts, siblingCorrelation: siblingCorrelation),
      fidelity: CreditFidelity.mean(
        CreditFidelity.tree(
          shares: shares, nodeCounts: counts, siblingCorrelation: siblingCorrelation),
        shares: shares))
  }

  /// Returns the best plan within a budget.
  ///
  /// Of plans that are equally good to twelve digits it is the one that costs least, then the one with
  /// fewer leaves.
  ///
  /// - Parameter budget: The largest cost.
  /// - Returns: The plan.
  /// - Throws: ``Refusal`` where no plan fits, or there are too many to decide exactly.
  public func best(budget: Double) throws(SplitPlannerRefusal) -> SplitPlan {
    let front = try front(budget: budget)
    return front[front.count - 1]
  }

  /// Returns every plan within a budget that no cheaper or equally cheap one betters.
  ///
  /// - Parameter budget: The largest cost.
  /// - Returns: The plans by ascending cost, each better than the one before by more than a part in 10^12;
  ///   at least one.
  /// - Throws: ``Refusal`` where no plan fits, or there are too many to decide exactly.
  public func front(budget: Double) throws(SplitPlannerRefusal) -> [SplitPlan] {
    guard budget >= costs.chain else {
      throw .budgetBelowChain(budget: budget, chain: costs.chain)
    }
    if let leafCount, !isProductOfWidths(leafCount) {
      throw .leavesUnreachable(leaves: leafCount, widths: widths)
    }
    let found =
      switch objective {
      case .variance: try plansByDynamicProgramming(budget: budget)
      case .fidelity: try plansByTrial(budget: budget)
      }
    var front: [SplitPlan] = []
    for widths in found {
      let plan = plan(widths: widths)
      guard plan.cost <= budget else { continue }
      if let last = front.last {
        guard loss(of: plan) < loss(of: last) - 1e-12 * abs(loss(of: last)) else { continue }
        if plan.cost == last.cost { front.removeLast() }
      }
      front.append(plan)
    }
    if front.isEmpty {
      throw .leavesBeyondBudget(leaves: leafCount ?? 1, budget: budget)
    }
    return front
  }

  /// The number that is to be small: the variance given the root, or the fidelity with its sign changed.
  func loss(of plan: SplitPlan) -> Double {
    switch objective {
    case .variance: plan.variance.steps
    case .fidelity: -plan.fidelity
    }
  }

  /// Whether a number of leaves can be reached in as many forks as there are steps.
  private func isProductOfWidths(_ leaves: Int) -> Bool {
    var reached: Set<Int> = [1]
    for _ in 0..<shares.stepCount {
      if reached.contains(leaves) { return true }
      var next = reached
      for count in reached {
        for width in widths where leaves / count >= width && leaves % (count * width) == 0 {
          next.insert(count * width)
        }
      }
      if next == reached { return false }
      reached = next
    }
    return reached.contains(leaves)
  }

  /// Whether a tree may have this number of nodes at some step.
  func mayHave(nodeCount: Int) -> Bool {
    guard let leafCount else { return nodeCount <= largestLeafCount }
    return nodeCount <= leafCount && leafCount % nodeCount == 0
  }

  /// sum_{j > k} c_j for each step k: what a node of step k costs later, without any further fork.
  var laterCosts: [Double] {
    var later = [Double](repeating: 0, count: costs.nodes.count)
    for step in costs.nodes.indices.dropLast().reversed() {
      later[step] = later[step + 1] + costs.nodes[step + 1]
    }
    return later
  }
}
