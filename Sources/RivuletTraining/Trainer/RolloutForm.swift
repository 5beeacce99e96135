import RivuletCredit
import RivuletFlow

/// What one iteration of a recipe rolls out: trees of one shape, and which edges belong together.
///
/// Chains are trees without forks, and the branches of one seed are a `BranchShape`. A row is what is
/// ordered, dropped and divided into batches: a chain, one branch of every step, or a tree.
struct RolloutForm: Sendable {
  let shape: TreeShape
  /// The backbone with its branches; nil for chains and trees.
  let branching: BranchShape?
  /// The trees of an iteration, those of one prompt beside each other.
  let trees: Int
  let treesPerPrompt: Int
  /// Which edges add noise in some iteration.
  let noisyEdges: [Bool]
  /// The leaves whose rewards count: all but the end of a backbone.
  let scoredLeaves: Range<Int>

  /// Builds the form of a recipe that was read or validated.
  init(_ recipe: Recipe) {
    let steps = recipe.grid.stepCount
    let prompts = recipe.prompts.perIteration
    do {
      switch recipe.rollout {
      case .chains(let members, _):
        shape = try TreeShape(widths: [Int](repeating: 1, count: steps))
        branching = nil
        treesPerPrompt = members
      case .branches(let seeds, let branches, let branching):
        let branched = try BranchShape(
          steps: branching.steps(stepCount: steps), branches: branches, stepCount: steps)
        shape = branched.shape
        self.branching = branched
        treesPerPrompt = seeds
      case .tree(let tree):
        var widths = [Int](repeating: 1, count: steps)
        for (split, width) in zip(tree.splits, tree.widths) { widths[split] = width }
        shape = try TreeShape(widths: widths)
        branching = nil
        treesPerPrompt = tree.trees
      }
    } catch {
      preconditionFailure("the recipe is not valid: \(error)")
    }
    trees = prompts * treesPerPrompt
    scoredLeaves = (branching == nil ? 0 : 1)..<shape.leafCount
    noisyEdges = branching?.noisyEdges ?? Self.noisyEdges(shape, recipe)
  }

  /// Builds the form of chains that add noise wherever a recipe allows it, for evaluations.
  init(chains count: Int, of recipe: Recipe) {
    do {
      shape = try TreeShape(widths: [Int](repeating: 1, count: recipe.grid.stepCount))
    } catch {
      preconditionFailure("the recipe is not valid: \(error)")
    }
    branching = nil
    trees = count
    treesPerPrompt = count
    scoredLeaves = 0..<1
    noisyEdges = Self.noisyEdges(shape, recipe)
  }

  private static func noisyEdges(_ shape: TreeShape, _ recipe: Recipe) -> [Bool] {
    let kernels = recipe.fullPlan.kernels
    let last = kernels.count - 1
    return shape.parents.indices.map { node in
      guard node > 0 else { return false }
      let step = shape.depth(of: node) - 1
      return kernels[step].isStochastic
        && !(step == 0 && recipe.noise.firstStep == .deterministic)
        && !(step == last && recipe.lastStep == .ode)
    }
  }

  /// The number of rows of a tree.
  var rowsPerTree: Int { branching?.branches ?? 1 }

  /// The number of rows of an iteration.
  var rows: Int { trees * rowsPerTree }

  /// The number of lanes of a chunk: two chunks or more, of at most 48 lanes.
  ///
  /// It depends on the recipe alone, because it decides the last bits.
  var chunkLanes: Int { min(48, max(8, trees / 2 & ~7)) }

  /// Calls a function with the place of every edge of a row in lists of `[node][tree]`.
  func forEachEdge(ofRow row: Int, _ body: (_ place: Int) -> Void) {
    guard let branching else {
      for node in 1..<shape.nodeCount { body(node * trees + row) }
      return
    }
    let (tree, branch) = (row / branching.branches, row % branching.branches)
    for index in branching.steps.indices {
      body(branching.node(step: index, branch: branch) * trees + tree)
    }
  }
}
