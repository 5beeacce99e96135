import RivuletCredit
import RivuletFlow
import RivuletNumerics

/// Which edges add noise and which are trained, in one iteration.
struct EdgeChoice: Sendable {
  private let recipe: Recipe
  private let form: RolloutForm
  private let key: RandomKey
  /// The steps that add noise in each tree, a single list where all trees have the same.
  private(set) var noisySteps: [[Int]] = []
  /// Whether an edge adds noise and is trained, `[node][tree]`.
  private(set) var trained: [Bool]
  /// The steps of the edges that are trained in some tree, ascending.
  private(set) var trainedSteps: [Int] = []

  /// Makes the choices of a run, before its first iteration.
  init(_ recipe: Recipe, form: RolloutForm) {
    self.recipe = recipe
    self.form = form
    key = RandomKey(seed: recipe.seed).child("steps")
    trained = [Bool](repeating: false, count: form.shape.nodeCount * form.trees)
  }

  /// Whether trained steps are drawn anew for every row.
  private var draws: Bool {
    if case .fraction(_, _, .permuted) = recipe.trainedSteps { return true }
    return false
  }

  /// Whether every iteration has the steps of the first.
  private var isFixed: Bool {
    if draws { return false }
    switch recipe.rollout {
    case .branches: return true
    case .chains(_, let noisy): return noisy.isFixed
    case .tree(let tree): return tree.noisySteps.isFixed
    }
  }

  /// Moves on to an iteration.
  ///
  /// - Returns: Whether steps that add noise changed, and whether trained ones did.
  mutating func advance(to iteration: Int, prompts: [Int]) -> (noise: Bool, trained: Bool) {
    if isFixed && !noisySteps.isEmpty { return (false, false) }
    let steps = steps(at: iteration, prompts: prompts)
    let changesNoise = steps != noisySteps
    guard changesNoise || draws else { return (false, false) }
    noisySteps = steps
    chooseTrained(at: iteration)
    return (changesNoise, true)
  }

  private func steps(at iteration: Int, prompts: [Int]) -> [[Int]] {
    let noisy: Recipe.NoisySteps
    switch recipe.rollout {
    case .chains(_, let steps): noisy = steps
    case .tree(let tree): noisy = tree.noisySteps
    case .branches: return [recipe.stochasticSteps(at: iteration, key: key)]
    }
    guard case .window(let window) = noisy, case .random(let draws) = window.strategy,
      draws != .iteration
    else { return [recipe.stochasticSteps(at: iteration, key: key)] }
    return (0..<form.trees).map { tree in
      let own =
        draws == .member
        ? key.child("member").child(UInt64(tree))
        : key.child("prompt").child(UInt64(prompts[tree / form.treesPerPrompt]))
      return recipe.stochasticSteps(at: iteration, key: own)
    }
  }

  private mutating func chooseTrained(at iteration: Int) {
    let steps = recipe.grid.stepCount
    let key = key.child(UInt64(iteration))
    var isChosen = [Bool](repeating: false, count: steps)
    var isTrained = [Bool](repeating: false, count: steps)
    for place in trained.indices { trained[place] = false }
    for row in 0..<form.rows {
      if row == 0 || draws {
        for step in isChosen.indices { isChosen[step] = false }
        for step in recipe.trainedSteps.steps(stepCount: steps, root: UInt32(row), key: key) {
          isChosen[step] = true
        }
      }
      let tree = row / form.rowsPerTree
      form.forEachEdge(ofRow: row) { place in
        let node = place / form.trees
        let step = form.shape.depth(of: node) - 1
        guard isChosen[step], isNoisy(node: node, step: step, tree: tree) else { return }
        trained[place] = true
        isTrained[step] = true
      }
    }
    trainedSteps = isTrained.indices.filter { isTrained[$0] }
  }

  private func isNoisy(node: Int, step: Int, tree: Int) -> Bool {
    form.noisyEdges[node] && noisySteps[noisySteps.count == 1 ? 0 : tree].contains(step)
  }

  /// Whether edges add noise, `[node]`, where all trees do the same; otherwise `[node][tree]`.
  var noise: [Bool] {
    let shape = form.shape
    return shape.parents.indices.flatMap { node in
      noisySteps.indices.map { tree in
        node > 0 && isNoisy(node: node, step: shape.depth(of: node) - 1, tree: tree)
      }
    }
  }

  /// Whether all trees have the same steps.
  var isSame: Bool { noisySteps.count == 1 }
}

extension Recipe.NoisySteps {
  /// Whether they are the same in every iteration.
  fileprivate var isFixed: Bool { if case .window = self { false } else { true } }
}
