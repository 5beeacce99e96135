public import RivuletCredit

/// A rollout tree as objects that know their children: the plain model that flat lists are tested
/// against.
///
/// It is built by recursion and numbered by its own breadth-first walk, and shares nothing with
/// `TreeShape` but the meaning of its numbers.
public final class ModelTree {
  /// The children in their order; none for a leaf.
  public private(set) var children: [ModelTree]
  /// The parent; nil for the root.
  public private(set) weak var parent: ModelTree?
  /// The number of steps from the root.
  public private(set) var depth = 0
  /// The breadth-first number in the whole tree.
  public private(set) var number = 0
  /// The log-probability of the edge from the parent.
  public var logProbability = 0.0
  /// The reward of a leaf.
  public var reward = 0.0

  /// Makes a node above its children.
  public init(children: [ModelTree] = []) { self.children = children }

  /// Makes a tree of which all leaves have one depth, of one of several awkward kinds.
  ///
  /// Chains, single steps, forks at the first or last step alone, balanced trees of width two or
  /// three, uneven ones in which nodes of one depth have one to three children; at most `leaves`
  /// leaves.
  ///
  /// - Parameters:
  ///   - cases: Where its choices come from.
  ///   - leaves: The largest number of leaves, at least three.
  /// - Returns: The numbered root.
  public static func random(_ cases: inout CaseGenerator, leaves: Int = 30) -> ModelTree {
    let steps = 1 + cases.below(7)
    let kind = cases.below(7)
    var room = leaves
    var widths: [Int] = []
    for step in 0..<steps {
      switch kind {
      case 0: widths.append(1)
      case 1: widths.append(step == 0 ? 3 : 1)
      case 2: widths.append(step == steps - 1 ? 2 : 1)
      case 3, 4: widths.append(cases.below(2) == 0 ? 1 : kind - 1)
      default: widths.append(0)
      }
      if widths[step] > 1 {
        if room < 2 * widths[step] { widths[step] = 1 }
        room /= widths[step]
      }
    }
    var spare = leaves - 1
    let root = grow(widths[...], &cases, spare: &spare)
    root.renumber()
    return root
  }

  private static func grow(
    _ widths: ArraySlice<Int>, _ cases: inout CaseGenerator, spare: inout Int
  ) -> ModelTree {
    guard let width = widths.first else { return ModelTree() }
    var count = width
    if width == 0 {
      count = 1 + min(spare, [0, 0, 0, 1, 1, 2][cases.below(6)])
      spare -= count - 1
    }
    return ModelTree(
      children: (0..<count).map { _ in grow(widths.dropFirst(), &cases, spare: &spare) })
  }

  /// Numbers the nodes of this root's tree and links them to their parents.
  public func renumber() {
    var level = [self]
    var next = 0
    while !level.isEmpty {
      for node in level {
        node.number = next
        next += 1
        for child in node.children {
          child.parent = node
          child.depth = node.depth + 1
        }
      }
      level = level.flatMap(\.children)
    }
  }

  /// Turns the order of the children of every node round, and numbers anew.
  public func reverse() {
    for node in all { node.children.reverse() }
    renumber()
  }

  /// The nodes of the tree, each before its children, subtree by subtree.
  public var all: [ModelTree] { [self] + children.flatMap(\.all) }

  /// The leaves below, from the first child's to the last child's.
  public var leaves: [ModelTree] { children.isEmpty ? [self] : children.flatMap(\.leaves) }

  /// The nodes of a depth in the order of their numbers.
  public func level(_ depth: Int) -> [ModelTree] { all.filter { $0.depth == depth } }

  /// The number of steps below.
  public var height: Int { children.isEmpty ? 0 : 1 + children[0].height }

  /// The nodes from the root to here.
  public var path: [ModelTree] { (parent?.path ?? []) + [self] }

  /// The shape of the tree, from the numbers of children that its own walk finds.
  ///
  /// - Throws: `TreeShapeInvalid`, which would be a mistake of the model.
  public func shape() throws -> TreeShape {
    try TreeShape(childCounts: (0..<height).map { depth in level(depth).map(\.children.count) })
  }

  /// The rewards of the leaves in order.
  public var rewards: [Double] { leaves.map(\.reward) }

  /// The log-probabilities in the order of the nodes' numbers, the root's first.
  public var logProbabilities: [Double] {
    all.sorted { $0.number < $1.number }.map(\.logProbability)
  }

  /// Gives the leaves rewards and the edges log-probabilities.
  public func fill(rewards: [Double], _ cases: inout CaseGenerator) {
    for (leaf, reward) in zip(leaves, rewards) { leaf.reward = reward }
    for node in all where node.parent != nil { node.logProbability = 3 * cases.number() }
  }
}
