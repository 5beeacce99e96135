import RivuletKernels

// The way of adding is that of AdvantageRule: scaled differences from the first member of the
// group, their mean, the sum of squares about it. So a group has the bits that AdvantageRule gives
// its values.

extension TreeAdvantageRule {
  /// Returns the advantage of every edge, at the number of its child.
  ///
  ///     A(n) = (value(n) - mean(group)) / (std(group) + epsilon)
  ///
  /// with the group of ``baseline-swift.property`` and the forms of ``AdvantageRule/Convention``. A
  /// group of one node, a group of equal values, and a group whose spread is below ``gate`` have
  /// zeros. Under `leaveOneOut` with the flat baseline the factor is L / (L - 1) for every node, so
  /// that a node has the mean of the advantages of its leaves.
  ///
  /// Lane l is a tree of its own, with the bits that it has alone.
  ///
  /// Shape: `[node][lane] -> [node][lane]`. Unit: none where the convention divides, else that of
  /// the values.
  ///
  /// - Parameters:
  ///   - values: One finite value for each node, of magnitude 8e307 or less.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  /// - Returns: The advantages, not clamped; see ``AdvantageClamp``.
  public func advantages(of values: [Double], shape: TreeShape, lanes: Int = 1) -> [Double] {
    var advantages = [Double](repeating: 0, count: values.count)
    write(values, shape: shape, lanes: lanes, into: &advantages)
    return advantages
  }

  /// Writes the advantage of every edge over a list that already has room for them.
  ///
  /// The numbers are those of ``advantages(of:shape:lanes:)``.
  ///
  /// - Parameters:
  ///   - values: One finite value for each node, `[node][lane]`.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  ///   - advantages: Room for `[node][lane]`; what it held is lost.
  public func write(
    _ values: [Double], shape: TreeShape, lanes: Int = 1, into advantages: inout [Double]
  ) {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    let count = shape.nodeCount * lanes
    precondition(
      values.count == count && advantages.count == count,
      "\(lanes) trees of \(shape.nodeCount) nodes have \(count) values, got \(values.count), "
        + "and room for \(advantages.count) advantages")
    values.withUnsafeBufferPointer { values in
      advantages.withUnsafeMutableBufferPointer { advantages in
        guard let values = values.baseAddress, let advantages = advantages.baseAddress else {
          return
        }
        precondition(areFinite(values, count: count), "values must be finite")
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 5 * lanes) { room in
          guard let room = room.baseAddress else { return }
          let group = GroupRows(rule: self, lanes: lanes, room: room)
          writeRows(values, shape: shape, group: group, into: advantages)
        }
      }
    }
  }

  private func writeRows(
    _ values: UnsafePointer<Double>, shape: TreeShape, group: GroupRows,
    into advantages: UnsafeMutablePointer<Double>
  ) {
    let lanes = group.lanes
    advantages.update(repeating: 0, count: lanes)
    let leaves = values + shape.leaves.lowerBound * lanes
    if baseline == .flat { group.measure(leaves, members: shape.leafCount) }
    for depth in 1...shape.stepCount {
      let nodes = shape.nodes(atDepth: depth)
      let above = shape.nodes(atDepth: depth - 1)
      let rows = values + nodes.lowerBound * lanes
      let results = advantages + nodes.lowerBound * lanes
      let isChain = nodes.count == above.count
      switch baseline {
      case .siblings where isChain:
        results.update(from: advantages + above.lowerBound * lanes, count: nodes.count * lanes)
      case .siblings:
        for parent in above {
          let children = shape.children(of: parent)
          let start = children.lowerBound * lanes
          if children.count == 1 {
            (advantages + start).update(from: advantages + parent * lanes, count: lanes)
          } else {
            group.measure(values + start, members: children.count)
            group.write(
              values + start, members: children.count, first: values + start,
              into: advantages + start)
          }
        }
      case .depth, .flat:
        // Equal values in equal order have equal advantages: the rule of every chain step.
        if isChain, depth > 1,
          areEqual(rows, values + above.lowerBound * lanes, count: nodes.count * lanes)
        {
          results.update(from: advantages + above.lowerBound * lanes, count: nodes.count * lanes)
          continue
        }
        if baseline == .depth { group.measure(rows, members: nodes.count) }
        group.write(
          rows, members: nodes.count, first: baseline == .depth ? rows : leaves, into: results)
      }
    }
  }
}

/// Moments of one group at a time, one number for each lane.
private struct GroupRows {
  let rule: AdvantageRule
  let gate: Double
  let lanes: Int
  let scales: UnsafeMutablePointer<Double>
  let means: UnsafeMutablePointer<Double>
  let denominators: UnsafeMutablePointer<Double>
  let factors: UnsafeMutablePointer<Double>
  let ups: UnsafeMutablePointer<Double>

  init(rule: TreeAdvantageRule, lanes: Int, room: UnsafeMutablePointer<Double>) {
    self.rule = AdvantageRule(
      convention: rule.convention, scope: .promptGroup, epsilon: rule.epsilon)
    gate = rule.gate
    self.lanes = lanes
    scales = room
    means = room + lanes
    denominators = room + 2 * lanes
    factors = room + 3 * lanes
    ups = room + 4 * lanes
    room.initialize(repeating: 0, count: 5 * lanes)
  }

  /// Takes mean and spread of the members of a group.
  func measure(_ rows: UnsafePointer<Double>, members: Int) {
    largestMagnitudes(rows, members: members, lanes: lanes, into: ups)
    for lane in 0..<lanes {
      let scale = BinaryScale(magnitude: ups[lane])
      scales[lane] = scale.down
      ups[lane] = scale.up
    }
    scaledMomentsOfRows(
      rows, members: members, lanes: lanes, scales: scales, means: means, squares: denominators)
    for lane in 0..<lanes {
      let scale = BinaryScale(down: scales[lane], up: ups[lane])
      let squares = denominators[lane]
      let spread = spread(sumOfSquares: squares, count: members)
      // A group without a difference expresses no preference, also without epsilon.
      if squares == 0 || spread < gate * scale.down {
        denominators[lane] = 1
        factors[lane] = 0
      } else {
        denominators[lane] = rule.denominator(sumOfSquares: squares, count: members, scale: scale)
        factors[lane] = rule.factor(count: members, scale: scale)
      }
    }
  }

  /// The spread that the convention divides by; infinite where it does not divide.
  private func spread(sumOfSquares: Double, count: Int) -> Double {
    switch rule.convention {
    case .none, .leaveOneOut: .infinity
    case .population: (sumOfSquares / Double(count)).squareRoot()
    case .sample: (sumOfSquares / Double(max(count - 1, 1))).squareRoot()
    }
  }

  /// Writes the advantages of rows about the mean of the group.
  func write(
    _ rows: UnsafePointer<Double>, members: Int, first: UnsafePointer<Double>,
    into results: UnsafeMutablePointer<Double>
  ) {
    standardiseRows(
      rows, members: members, lanes: lanes, first: first, scales: scales, means: means,
      denominators: denominators, factors: factors, into: results)
  }
}
