import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTraining

extension RecipeExpectation {
  /// What an iteration draws at random, and what it averages.
  typealias Drawn = (parts: [Part], samplers: [Sampler])

  /// Refuses schedules of which more than the first update is meant.
  static func requireOneUpdate(_ recipe: Recipe) throws(NoClosedForm) {
    guard recipe.updates.epochs == 1, case .batches(1) = recipe.updates.schedule else {
      throw NoClosedForm(
        path: "updates",
        reason: "after the first update of a rollout ratios differ from one and clips act")
    }
  }

  /// Finds the cases of an iteration with their updates.
  static func draw(
    _ recipe: Recipe, _ world: GaussianWorld, at iteration: Int
  ) throws(NoClosedForm) -> Drawn {
    try requireFreeClamp(recipe)
    switch recipe.rollout {
    case .chains(let members, let noisySteps):
      let windows = windows(of: noisySteps, recipe, at: iteration)
      let samplers = windows.map {
        Sampler(share: 1 / Double(windows.count), chains: world.chains(plan: $0))
      }
      var parts: [Part] = []
      for (index, plan) in windows.enumerated() {
        let credit = world.credit(plan: plan)
        let rollouts = try rollouts(
          of: recipe, world, members: members, credit: credit, windows: windows, window: index)
        let trained = try trainedSteps(recipe, plan: plan)
        parts.append(
          Part(
            share: 1 / Double(windows.count),
            update: UpdateExpectation(
              of: convention(
                recipe, rollouts: rollouts, plan: plan, steps: trained.steps, shares: trained.shares
              ),
              on: credit)))
      }
      return (parts, samplers)
    case .branches(let seeds, let branches, let leaving):
      return try drawBranches(recipe, world, seeds: seeds, branches: branches, leaving: leaving)
    case .tree(let tree):
      return try drawTree(recipe, world, tree, at: iteration)
    }
  }

  /// The plans among which a window is drawn; one where nothing is random.
  private static func windows(
    of noisySteps: Recipe.NoisySteps, _ recipe: Recipe, at iteration: Int
  ) -> [SamplingPlan] {
    let key = RandomKey(seed: recipe.seed)
    guard case .window(let window) = noisySteps, case .random = window.strategy else {
      return [recipe.samplingPlan(at: iteration, key: key)]
    }
    // A window that stands still at each start in turn.
    let last = window.movingWindow.starts.count - 1
    return (0...last).map { start in
      var still = recipe
      var fixed = window
      fixed.strategy = .progressive(iterations: 1)
      fixed.stride = 1
      fixed.form = .complete
      switch recipe.rollout {
      case .chains(let members, _):
        still.rollout = .chains(members: members, noisySteps: .window(fixed))
      case .tree(var tree):
        tree.noisySteps = .window(fixed)
        still.rollout = .tree(tree)
      case .branches: break
      }
      return still.samplingPlan(at: start, key: key)
    }
  }

  /// Which chains a group holds.
  private static func rollouts(
    of recipe: Recipe, _ world: GaussianWorld, members: Int, credit: LinearCredit,
    windows: [SamplingPlan], window: Int
  ) throws(NoClosedForm) -> UpdateConvention.Rollouts {
    let shares = recipe.sharedNoise != .none
    let draws = draws(of: recipe)
    if recipe.advantage.scope == .promptGroup {
      guard windows.count == 1 || draws != .member else {
        throw NoClosedForm(
          path: "rollout.noisySteps.strategy.for", reason: "members of a group have other windows")
      }
      return .chains(groupSize: members, sharesInitialNoise: shares)
    }
    let prompts = recipe.prompts.perIteration
    if windows.count > 1 {
      guard draws != .prompt, draws != .member || !shares else {
        throw NoClosedForm(
          path: "rollout.noisySteps.strategy.for",
          reason: "windows of prompts, or shared noise, under the spread of a batch")
      }
    }
    if windows.count > 1 && draws == .member {
      return .windows(
        WindowedBatch(
          promptCount: prompts, groupSize: members,
          windows: windows.map { plan in
            let law = world.credit(plan: plan).shares
            var mean = 0.0
            for (chain, slope) in zip(world.chains(plan: plan), world.slopes) {
              mean += slope * chain.terminalLaw.mean
            }
            return WindowedBatch.Window(
              probability: 1 / Double(windows.count), mean: mean,
              deviation: law.total.squareRoot())
          }), window: window)
    }
    // What a whole batch shares leaves its spread alone.
    let deviation = (shares ? credit.shares.stepTotal : credit.shares.total).squareRoot()
    let shared = recipe.sharedNoise == .prompt ? credit.shares.initial.squareRoot() : 0
    return .batch(
      PromptBatch(
        groupSize: members,
        prompts: (0..<prompts).map { _ in
          .init(mean: 0, deviation: deviation, sharedDeviation: shared)
        }), prompt: 0)
  }

  private static func draws(of recipe: Recipe) -> Recipe.Window.Draws? {
    guard case .chains(_, .window(let window)) = recipe.rollout,
      case .random(let draws) = window.strategy
    else { return nil }
    return draws
  }

  private static func drawBranches(
    _ recipe: Recipe, _ world: GaussianWorld, seeds: Int, branches: Int,
    leaving: Recipe.BranchSteps
  ) throws(NoClosedForm) -> Drawn {
    guard world.toldTimes == nil else {
      throw NoClosedForm(path: "timeConditioning", reason: "branches are told the exact time here")
    }
    let plan = recipe.fullPlan
    let laws = world.means.indices.map {
      BranchingLaw(plan: plan, mean: world.means[$0], deviation: world.deviations[$0])
    }
    let steps = leaving.steps(stepCount: plan.stepCount)
    let trained = try trainedSteps(recipe, plan: plan, among: steps)
    let rollouts: UpdateConvention.Rollouts
    switch recipe.advantage.scope {
    case .seedGroup: rollouts = .seedBranches(siblings: branches, siblingCorrelation: 0)
    case .promptGroup: rollouts = .promptBranches(seeds: seeds, siblings: branches)
    default:
      throw NoClosedForm(path: "advantage.scope", reason: "branches under the spread of a batch")
    }
    let update = UpdateExpectation(
      of: convention(
        recipe, rollouts: rollouts, plan: plan, steps: trained.steps, shares: trained.shares),
      on: LinearCredit(branches: laws, gradient: world.slopes))
    let samplers = steps.map { step in
      Sampler(
        share: 1 / Double(steps.count),
        chains: world.chains(plan: singleStep(step, of: recipe)))
    }
    return ([Part(share: 1, update: update)], samplers)
  }

  private static func singleStep(_ step: Int, of recipe: Recipe) -> SamplingPlan {
    do {
      return try .singleStep(
        grid: recipe.grid.timeGrid, noise: recipe.noise.family, step: step)
    } catch {
      preconditionFailure("the recipe is not valid: \(error)")
    }
  }
}
