import RivuletCredit
import RivuletNumerics
import RivuletTestSupport

// Formulas of the specification on objects, written without regard to rounding or speed.

extension ModelTree {
  /// The mean of the rewards below.
  var uniformValue: Double { leaves.reduce(0) { $0 + $1.reward } / Double(leaves.count) }

  /// The mean with weights exp(beta times the log-probability of the path from here).
  func pathValue(beta: Double) -> Double {
    var total = 0.0
    var sum = 0.0
    for leaf in leaves {
      let below = leaf.path.dropFirst(depth + 1)
      let weight = Elementary.exp(beta * below.reduce(0) { $0 + $1.logProbability })
      total += weight
      sum += weight * leaf.reward
    }
    return sum / total
  }

  /// Softmaxes of the edges of one fork after the other.
  func localValue(beta: Double) -> Double {
    if children.isEmpty { return reward }
    if children.count == 1 { return children[0].localValue(beta: beta) }
    let weights = children.map { Elementary.exp(beta * $0.logProbability) }
    let total = weights.reduce(0, +)
    return zip(weights, children).reduce(0) { $0 + $1.0 / total * $1.1.localValue(beta: beta) }
  }

  /// A reward as the trainer holds it: a column of one element, or a plain number.
  enum Stacked {
    case column(Double)
    case number(Double)

    var value: Double {
      switch self {
      case .column(let value), .number(let value): value
      }
    }
  }

  /// The published sum over the table of weights times rewards, with its broadcast.
  func publishedValue(beta: Double) -> Stacked {
    if children.isEmpty { return .column(reward) }
    let below = children.map { $0.publishedValue(beta: beta) }
    if below.count == 1 { return below[0] }
    let exponentials = children.map { Elementary.exp(beta * $0.logProbability) }
    let weights = exponentials.map { $0 / exponentials.reduce(0, +) }
    let areColumns = below.allSatisfy { if case .column = $0 { true } else { false } }
    var sum = 0.0
    for (row, member) in below.enumerated() {
      for (column, weight) in weights.enumerated() where areColumns || row == column {
        sum += weight * member.value
      }
    }
    return .number(sum)
  }

  /// The child of the last fork on the path to here; nil above the first fork.
  var segmentTop: ModelTree? {
    path.last { ($0.parent?.children.count ?? 0) > 1 }
  }

  /// The last step at which any node forks.
  var lastForkStep: Int? { all.filter { $0.children.count > 1 }.map(\.depth).max() }
}

/// One advantage by the textbook.
func plainAdvantage(
  _ value: Double, among group: [Double], rule: TreeAdvantageRule
) -> Double {
  let count = Double(group.count)
  guard group.count > 1 else { return 0 }
  let mean = group.reduce(0, +) / count
  let squares = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  switch rule.convention {
  case .none: return value - mean
  case .leaveOneOut: return (value - mean) * count / (count - 1)
  case .population:
    let spread = (squares / count).squareRoot()
    return spread < rule.gate ? 0 : (value - mean) / (spread + rule.epsilon)
  case .sample:
    let spread = (squares / (count - 1)).squareRoot()
    return spread < rule.gate ? 0 : (value - mean) / (spread + rule.epsilon)
  }
}

/// Every baseline with every convention, an epsilon that shows, and a gate that is never reached.
let allTreeRules: [TreeAdvantageRule] = TreeAdvantageRule.Baseline.allCases.flatMap { baseline in
  AdvantageRule.Convention.allCases.map {
    TreeAdvantageRule(baseline: baseline, convention: $0, epsilon: 0.01, gate: 1e-6)
  }
}

/// Fusions that keep values in the range of the rewards.
let allFusions: [RewardFusion] = [
  .uniform, .pathSoftmax(beta: 0), .pathSoftmax(beta: 1), .pathSoftmax(beta: 40),
  .localSoftmax(beta: 0), .localSoftmax(beta: 1), .localSoftmax(beta: 40),
]
