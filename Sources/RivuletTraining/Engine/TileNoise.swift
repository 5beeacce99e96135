import RivuletKernels
public import RivuletNumerics

/// Where the noise of tiles comes from.
public protocol TileNoise: Sendable {
  /// Writes the initial states of consecutive roots.
  ///
  /// - Parameters:
  ///   - firstRoot: The root of lane 0.
  ///   - rows: The dimension.
  ///   - lanes: A multiple of eight.
  ///   - output: Room for `rows` rows.
  func fillInitial(
    firstRoot: UInt32, rows: Int, lanes: Int, into output: UnsafeMutablePointer<Float>)

  /// Writes the noise of the edge to one node of consecutive roots.
  ///
  /// - Parameters:
  ///   - firstRoot: The root of lane 0.
  ///   - step: The step.
  ///   - node: The number under which the node's noise is drawn.
  ///   - rows: The dimension.
  ///   - lanes: A multiple of eight.
  ///   - output: Room for `rows` rows.
  func fillTransition(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>)

  /// Writes the noise that the children of a fork, or of a step, share.
  ///
  /// - Parameters:
  ///   - firstRoot: The root of lane 0.
  ///   - step: The step.
  ///   - node: The number under which the fork's noise is drawn; 0 where a step shares it.
  ///   - rows: The dimension.
  ///   - lanes: A multiple of eight.
  ///   - output: Room for `rows` rows.
  func fillShared(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>)
}

/// Standard normal noise under a key, from the words that the samplers in double precision draw.
///
/// The initial state of root r comes from the child "initial" at (root r), the noise of an edge from the
/// child "transition" at (root r, step, node), what siblings share from the child "fork".
///
/// Roots may share their initial states: with a share of n, roots 0 ..< n have that of root 0, the next n
/// that of root n, and so on.
public struct KeyedTileNoise: TileNoise, Hashable {
  private let initial: RandomKey
  private let transition: RandomKey
  private let fork: RandomKey
  private let initialShare: UInt32

  /// Makes the noise of one rollout.
  ///
  /// - Parameters:
  ///   - key: The key of the draw.
  ///   - initialShare: The number of consecutive roots that share an initial state.
  public init(key: RandomKey, initialShare: Int = 1) {
    precondition(
      (1...Int(UInt32.max)).contains(initialShare),
      "one or more roots share an initial state, got \(initialShare)")
    initial = key.child("initial")
    transition = key.child("transition")
    fork = key.child("fork")
    self.initialShare = UInt32(initialShare)
  }

  /// Writes the initial states of consecutive roots.
  ///
  /// - Parameters:
  ///   - firstRoot: The root of lane 0.
  ///   - rows: The dimension.
  ///   - lanes: A multiple of eight.
  ///   - output: Room for `rows` rows.
  public func fillInitial(
    firstRoot: UInt32, rows: Int, lanes: Int, into output: UnsafeMutablePointer<Float>
  ) {
    fillSingleNormalRows(
      key: initial.word, step: 0, node: 0, firstRoot: firstRoot, dimension: rows, lanes: lanes,
      output: output)
    guard initialShare > 1 else { return }
    // Each run of roots gets the state of its first root; a run that started in an earlier tile draws
    // it again.
    var lane = 0
    while lane < lanes {
      let root = firstRoot &+ UInt32(truncatingIfNeeded: lane)
      let own = root - root % initialShare
      let length = min(lanes - lane, Int(own &+ initialShare &- root))
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * rows) { room in
        guard let state = room.baseAddress else { return }
        fillSingleNormalRows(
          key: initial.word, step: 0, node: 0, firstRoot: own, dimension: rows, lanes: 8,
          output: state)
        for row in 0..<rows {
          (output + row * lanes + lane).update(repeating: state[8 * row], count: length)
        }
      }
      lane += length
    }
  }

  /// Writes the noise of the edge to one node of consecutive roots.
  ///
  /// - Parameters:
  ///   - firstRoot: The root of lane 0.
  ///   - step: The step.
  ///   - node: The number under which the node's noise is drawn.
  ///   - rows: The dimension.
  ///   - lanes: A multiple of eight.
  ///   - output: Room for `rows` rows.
  public func fillTransition(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    fillSingleNormalRows(
      key: transition.word, step: UInt32(truncatingIfNeeded: step), node: node,
      firstRoot: firstRoot, dimension: rows, lanes: lanes, output: output)
  }

  /// Writes the noise that the children of a fork, or of a step, share.
  ///
  /// - Parameters:
  ///   - firstRoot: The root of lane 0.
  ///   - step: The step.
  ///   - node: The number under which the fork's noise is drawn; 0 where a step shares it.
  ///   - rows: The dimension.
  ///   - lanes: A multiple of eight.
  ///   - output: Room for `rows` rows.
  public func fillShared(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    fillSingleNormalRows(
      key: fork.word, step: UInt32(truncatingIfNeeded: step), node: node, firstRoot: firstRoot,
      dimension: rows, lanes: lanes, output: output)
  }
}
