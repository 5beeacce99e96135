import Rivulet

/// The balanced tree that the options choose.
struct ChosenTree: Sendable {
  /// The number of children that each step gives a node; 1 where it does not fork.
  let widths: [Int]
  /// The split points as they were listed.
  let splits: SplitPoints

  /// The number of steps T.
  var stepCount: Int { widths.count }
  /// The steps at which nodes fork; a split into one child forks nothing.
  var forkSteps: [Int] { widths.indices.filter { widths[$0] > 1 } }
  /// What the tree has and costs.
  var counts: TreeCounts { TreeCounts(widths: widths) }
  /// n_k, the number of nodes that each step draws.
  var nodeCounts: [Int] { TreeMeanVariance.nodeCounts(widths: widths) }

  /// The forks in few words, in the form of `--splits`: `0,3,6,9` or `0:3,1,4`.
  var forkText: String {
    let forks = forkSteps.map { widths[$0] == 2 ? "\($0)" : "\($0):\(widths[$0])" }
    return forks.isEmpty ? "none" : forks.joined(separator: ",")
  }

  /// What the answer depends on.
  var input: Expectation.Input {
    let leaves = counts.leaves
    return .init(
      "tree",
      .object([
        "steps": .integer(stepCount), "splits": .integers(splits.listed),
        "widths": .integers(widths),
      ]),
      text: "forks \(forkText); \(stepCount) steps, \(leaves) \(leaves == 1 ? "leaf" : "leaves")")
  }
}

extension ParsedArguments {
  /// Returns the tree that the options choose.
  ///
  /// - Parameters:
  ///   - stepCount: T.
  ///   - largest: The most leaves that it may have.
  /// - Returns: The tree.
  /// - Throws: ``UsageError`` for a step outside the grid, one given twice, widths of another number of
  ///   steps, or too many leaves.
  func tree(stepCount: Int, largest: Double = 1e12) throws(UsageError) -> ChosenTree {
    let splitsName = TreeOptions.splits.declaration
    try requireAtMostOne(
      of: [splitsName, TreeOptions.rounds.declaration, TreeOptions.widths.declaration])
    try requireAtMostOne(of: [TreeOptions.width.declaration, TreeOptions.widths.declaration])
    if has(TreeOptions.publishedSplits.declaration) && !has(splitsName) {
      throw UsageError("--published-splits needs \(splitsName.synopsis)", command: command)
    }
    let tree: ChosenTree
    if let widths = try value(of: TreeOptions.widths) {
      guard widths.count == stepCount else {
        throw UsageError(
          "--widths has \(widths.count) numbers; expected \(stepCount), one for each step",
          command: command)
      }
      let forks = widths.indices.filter { widths[$0] > 1 }
      tree = ChosenTree(widths: widths, splits: try strict(forks, in: stepCount))
    } else {
      tree = try splitTree(stepCount: stepCount)
    }
    var leaves = 1.0
    for width in tree.widths { leaves *= Double(width) }
    guard leaves <= largest else {
      throw UsageError(
        "the tree has \(shortestText(leaves)) leaves; expected at most \(shortestText(largest)): "
          + "fork at fewer steps, or into fewer children", command: command)
    }
    return tree
  }

  private func splitTree(stepCount: Int) throws(UsageError) -> ChosenTree {
    let width = try value(of: TreeOptions.width) ?? 2
    let splits: SplitPoints
    var own: [Int: Int] = [:]
    if let rounds = try value(of: TreeOptions.rounds) {
      splits = SplitPoints(publishedRounds: rounds, stepCount: stepCount)
    } else if let text = try value(of: TreeOptions.splits) {
      if has(TreeOptions.publishedSplits.declaration) {
        splits = try named(text) { () throws(SplitPointsInvalid) in
          try SplitPoints(publishedList: text, stepCount: stepCount)
        }
      } else {
        let terms = try splitTerms(text)
        splits = try strict(terms.map(\.step), in: stepCount, text: text)
        for term in terms { own[term.step] = term.width }
      }
    } else {
      splits = try strict(SplitPoints.dense.listed, in: stepCount, text: nil)
    }
    var widths = [Int](repeating: 1, count: stepCount)
    for step in splits.steps { widths[step] = own[step] ?? width }
    return ChosenTree(widths: widths, splits: splits)
  }

  /// The steps of a list, each with its number of children where it has one of its own.
  private func splitTerms(_ text: String) throws(UsageError) -> [(step: Int, width: Int?)] {
    if text == "none" { return [] }
    var terms: [(step: Int, width: Int?)] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let step = parts.first.flatMap({ Int($0) }) else {
        throw invalidSplits(text, "'\(word)' is no step; give whole numbers such as 0,3,6,9")
      }
      var width: Int?
      if parts.count == 2 {
        guard let children = Int(parts[1]), (1...1_024).contains(children) else {
          throw invalidSplits(
            text, "'\(word)': expected a number of children from 1 to 1024 after the colon")
        }
        width = children
      }
      terms.append((step, width))
    }
    return terms
  }

  private func strict(
    _ steps: [Int], in stepCount: Int, text: String? = nil
  ) throws(UsageError) -> SplitPoints {
    try named(text) { () throws(SplitPointsInvalid) in
      try SplitPoints(steps, stepCount: stepCount)
    }
  }

  private func named(
    _ text: String?, _ body: () throws(SplitPointsInvalid) -> SplitPoints
  ) throws(UsageError) -> SplitPoints {
    do {
      return try body()
    } catch {
      guard let text else {
        throw UsageError(
          "the default --splits 0,3,6,9: \(error); give others", command: command)
      }
      throw invalidSplits(text, "\(error)")
    }
  }

  private func invalidSplits(_ text: String, _ reason: String) -> UsageError {
    UsageError("--splits '\(text)': \(reason)", command: command)
  }
}
