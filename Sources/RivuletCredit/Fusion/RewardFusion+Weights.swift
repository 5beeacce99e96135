import RivuletNumerics

extension RewardFusion {
  /// Returns the weights with which the leaves below a node make its value.
  ///
  ///     value(node) = sum over leaves of weight times reward
  ///
  /// They are not negative and sum to one, but for the deepest forks of ``publishedColumn(beta:)``,
  /// whose weights are ones. Under the local forms a weight is the product of those of the forks on
  /// the way.
  ///
  /// Shape: `[leaf][lane]`, the leaves being those of `shape.leafRange(below: node)`.
  ///
  /// - Parameters:
  ///   - node: Any node; a leaf has itself with weight one.
  ///   - logProbabilities: One finite number for each edge, `[node][lane]`; ``uniform`` needs none.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  /// - Returns: The weights.
  public func weights(
    of node: Int, logProbabilities: [Double]? = nil, shape: TreeShape, lanes: Int = 1
  ) -> [Double] {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    let range = shape.leafRange(below: node)
    guard self != .uniform else {
      return [Double](repeating: 1 / Double(range.count), count: range.count * lanes)
    }
    let scores = requireScores(logProbabilities, shape: shape, lanes: lanes)
    var result = [Double](repeating: 1, count: range.count * lanes)
    if case .pathSoftmax = self {
      var paths = [Double](repeating: 0, count: shape.leafCount * lanes)
      for depth in (shape.depth(of: node)..<shape.stepCount).reversed() {
        extendPaths(&paths, by: scores, toDepth: depth + 1, shape: shape, lanes: lanes)
      }
      for lane in 0..<lanes {
        let weights = softmax(range.map { paths[$0 * lanes + lane] })
        for leaf in weights.indices { result[leaf * lanes + lane] = weights[leaf] }
      }
      return result
    }
    var pending = [node]
    while let fork = pending.popLast() {
      let children = shape.children(of: fork)
      pending += children
      guard children.count > 1 else { continue }
      if case .publishedColumn = self, shape.leafCounts[fork] == children.count { continue }
      for lane in 0..<lanes {
        let weights = softmax(children.map { scores[$0 * lanes + lane] })
        for (child, weight) in weights.enumerated() {
          for leaf in shape.leafRange(below: children.lowerBound + child) {
            result[(leaf - range.lowerBound) * lanes + lane] *= weight
          }
        }
      }
    }
    return result
  }

  private func softmax(_ scores: [Double]) -> [Double] {
    var largest = scores[0]
    for score in scores where score > largest { largest = score }
    var weights = scores.map { beta * ($0 - largest) }
    Elementary.formExp(&weights)
    var total = 0.0
    for weight in weights { total += weight }
    return weights.map { $0 / total }
  }

  /// Returns the number of equally weighted leaves that would be as good.
  ///
  ///     ESS = 1 / sum of w^2
  ///
  /// It lies between 1 and the number of leaves, which only equal weights reach. Source:
  /// BranchGRPO, arXiv 2509.06040, appendix B.2.
  ///
  /// - Parameters:
  ///   - weights: Weights that sum to one in each lane, `[leaf][lane]`.
  ///   - lanes: The number of trees.
  /// - Returns: One number for each lane.
  public static func effectiveSampleSizes(of weights: [Double], lanes: Int = 1) -> [Double] {
    precondition(
      lanes >= 1 && !weights.isEmpty && weights.count.isMultiple(of: lanes),
      "\(weights.count) weights are not those of \(lanes) trees")
    return (0..<lanes).map { lane in
      var squares = 0.0
      for index in stride(from: lane, to: weights.count, by: lanes) {
        squares += weights[index] * weights[index]
      }
      return 1 / squares
    }
  }
}
