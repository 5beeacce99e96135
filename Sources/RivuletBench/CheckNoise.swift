import Rivulet

/// Noise without a generator, the same numbers in every language: number i of a flat list is
/// sqrt(2) sin(0.9 i + 0.1 (i² mod 97)).
///
/// The list is ordered by step, then by tree, then by child, then by dimension; the initial states come
/// first. The children of node j of a step are 2 j and 2 j + 1 at a fork.
struct CheckNoise: TileNoise {
  let trees: Int
  let rows: Int
  /// The number of the first node of each depth, and the number of nodes.
  let depthStarts: [Int]

  init(_ setting: EngineSetting, rows: Int) {
    trees = setting.trees
    self.rows = rows
    depthStarts = setting.shape.depthStarts
  }

  private func fill(
    from start: Int, nodes: Int, node: Int, firstRoot: UInt32, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    for lane in 0..<lanes {
      let tree = Int(firstRoot) + lane
      for row in 0..<rows {
        let index = start + ((tree < trees ? tree : 0) * nodes + node) * rows + row
        let place = Double(index)
        output[row * lanes + lane] = Float(
          2.0.squareRoot() * Elementary.sin(0.9 * place + 0.1 * Double(index * index % 97)))
      }
    }
  }

  func fillInitial(
    firstRoot: UInt32, rows: Int, lanes: Int, into output: UnsafeMutablePointer<Float>
  ) {
    fill(from: 0, nodes: 1, node: 0, firstRoot: firstRoot, lanes: lanes, into: output)
  }

  func fillTransition(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let start = depthStarts[step + 1]
    fill(
      from: start * trees * rows, nodes: depthStarts[step + 2] - start, node: Int(node),
      firstRoot: firstRoot, lanes: lanes, into: output)
  }

  func fillShared(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {}
}
