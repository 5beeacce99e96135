import RivuletCredit
public import RivuletFlow
public import RivuletNumerics

// What the choices of a recipe that was read or validated mean for the steps of one iteration.

extension Recipe {
  /// The number of rows of one iteration: chains, branches or trees.
  public var rowsPerIteration: Int {
    switch rollout {
    case .chains(let members, _): prompts.perIteration * members
    case .branches(let seeds, let branches, _): prompts.perIteration * seeds * branches
    case .tree(let tree): prompts.perIteration * tree.trees
    }
  }

  /// Returns the steps that add noise in one iteration.
  ///
  /// Forks always do. A deterministic first step and a last step that follows the ODE never do. For
  /// branches these are the steps at which branches leave.
  ///
  /// - Parameters:
  ///   - iteration: The number of the iteration, from 0.
  ///   - key: The key of the run; where a random window is drawn for each prompt or member, the key of
  ///     that prompt or member. Only random windows use it.
  /// - Returns: The steps, ascending.
  public func stochasticSteps(at iteration: Int, key: RandomKey) -> [Int] {
    let steps = grid.stepCount
    let isNoisy: [Bool]
    switch rollout {
    case .branches(_, _, let branching): return branching.steps(stepCount: steps)
    case .chains(_, let noisy):
      isNoisy = flags(of: noisy, splits: [], at: iteration, key: key)
    case .tree(let tree):
      isNoisy = flags(of: tree.noisySteps, splits: tree.splits, at: iteration, key: key)
    }
    return (0..<steps).filter { step in
      isNoisy[step] && !(step == 0 && noise.firstStep == .deterministic)
        && !(step == steps - 1 && lastStep == .ode)
    }
  }

  private func flags(
    of noisy: NoisySteps, splits: [Int], at iteration: Int, key: RandomKey
  ) -> [Bool] {
    var flags = [Bool](repeating: false, count: grid.stepCount)
    switch noisy {
    case .all: flags = flags.map { _ in true }
    case .window(let window):
      for step in window.movingWindow.steps(at: iteration, key: key) { flags[step] = true }
    case .pattern(let interval, let size):
      for step in flags.indices where step % interval < size { flags[step] = true }
    }
    for split in splits { flags[split] = true }
    return flags
  }

  /// Returns the plan of chains and trees in one iteration.
  ///
  /// With a clean prediction the last step adds noise as planned; what is rewarded is the end of
  /// `endingInCleanPrediction`. Branches have no such plan: a step is stochastic for its branches alone.
  ///
  /// - Parameters:
  ///   - iteration: The number of the iteration, from 0.
  ///   - key: As for ``stochasticSteps(at:key:)``.
  /// - Returns: The plan.
  public func samplingPlan(at iteration: Int, key: RandomKey) -> SamplingPlan {
    if case .branches = rollout { preconditionFailure("branches have a plan for each step") }
    return plan(stochasticSteps: stochasticSteps(at: iteration, key: key))
  }

  /// The plan in which every step adds noise, for the noise levels of branches and of weights.
  public var fullPlan: SamplingPlan { plan(stochasticSteps: Array(0..<grid.stepCount)) }

  private func plan(stochasticSteps steps: [Int]) -> SamplingPlan {
    do {
      return try SamplingPlan(grid: grid.timeGrid, noise: noise.family, stochasticSteps: steps)
    } catch {
      preconditionFailure("the recipe is not valid: \(error)")
    }
  }
}

extension Recipe.TrainedSteps {
  /// Returns which steps of the grid one sample trains, if they add noise.
  ///
  /// A random permutation is that of the key at the address of the root.
  ///
  /// - Parameters:
  ///   - stepCount: The number of steps of the grid.
  ///   - root: The number of the sample; only a permuted fraction uses it.
  ///   - key: The key of the iteration; only a permuted fraction uses it.
  /// - Returns: The steps, ascending.
  public func steps(stepCount: Int, root: UInt32, key: RandomKey) -> [Int] {
    let count = count(stepCount: stepCount)
    guard case .fraction(_, let base, .permuted) = self else { return Array(0..<count) }
    let size = base == .all ? stepCount : stepCount - 1
    let order = key.child("trainedSteps").permutation(
      count: size, at: NoiseAddress(root: root))
    return order[..<count].sorted()
  }
}
