import Foundation
import Rivulet
import RivuletKernels
import RivuletNumerics

/// The throughput table: how many items a second, and what one costs in reference operations.
///
/// Times on shared machines scatter, so each row also gives its cost as the number of multiplications
/// and additions that the reference loop performs in the same process in the same time.
struct Throughput {
  /// One loop to measure.
  struct Row {
    /// What an item is.
    let name: String
    /// The items of one piece of work.
    let items: Int
    /// The pieces of one timed run.
    var pieces = Throughput.pieces
    /// The work of one piece; the argument tells pieces apart.
    let work: @Sendable (Int) -> Void
  }

  let threads: Int
  let seconds: Double

  /// The pieces of one timed run: enough that a run takes a millisecond or more.
  static let pieces = 64

  /// Prints the table.
  ///
  /// - Parameter text: Part of the names of the rows to print; nil for all.
  func print(only text: String? = nil) {
    Swift.print("threads \(threads)")
    let pace = rate(Self.reference)
    Swift.print(Self.line("multiply-add reference (operations)", pace, 1))
    for row in Self.rows where text.map({ row.name.contains($0) }) ?? true {
      let rate = rate(row)
      Swift.print(Self.line(row.name, rate, pace / rate))
      // A row can take seconds, and a pipe would hold it back.
      fflush(nil)
    }
  }

  private func rate(_ row: Row) -> Double {
    let workers = Workers(threads: threads)
    let watch = Stopwatch(seconds: seconds) {
      _ = workers.map(count: row.pieces, { piece in row.work(piece) })
    }
    return Double(row.items * row.pieces) / watch.best
  }

  private static func line(_ name: String, _ rate: Double, _ cost: Double) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let padded = name + String(repeating: " ", count: max(0, 44 - name.count))
    return padded + right(fixed(rate / 1e6, decimals: 1), 10) + " M/s"
      + right(fixed(cost, decimals: 1), 9) + " operations each"
  }

  static let reference = Row(
    name: "reference", items: 20_000 * multiplyAddReferenceOperations
  ) { _ in
    precondition(multiplyAddReference(rounds: 20_000) > 0, "the reference loop lost its numbers")
  }

  static var rows: [Row] {
    [
      uniformRow, normalRow(dimension: 1), normalRow(dimension: 2), normalRow(dimension: 4),
      normalRow(dimension: 256), chainRow,
    ] + elementaryRows + treeRows
  }

  /// Trees with credit and prunings; the cost of an edge must not depend on the number of leaves.
  private static var treeRows: [Row] {
    let workloads = [
      TreeThroughput(name: "16 leaves", splits: [0, 3, 6, 9], keeping: .rewards, tiles: 8),
      TreeThroughput(name: "256 leaves", splits: 0..<8, keeping: .rewards, tiles: 2),
      TreeThroughput(name: "4096 leaves", splits: 0..<12, keeping: .rewards, tiles: 6),
      TreeThroughput(
        name: "16 leaves, states kept", splits: [0, 3, 6, 9], keeping: .states, tiles: 8),
    ]
    return [
      Row(name: "trees, \(workloads[0].name)", items: workloads[0].trees) { workloads[0].work($0) }
    ]
      + workloads.map { workload in
        Row(
          name: "edges of trees, \(workload.name)", items: workload.edges,
          pieces: workload.edges > 10_000_000 ? 4 : pieces
        ) { workload.work($0) }
      }
  }

  private static let uniformRow = Row(name: "uniforms", items: 40_000) { piece in
    let key = RandomKey(seed: UInt64(piece))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4000) { row in
      guard let output = row.baseAddress else { return }
      for step in 0..<10 {
        fillUniforms(
          key: key.word, step: UInt32(step), node: 0, root: 0, count: 4000, output: output)
      }
    }
  }

  private static func normalRow(dimension: Int) -> Row {
    let lanes = max(8, 1024 / dimension)
    return Row(
      name: "standard normals, dimension \(dimension)", items: 64 * lanes * dimension
    ) { piece in
      let key = RandomKey(seed: UInt64(piece))
      withUnsafeTemporaryAllocation(of: Double.self, capacity: lanes * dimension) { rows in
        for step in 0..<64 {
          key.fillStandardNormals(
            dimension: dimension, lanes: lanes, at: NoiseAddress(root: 0, step: UInt32(step)),
            into: rows)
        }
      }
    }
  }

  /// Steps of a two-dimensional Gaussian field with noise: normals, velocity and affine step.
  private static let chainRow = Row(name: "two-dimensional chain steps", items: 512 * 50) { piece in
    let lanes = 512
    let key = RandomKey(seed: UInt64(piece))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 5 * lanes) { room in
      guard let state = room.baseAddress else { return }
      let noise = UnsafeMutableBufferPointer(rebasing: room[(2 * lanes)..<(4 * lanes)])
      let velocity = state + 4 * lanes
      for lane in 0..<(2 * lanes) { state[lane] = 0 }
      for step in 0..<50 {
        key.fillStandardNormals(
          dimension: 2, lanes: lanes, at: NoiseAddress(root: 0, step: UInt32(step)), into: noise)
        for d in 0..<2 {
          let row = state + d * lanes
          gaussianVelocity(
            state: row, velocity: velocity, count: lanes, slope: 0.4, centre: 0.1, mean: 0.5)
          affineStep(
            state: row, velocity: velocity, noise: noise.baseAddress.map { $0 + d * lanes },
            count: lanes, a: 0.97, b: -0.1, c: 0.2)
        }
      }
    }
  }
}
