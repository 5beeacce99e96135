/// Where a balanced tree forks, and what that costs and yields.
public struct SplitPlan: Sendable, Hashable {
  /// The number of children that each step gives a node; 1 for a chain step.
  public let widths: [Int]
  /// n_k, the number of nodes that each step draws.
  public let nodeCounts: [Int]
  /// What the tree costs.
  public let cost: Double
  /// The variance of the mean over the leaves, given the root, and the root's own part.
  public let variance: TreeMeanVariance
  /// The mean credit fidelity of the steps, weighted by their shares; see
  /// ``CreditFidelity/mean(_:shares:)``.
  public let fidelity: Double

  /// The steps that fork.
  public var splits: [Int] { widths.indices.filter { widths[$0] > 1 } }

  /// L, the number of leaves.
  public var leafCount: Int { nodeCounts[nodeCounts.count - 1] }

  /// The calls of the model of a rollout.
  public var modelCalls: Int { TreeCosts.modelCalls(nodeCounts: nodeCounts) }
}

/// Why there is no plan.
public enum SplitPlannerRefusal: Error, Hashable, CustomStringConvertible {
  /// The budget does not pay for one chain.
  case budgetBelowChain(budget: Double, chain: Double)
  /// No tree with the allowed widths has the wanted number of leaves.
  case leavesUnreachable(leaves: Int, widths: [Int])
  /// Every tree with the wanted number of leaves costs more than the budget.
  case leavesBeyondBudget(leaves: Int, budget: Double)
  /// There are too many partial plans to hold, or too many plans to try.
  case tooMany(limit: Int)

  /// What is wrong, the value, and what would be right.
  public var description: String {
    switch self {
    case .budgetBelowChain(let budget, let chain):
      "a budget of \(plain(budget)) does not pay for one chain, which costs \(plain(chain))"
    case .leavesUnreachable(let leaves, let widths):
      "no tree with forks of \(words(widths)) has \(leaves) leaves; give a product of such widths"
    case .leavesBeyondBudget(let leaves, let budget):
      "every tree with \(leaves) leaves costs more than the budget of \(plain(budget))"
    case .tooMany(let limit):
      "the search holds at most \(limit) plans; give fewer widths, fewer leaves or a smaller budget"
    }
  }

  private func plain(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func words(_ widths: [Int]) -> String {
    widths.map(String.init).joined(separator: " or ")
  }
}
