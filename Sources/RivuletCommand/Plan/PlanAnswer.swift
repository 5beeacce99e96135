import Rivulet

/// The answer to `rivulet plan`: the best tree, others beside it, and the front.
struct PlanAnswer: Sendable {
  /// A tree or a flat group beside the best plan for its cost.
  struct Row: Sendable {
    /// What it is, in a few words.
    let name: String
    /// The comparison.
    let comparison: PlanComparison
  }

  /// What was asked.
  var inputs: [Expectation.Input]
  /// The largest cost.
  let budget: Double
  /// Whether every cost is a number of calls of the model.
  let countsCallsAlone: Bool
  /// The planner, with the shares.
  let planner: SplitPlanner
  /// The best plan within the budget.
  let best: SplitPlan
  /// The plans within the budget that no cheaper one betters, by ascending cost.
  let front: [SplitPlan]
  /// What others use.
  let rows: [Row]
  /// The least variance of trees with node counts of any size.
  let bound: Double

  /// What the numbers are, for JSON and for the last lines of text.
  static let formulas: [(name: String, formula: String)] = [
    (
      "variance",
      "sum_k d_k u_k, the variance of the mean reward of the leaves given the root; "
        + "u_k = 1/n_k + (1/n_{k-1} - 1/n_k) rho, n_k the nodes that step k draws"
    ),
    (
      "rootShare",
      "the part of the initial noise in the variance of that mean, 'root' in the table: d_init for "
        + "one root, d_init/G for G private ones"
    ),
    (
      "fidelity",
      "sum_k d_k F_k / sum_k d_k, F_k the squared correlation of a centred advantage with the "
        + "exact one"
    ),
    ("best", "variance or fidelity, as --objective says, of the best plan that costs no more"),
    ("gain", "1 - best/variance, or best/fidelity - 1"),
    (
      "bound",
      "the least variance of trees whose node counts may be any numbers, in the same order, budget "
        + "and leaves"
    ),
  ]
}

extension SplitPlan {
  /// The forks in few words, such as `0:3,1,4`; `none` for a chain.
  var forkText: String { forkListText(widths) }
}

/// Returns the forks in the form that `--compare` reads.
func forkListText(_ widths: [Int]) -> String {
  let words = widths.indices.filter { widths[$0] > 1 }.map { step in
    widths[step] == 2 ? "\(step)" : "\(step):\(widths[step])"
  }
  return words.isEmpty ? "none" : words.joined(separator: ",")
}
