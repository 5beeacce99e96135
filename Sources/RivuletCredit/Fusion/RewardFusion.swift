import RivuletKernels

/// How the rewards of leaves become values of the nodes above them.
///
/// A leaf's value is its reward, bit for bit; a node with one child has its child's value, bit for
/// bit; rewards that are all equal give that value exactly, and every value lies between the
/// smallest and the largest reward below its node (but for ``publishedColumn(beta:)``). Rewards of
/// any magnitude up to 8e307 are safe. Log-probabilities are those of edges, numbered by their
/// children, the root's entry standing for nothing.
///
/// Weighting by the probability of paths that were already drawn by that probability counts it
/// twice: as the number of leaves grows the value tends to the mean under a density proportional to
/// p^(1 + beta).
public enum RewardFusion: Sendable, Hashable {
  /// The mean over all leaves below a node, however uneven the tree.
  ///
  /// Source: BranchGRPO, arXiv 2509.06040, equation 3 with beta = 0; the default of its code, lines
  /// 644 to 649 of `train_branchgrpo_flux.py` at 19fbb9f.
  case uniform
  /// The mean over the leaves with the weights of whole paths.
  ///
  ///     w_l = exp(beta s_l) / sum over the leaves below n of exp(beta s)
  ///     s_l = log p(path from n to l)
  ///
  /// s_l sums all edges between n and l, those of chains included. Source: BranchGRPO, arXiv
  /// 2509.06040, equation 3, whose beta is 1 where it is not 0.
  case pathSoftmax(beta: Double)
  /// One fork at a time from the leaves up, with the weights of the fork's own edges.
  ///
  ///     value(n) = sum over children c of softmax_c(beta log p(edge to c)) value(c)
  ///
  /// Edges of chains do not count. Source: `tree_prob_weighted` of BranchGRPO's code, lines 615 to
  /// 641 of `train_branchgrpo_flux.py` at 19fbb9f, where beta is 1; it differs from equation 3
  /// wherever sub-trees have different normalisers.
  case localSoftmax(beta: Double)
  /// A defect of the published code: the local softmax, but sums of rewards at the deepest forks.
  ///
  /// The trainer stacks scores of one element, so K weights times a column of K rewards is a K x K
  /// table, whose sum cancels the weights. The result is a plain number, so forks further up are
  /// weighted as in ``localSoftmax(beta:)``. A deepest fork is one without a fork below it. Here a
  /// value may lie outside the range of the rewards. Source: lines 637 to 641 and 933 of
  /// `train_branchgrpo_flux.py` at 19fbb9f.
  case publishedColumn(beta: Double)

  /// Returns the value of every node.
  ///
  /// Lane l is a tree of its own, with the bits that it has alone.
  ///
  /// Shape: `[leaf][lane], [node][lane] -> [node][lane]`. Unit: that of the rewards.
  ///
  /// - Parameters:
  ///   - rewards: One finite reward for each leaf, of magnitude 8e307 or less.
  ///   - logProbabilities: One finite number for each edge, at the number of its child; ``uniform``
  ///     needs none.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  /// - Returns: The values; the root's is the value of the whole tree.
  public func values(
    of rewards: [Double], logProbabilities: [Double]? = nil, shape: TreeShape, lanes: Int = 1
  ) -> [Double] {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    var values = [Double](repeating: 0, count: shape.nodeCount * lanes)
    write(rewards, logProbabilities: logProbabilities, shape: shape, lanes: lanes, into: &values)
    return values
  }

  /// Writes the value of every node over a list that already has room for them.
  ///
  /// The numbers are those of ``values(of:logProbabilities:shape:lanes:)``. With ``uniform`` no
  /// memory is allocated.
  ///
  /// - Parameters:
  ///   - rewards: One finite reward for each leaf, `[leaf][lane]`.
  ///   - logProbabilities: One finite number for each edge, `[node][lane]`; ``uniform`` needs none.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  ///   - values: Room for `[node][lane]`; what it held is lost.
  public func write(
    _ rewards: [Double], logProbabilities: [Double]? = nil, shape: TreeShape, lanes: Int = 1,
    into values: inout [Double]
  ) {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    precondition(
      rewards.count == shape.leafCount * lanes,
      "\(lanes) trees of \(shape.leafCount) leaves have \(shape.leafCount * lanes) rewards, "
        + "got \(rewards.count)")
    precondition(
      values.count == shape.nodeCount * lanes,
      "\(lanes) trees of \(shape.nodeCount) nodes have \(shape.nodeCount * lanes) values, "
        + "got room for \(values.count)")
    requireSafe(rewards)
    switch self {
    case .uniform:
      rewards.withUnsafeBufferPointer { rewards in
        values.withUnsafeMutableBufferPointer { values in
          guard let rewards = rewards.baseAddress, let values = values.baseAddress else { return }
          writeMeans(rewards, shape: shape, lanes: lanes, into: values)
        }
      }
    case .pathSoftmax, .localSoftmax, .publishedColumn:
      let scores = requireScores(logProbabilities, shape: shape, lanes: lanes)
      writeSoftmaxMeans(rewards, scores: scores, shape: shape, lanes: lanes, into: &values)
    }
  }

  private func writeMeans(
    _ rewards: UnsafePointer<Double>, shape: TreeShape, lanes: Int,
    into values: UnsafeMutablePointer<Double>
  ) {
    let leaves = shape.leaves
    (values + leaves.lowerBound * lanes).update(from: rewards, count: leaves.count * lanes)
    for depth in (0..<shape.stepCount).reversed() {
      let nodes = shape.nodes(atDepth: depth)
      let below = shape.nodes(atDepth: depth + 1)
      let row = values + nodes.lowerBound * lanes
      if nodes.count == below.count {
        row.update(from: values + below.lowerBound * lanes, count: nodes.count * lanes)
        continue
      }
      for node in nodes {
        let leaves = shape.leafRange(below: node)
        let members = rewards + leaves.lowerBound * lanes
        let value = values + node * lanes
        meanOfRows(members, members: leaves.count, lanes: lanes, into: value)
        if !areFinite(value, count: lanes) {
          repairMeans(
            value, members: members, weights: nil, base: members, totals: nil, count: leaves.count,
            lanes: lanes)
        }
      }
    }
  }

  /// Computes again the means whose sums overflowed, on differences times 2^-64.
  ///
  /// Only a sum of differences beyond 2^960 can overflow, so nothing that matters underflows.
  func repairMeans(
    _ means: UnsafeMutablePointer<Double>, members: UnsafePointer<Double>,
    weights: UnsafePointer<Double>?, base: UnsafePointer<Double>, totals: UnsafePointer<Double>?,
    count: Int, lanes: Int
  ) {
    for lane in 0..<lanes where !means[lane].isFinite {
      var sum = 0.0
      for member in 0..<count {
        let difference = (members[member * lanes + lane] - base[lane]) * 0x1p-64
        sum += (weights?[member * lanes + lane] ?? 1) * difference
      }
      means[lane] = base[lane] + sum / (totals?[lane] ?? Double(count)) * 0x1p64
    }
  }

  private func requireSafe(_ rewards: [Double]) {
    rewards.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      precondition(areFinite(start, count: buffer.count), "rewards must be finite")
      var largest = 0.0
      largestMagnitudes(start, members: buffer.count, lanes: 1, into: &largest)
      precondition(
        largest <= Double.greatestFiniteMagnitude / 2,
        "rewards must be of magnitude \(Double.greatestFiniteMagnitude / 2) or less, got \(largest)"
      )
    }
  }
}
