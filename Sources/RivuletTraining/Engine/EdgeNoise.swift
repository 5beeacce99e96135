/// Which edges of which trees add noise in the present rollout; the others follow the ODE.
///
/// Most methods have one answer for all trees. Where windows are drawn for each prompt or member the
/// lanes of a chunk differ, and a mask says which of them add noise.
final class EdgeNoise: @unchecked Sendable {
  /// What the lanes of a chunk do at an edge.
  enum Pattern: UInt8 {
    case none, all, some
  }

  private let nodes: Int
  private let chunks: Int
  private let lanes: Int
  private let patterns: UnsafeMutablePointer<Pattern>
  /// 1 where a lane adds noise, `[chunk][node][lane]`; made when lanes differ for the first time.
  private var masks: FloatMemory?

  init(nodes: Int, chunks: Int, lanes: Int) {
    self.nodes = nodes
    self.chunks = chunks
    self.lanes = lanes
    patterns = .allocate(capacity: nodes * chunks)
    patterns.initialize(repeating: .none, count: nodes * chunks)
  }

  deinit { patterns.deallocate() }

  func pattern(chunk: Int, node: Int) -> Pattern { patterns[chunk * nodes + node] }

  /// The mask of an edge whose pattern is `some`.
  func mask(chunk: Int, node: Int) -> UnsafePointer<Float>? {
    guard let masks else { return nil }
    return UnsafePointer(masks.start + (chunk * nodes + node) * lanes)
  }

  /// Whether the edge of one tree adds noise.
  func isNoisy(node: Int, tree: Int) -> Bool {
    let chunk = tree / lanes
    switch pattern(chunk: chunk, node: node) {
    case .none: return false
    case .all: return true
    case .some: return mask(chunk: chunk, node: node)?[tree % lanes] == 1
    }
  }

  /// Takes one answer for all trees, `[node]`.
  func set(edges: [Bool]) {
    for chunk in 0..<chunks {
      for node in 0..<nodes { patterns[chunk * nodes + node] = edges[node] ? .all : .none }
    }
  }

  /// Takes an answer for each tree, `[node][tree]`.
  func set(edgesOfTrees edges: [Bool], trees: Int) {
    let masks = masks ?? FloatMemory(count: chunks * nodes * lanes)
    self.masks = masks
    for chunk in 0..<chunks {
      let first = chunk * lanes
      let count = min(lanes, trees - first)
      for node in 0..<nodes {
        var noisy = 0
        let row = masks.start + (chunk * nodes + node) * lanes
        for lane in 0..<lanes {
          let isNoisy = lane < count && edges[node * trees + first + lane]
          row[lane] = isNoisy ? 1 : 0
          if isNoisy { noisy += 1 }
        }
        patterns[chunk * nodes + node] = noisy == 0 ? .none : noisy == count ? .all : .some
      }
    }
  }
}
