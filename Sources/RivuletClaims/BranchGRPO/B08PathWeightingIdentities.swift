import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

/// The checks of path weighting that hold for any tree, rewards and log-probabilities.
enum PathWeightingChecks {
  static let identities = [uniformAtZero(), shift(), unity(), bounds(), equalScores(), local()]

  /// A drawn tile of trees of eight leaves.
  private struct Drawn {
    let tile: TreeTile
    var shape: TreeShape { tile.shape }
    let lanes = StateTile.lanes

    init(_ run: CheckRun) throws {
      tile = try TreeSetting.eightLeaves().sampler().tile(0, key: run.key)
    }

    func values(_ fusion: RewardFusion, scores: [Double]? = nil) -> [Double] {
      fusion.values(
        of: tile.rewards, logProbabilities: scores ?? tile.logProbabilities, shape: shape,
        lanes: lanes)
    }
  }

  private static let identity = Check.Requirement.absolute(0, because: "an identity")

  private static func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
    var largest = 0.0
    for index in first.indices { largest = larger(largest, abs(first[index] - second[index])) }
    return largest
  }

  /// beta = 0 gives the uniform mean.
  private static func uniformAtZero() -> Check {
    let largest = { @Sendable (beta: Double, run: CheckRun) throws -> Double in
      let drawn = try Drawn(run)
      return largestDifference(drawn.values(.pathSoftmax(beta: beta)), drawn.values(.uniform))
    }
    return Check(
      id: "beta0", subject: "largest difference of the values with beta = 0 and of uniform means",
      requirement: identity,
      controls: [
        Control(id: "small", defect: "beta = 1e-6") { run in
          try .identity(observed: largest(1e-6, run), expected: 0, tolerance: 1e-14)
        }
      ]
    ) { run in Finding(.identity(observed: try largest(0, run), expected: 0, tolerance: 1e-14)) }
  }

  /// A number added to all edges of a depth changes nothing.
  private static func shift() -> Check {
    let largest = { @Sendable (wholeDepth: Bool, run: CheckRun) throws -> Double in
      let drawn = try Drawn(run)
      var scores = drawn.tile.logProbabilities
      for depth in 1...drawn.shape.stepCount {
        let nodes = drawn.shape.nodes(atDepth: depth)
        for node in wholeDepth ? nodes : nodes.prefix(1) {
          for lane in 0..<drawn.lanes { scores[node * drawn.lanes + lane] += 0.25 * Double(depth) }
        }
      }
      let fusion = RewardFusion.pathSoftmax(beta: 1)
      return largestDifference(drawn.values(fusion), drawn.values(fusion, scores: scores))
    }
    return Check(
      id: "shift",
      subject: "largest change of a value when all edges of a depth get a constant of their own",
      requirement: identity,
      controls: [
        Control(id: "one-edge", defect: "the first edge of each depth alone") { run in
          try .identity(observed: largest(false, run), expected: 0, tolerance: 1e-13)
        }
      ]
    ) { run in Finding(.identity(observed: try largest(true, run), expected: 0, tolerance: 1e-13)) }
  }

  /// The weights of the leaves below each node sum to one.
  private static func unity() -> Check {
    let largest = { @Sendable (fusion: RewardFusion, run: CheckRun) throws -> Double in
      let drawn = try Drawn(run)
      var largest = 0.0
      for node in 0..<drawn.shape.nodeCount {
        let weights = fusion.weights(
          of: node, logProbabilities: drawn.tile.logProbabilities, shape: drawn.shape,
          lanes: drawn.lanes)
        for lane in 0..<drawn.lanes {
          var sum = 0.0
          for index in stride(from: lane, to: weights.count, by: drawn.lanes) {
            sum += weights[index]
          }
          largest = larger(largest, abs(sum - 1))
        }
      }
      return largest
    }
    return Check(
      id: "unity", subject: "largest distance from one of the sum of the weights below a node",
      requirement: identity,
      controls: [
        Control(id: "column", defect: "the published product of a row and a column") { run in
          try .identity(
            observed: largest(.publishedColumn(beta: 1), run), expected: 0, tolerance: 1e-14)
        }
      ]
    ) { run in
      Finding(
        .identity(observed: try largest(.pathSoftmax(beta: 1), run), expected: 0, tolerance: 1e-14))
    }
  }

  /// No value leaves the range of the rewards below its node.
  private static func bounds() -> Check {
    let outside = { @Sendable (fusion: RewardFusion, run: CheckRun) throws -> Double in
      let drawn = try Drawn(run)
      let values = drawn.values(fusion)
      var count = 0
      for node in 0..<drawn.shape.nodeCount {
        let leaves = drawn.shape.leafRange(below: node)
        for lane in 0..<drawn.lanes {
          let rewards = leaves.map { drawn.tile.rewards[$0 * drawn.lanes + lane] }
          let value = values[node * drawn.lanes + lane]
          guard let low = rewards.min(), let high = rewards.max() else { continue }
          if !(low...high).contains(value) { count += 1 }
        }
      }
      return Double(count)
    }
    return Check(
      id: "bounds", subject: "values outside the range of the rewards below their node, 64 trees",
      requirement: identity,
      controls: [
        Control(id: "column", defect: "the published product of a row and a column") { run in
          try .identity(
            observed: outside(.publishedColumn(beta: 1), run), expected: 0, tolerance: 0)
        }
      ]
    ) { run in
      Finding(
        .identity(observed: try outside(.pathSoftmax(beta: 1), run), expected: 0, tolerance: 0))
    }
  }

  /// Equal log-probabilities give the uniform mean.
  private static func equalScores() -> Check {
    let largest = { @Sendable (extra: Double, run: CheckRun) throws -> Double in
      let drawn = try Drawn(run)
      var scores = [Double](repeating: -1.5, count: drawn.tile.logProbabilities.count)
      scores[scores.count - 1] += extra
      let weighted = drawn.values(.pathSoftmax(beta: 1), scores: scores)
      return largestDifference(weighted, drawn.values(.uniform))
    }
    return Check(
      id: "equal", subject: "largest distance from the uniform mean with equal log-probabilities",
      requirement: identity,
      controls: [
        Control(id: "one-edge", defect: "one edge a little likelier") { run in
          try .identity(observed: largest(1e-6, run), expected: 0, tolerance: 1e-14)
        }
      ]
    ) { run in Finding(.identity(observed: try largest(0, run), expected: 0, tolerance: 1e-14)) }
  }

  /// Two forks, log-probability 3 on both edges under the right child, rewards 0, 0, 1, 1: e^3/(e^3 + 1).
  private static func local() -> Check {
    let value = { @Sendable (fusion: RewardFusion) throws -> Double in
      let shape = try TreeShape(widths: [2, 2])
      return fusion.values(
        of: [0, 0, 1, 1], logProbabilities: [0, 0, 0, 0, 0, 3, 3], shape: shape)[0]
    }
    let expected = Elementary.exp(3) / (Elementary.exp(3) + 1)
    return Check(
      id: "local",
      subject: "value of the root of two forks whose right half is e^3 times likelier: 0.952574",
      requirement: identity,
      controls: [
        Control(id: "local-softmax", defect: "the published softmax of one fork at a time: 0.5") {
          _ in
          try .identity(
            observed: value(.localSoftmax(beta: 1)), expected: expected, tolerance: 1e-15)
        }
      ]
    ) { _ in
      Finding(
        .identity(
          observed: try value(.pathSoftmax(beta: 1)), expected: expected, tolerance: 1e-15))
    }
  }
}
