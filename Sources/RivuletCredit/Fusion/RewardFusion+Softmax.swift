import RivuletKernels

// Both softmax forms take differences from the likeliest member, the first among equals: its weight
// is the largest, so a mean never leaves the range of the members by rounding, a single heavy
// member gives its own value exactly, and beta = 0 has the bits of the uniform mean.

/// Memory for the weights of one fork after the other.
struct SoftmaxRoom {
  var weights: [Double]
  var largest: [Double]
  var base: [Double]
  var totals: [Double]

  init(members: Int, lanes: Int) {
    weights = [Double](repeating: 0, count: members * lanes)
    largest = [Double](repeating: 0, count: lanes)
    base = largest
    totals = largest
  }
}

extension RewardFusion {
  /// The factor of log-probabilities; 0 for the uniform mean.
  public var beta: Double {
    switch self {
    case .uniform: 0
    case .pathSoftmax(let beta), .localSoftmax(let beta), .publishedColumn(let beta): beta
    }
  }

  func requireScores(_ logProbabilities: [Double]?, shape: TreeShape, lanes: Int) -> [Double] {
    precondition(
      beta.isFinite && beta >= 0, "beta must be finite and not negative, got \(beta)")
    guard let scores = logProbabilities else {
      preconditionFailure("a softmax fusion needs the log-probabilities of the edges, got none")
    }
    precondition(
      scores.count == shape.nodeCount * lanes,
      "\(lanes) trees of \(shape.nodeCount) nodes have \(shape.nodeCount * lanes) "
        + "log-probabilities, the root's included, got \(scores.count)")
    scores.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      precondition(areFinite(start, count: buffer.count), "log-probabilities must be finite")
    }
    return scores
  }

  func writeSoftmaxMeans(
    _ rewards: [Double], scores: [Double], shape: TreeShape, lanes: Int, into values: inout [Double]
  ) {
    let leaves = shape.leaves
    for index in rewards.indices { values[leaves.lowerBound * lanes + index] = rewards[index] }
    var room = SoftmaxRoom(members: shape.leafCount, lanes: lanes)
    // Log-probability of the path from a node of the current depth to each leaf.
    var paths = [Double](repeating: 0, count: rewards.count)
    for depth in (0..<shape.stepCount).reversed() {
      if case .pathSoftmax = self {
        extendPaths(&paths, by: scores, toDepth: depth + 1, shape: shape, lanes: lanes)
      }
      for node in shape.nodes(atDepth: depth) {
        let children = shape.children(of: node)
        let below = children.lowerBound * lanes
        if children.count == 1 {
          for lane in 0..<lanes { values[node * lanes + lane] = values[below + lane] }
          continue
        }
        switch self {
        case .pathSoftmax:
          let range = shape.leafRange(below: node)
          writeSoftmaxMean(
            scores: paths, at: range.lowerBound * lanes,
            members: (leaves.lowerBound + range.lowerBound) * lanes, count: range.count,
            lanes: lanes, room: &room, values: &values, into: node * lanes)
        case .publishedColumn where shape.leafCounts[node] == children.count:
          for lane in 0..<lanes {
            var sum = 0.0
            for child in 0..<children.count { sum += values[below + child * lanes + lane] }
            values[node * lanes + lane] = sum
          }
        case .localSoftmax, .publishedColumn, .uniform:
          writeSoftmaxMean(
            scores: scores, at: below, members: below, count: children.count, lanes: lanes,
            room: &room, values: &values, into: node * lanes)
        }
      }
    }
  }

  /// Adds the edges to the nodes of a depth to the paths of the leaves below them.
  func extendPaths(
    _ paths: inout [Double], by scores: [Double], toDepth depth: Int, shape: TreeShape, lanes: Int
  ) {
    for node in shape.nodes(atDepth: depth) {
      for leaf in shape.leafRange(below: node) {
        for lane in 0..<lanes { paths[leaf * lanes + lane] += scores[node * lanes + lane] }
      }
    }
  }

  /// Writes the weighted mean of `count` rows of values into the row of a node.
  private func writeSoftmaxMean(
    scores: [Double], at scoreStart: Int, members: Int, count: Int, lanes: Int,
    room: inout SoftmaxRoom, values: inout [Double], into node: Int
  ) {
    let beta = beta
    scores.withUnsafeBufferPointer { scores in
      values.withUnsafeMutableBufferPointer { values in
        guard let scores = scores.baseAddress, let values = values.baseAddress else { return }
        let rows = UnsafePointer(values + members)
        likeliestOfRows(
          scores + scoreStart, beside: rows, factor: beta, members: count, lanes: lanes,
          into: &room.largest, base: &room.base)
        softmaxOfRows(
          scores + scoreStart, largest: room.largest, factor: beta, members: count, lanes: lanes,
          into: &room.weights, totals: &room.totals)
        weightedMeanOfRows(
          rows, weights: room.weights, base: room.base, totals: room.totals, members: count,
          lanes: lanes, into: values + node)
        if !areFinite(values + node, count: lanes) {
          repairMeans(
            values + node, members: rows, weights: room.weights, base: room.base,
            totals: room.totals, count: count, lanes: lanes)
        }
      }
    }
  }
}
