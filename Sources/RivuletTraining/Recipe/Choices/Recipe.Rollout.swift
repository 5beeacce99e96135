public import RivuletFlow

extension Recipe {
  /// What is sampled for one prompt in one iteration.
  public enum Rollout: Sendable, Hashable {
    /// Chains beside each other, which share one group.
    case chains(members: Int, noisySteps: NoisySteps)
    /// TempFlow-GRPO: from each seed an ODE, at each step branches, each completed by the ODE.
    case branches(seeds: Int, branches: Int, steps: BranchSteps)
    /// BranchGRPO.
    case tree(Tree)
  }

  /// The steps at which branches leave the ODE.
  public enum BranchSteps: Sendable, Hashable {
    /// Every step.
    case all
    /// Every step but the last.
    case allButLast
    /// Some steps, ascending.
    case listed([Int])

    /// Returns the steps.
    ///
    /// - Parameter stepCount: The number of steps of the grid.
    /// - Returns: The steps, ascending.
    public func steps(stepCount: Int) -> [Int] {
      switch self {
      case .all: Array(0..<stepCount)
      case .allButLast: Array(0..<max(0, stepCount - 1))
      case .listed(let steps): steps
      }
    }
  }

  /// Trees that fork at given steps.
  public struct Tree: Sendable, Hashable {
    /// The number of trees of a prompt.
    public var trees: Int
    /// The steps at which every node forks, ascending.
    public var splits: [Int]
    /// The number of children at each of these steps.
    public var widths: [Int]
    /// The noise of the children of a fork.
    public var forkNoise: ForkNoise
    /// The steps that add noise; forks always do.
    public var noisySteps: NoisySteps

    /// Makes trees.
    ///
    /// - Parameters:
    ///   - trees: The number of trees of a prompt.
    ///   - splits: The steps at which every node forks, ascending.
    ///   - widths: The number of children at each of these steps.
    ///   - forkNoise: The noise of the children of a fork.
    ///   - noisySteps: The steps that add noise; forks always do.
    public init(
      trees: Int, splits: [Int], widths: [Int], forkNoise: ForkNoise, noisySteps: NoisySteps
    ) {
      self.trees = trees
      self.splits = splits
      self.widths = widths
      self.forkNoise = forkNoise
      self.noisySteps = noisySteps
    }

    /// The number of leaves of one tree.
    public var leafCount: Int {
      var count = 1
      for width in widths { count *= width }
      return count
    }
  }
}

extension Recipe.Rollout: RecipePart {
  private enum Kind: String, CaseIterable { case chains, branches, tree }

  private var kind: Kind {
    switch self {
    case .chains: .chains
    case .branches: .branches
    case .tree: .tree
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let most = 1_000_000
    switch try fields.kind(current?.kind) {
    case .chains:
      var members: Int?
      var noisy: Recipe.NoisySteps?
      if case .chains(let count, let steps) = current { (members, noisy) = (count, steps) }
      self = .chains(
        members: try fields.count("members", members, in: 2...most),
        noisySteps: try fields.part("noisySteps", noisy))
    case .branches:
      var seeds: Int?
      var branches: Int?
      var steps: Recipe.BranchSteps?
      if case .branches(let first, let second, let third) = current {
        (seeds, branches, steps) = (first, second, third)
      }
      self = .branches(
        seeds: try fields.count("seeds", seeds, in: 1...most),
        branches: try fields.count("branches", branches, in: 2...most),
        steps: try fields.part("steps", steps))
    case .tree:
      var tree: Recipe.Tree?
      if case .tree(let value) = current { tree = value }
      self = .tree(
        Recipe.Tree(
          trees: try fields.count("trees", tree?.trees, in: 1...most),
          splits: try fields.counts("splits", tree?.splits, in: 0...most),
          widths: try fields.counts("widths", tree?.widths, in: 2...1024),
          forkNoise: try fields.part("forkNoise", tree?.forkNoise),
          noisySteps: try fields.part("noisySteps", tree?.noisySteps)))
    }
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard case .tree(let tree) = self else { return }
    guard !tree.splits.isEmpty else {
      throw .contradiction(
        path: path.field("splits"), value: "[]", rule: "a tree forks at one or more steps")
    }
    for index in tree.splits.indices.dropFirst() where tree.splits[index] <= tree.splits[index - 1]
    {
      throw .contradiction(
        path: path.field("splits[\(index)]"), value: "\(tree.splits[index])",
        rule: "split points ascend, and \(tree.splits[index - 1]) stands before it")
    }
    guard tree.widths.count == tree.splits.count else {
      throw .contradiction(
        path: path.field("widths"), value: "\(tree.widths)",
        rule: "there are \(tree.splits.count) splits; give one width for each")
    }
    var leaves = 1.0
    for width in tree.widths { leaves *= Double(width) }
    guard leaves <= 65_536 else {
      throw .contradiction(
        path: path.field("widths"), value: "\(tree.widths)",
        rule: "a tree may have at most 65536 leaves")
    }
  }
}

extension Recipe.BranchSteps: RecipePart {
  private enum Kind: String, CaseIterable { case all, allButLast, listed }

  private var kind: Kind {
    switch self {
    case .all: .all
    case .allButLast: .allButLast
    case .listed: .listed
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    switch try fields.kind(current?.kind) {
    case .all: self = .all
    case .allButLast: self = .allButLast
    case .listed:
      let steps: [Int]? = if case .listed(let steps) = current { steps } else { nil }
      self = .listed(try fields.counts("steps", steps, in: 0...1_000_000))
    }
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard case .listed(let steps) = self else { return }
    guard !steps.isEmpty else {
      throw .contradiction(
        path: path.field("steps"), value: "[]", rule: "branches leave at one or more steps")
    }
    for index in steps.indices.dropFirst() where steps[index] <= steps[index - 1] {
      throw .contradiction(
        path: path.field("steps[\(index)]"), value: "\(steps[index])",
        rule: "steps ascend, and \(steps[index - 1]) stands before it")
    }
  }
}

extension ForkNoise: RecipePart {
  private enum Kind: String, CaseIterable { case independent, correlated, scaled }

  private var kind: Kind {
    switch self {
    case .independent: .independent
    case .correlated: .correlated
    case .scaled: .scaled
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    switch try fields.kind(current?.kind) {
    case .independent: self = .independent
    case .correlated:
      var parameter: Double?
      var sharing: Sharing?
      if case .correlated(let first, let second) = current {
        (parameter, sharing) = (first, second)
      }
      self = .correlated(
        branchParameter: try fields.number("branchParameter", parameter, in: .notNegative),
        sharing: try fields.choice("sharing", sharing))
    case .scaled:
      let scale: Double? = if case .scaled(let scale) = current { scale } else { nil }
      self = .scaled(try fields.number("scale", scale, in: .positive))
    }
  }
}
