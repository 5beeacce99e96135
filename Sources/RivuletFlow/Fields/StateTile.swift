import RivuletKernels

/// A batch of a fixed number of states, stored dimension by dimension.
///
/// `values[d * lanes + l]` is dimension d of lane l. Every loop over a tile runs over a whole row of
/// lanes, so that one code path is both fast and fixed in its bits.
public struct StateTile: Sendable, Hashable {
  /// The number of states in every tile.
  public static let lanes = 64

  /// The dimension of the states.
  public let dimension: Int
  /// The numbers, `dimension` rows of ``lanes``.
  public var values: [Double]

  /// Makes a tile of zeros.
  ///
  /// - Parameter dimension: At least one.
  public init(dimension: Int) {
    precondition(dimension >= 1, "a state has one or more dimensions, got \(dimension)")
    self.dimension = dimension
    values = [Double](repeating: 0, count: dimension * Self.lanes)
  }

  /// Makes a tile from one state for each lane.
  ///
  /// - Parameter states: ``lanes`` states of one dimension.
  public init(states: [[Double]]) {
    precondition(
      states.count == Self.lanes, "a tile holds \(Self.lanes) states, not \(states.count)")
    self.init(dimension: states[0].count)
    for (lane, state) in states.enumerated() { set(state, lane: lane) }
  }

  /// Returns the state in one lane.
  ///
  /// - Parameter lane: 0 ..< ``lanes``.
  /// - Returns: `dimension` numbers.
  public func state(_ lane: Int) -> [Double] {
    precondition((0..<Self.lanes).contains(lane), "a tile has no lane \(lane)")
    return (0..<dimension).map { values[$0 * Self.lanes + lane] }
  }

  /// Puts a state into one lane.
  ///
  /// - Parameters:
  ///   - state: `dimension` numbers.
  ///   - lane: 0 ..< ``lanes``.
  public mutating func set(_ state: [Double], lane: Int) {
    precondition((0..<Self.lanes).contains(lane), "a tile has no lane \(lane)")
    precondition(
      state.count == dimension,
      "a state of this tile has \(dimension) numbers, got \(state.count)")
    for (index, value) in state.enumerated() { values[index * Self.lanes + lane] = value }
  }

  /// Whether every number of the tile is finite.
  public var isFinite: Bool {
    values.withUnsafeBufferPointer { numbers in
      guard let first = numbers.baseAddress else { return true }
      return areFinite(first, count: numbers.count)
    }
  }

  /// Runs a loop over the rows of this tile and of an output of the same dimension.
  ///
  /// The one place where rows become pointers, so that the loops of fields and rewards stay in
  /// compiled-for-speed code in every build.
  ///
  /// - Parameters:
  ///   - output: A tile of the same dimension.
  ///   - body: Gets the dimension, its row here and its row in the output.
  func withRows(
    into output: inout StateTile,
    _ body: (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    precondition(
      output.dimension == dimension,
      "the tiles differ in dimension: \(dimension) and \(output.dimension)")
    values.withUnsafeBufferPointer { input in
      output.values.withUnsafeMutableBufferPointer { output in
        guard let from = input.baseAddress, let into = output.baseAddress else { return }
        for index in 0..<dimension {
          body(index, from + index * Self.lanes, into + index * Self.lanes)
        }
      }
    }
  }

  /// Runs a loop over the rows of this tile that adds up one number for each lane.
  ///
  /// - Parameters:
  ///   - sums: One number for each lane.
  ///   - body: Gets the dimension, its row, and the sums.
  func accumulate(
    into sums: inout [Double],
    _ body: (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    precondition(sums.count == Self.lanes, "a tile has \(Self.lanes) lanes, got \(sums.count)")
    values.withUnsafeBufferPointer { input in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let from = input.baseAddress, let into = sums.baseAddress else { return }
        for index in 0..<dimension { body(index, from + index * Self.lanes, into) }
      }
    }
  }
}
