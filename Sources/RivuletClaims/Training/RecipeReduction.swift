import RivuletCredit
public import RivuletTraining

/// The largest part of a recipe whose expected update has a closed form.
///
/// What stands in the way is taken out, one field after the other, and named with the reason.
public struct RecipeReduction: Sendable {
  /// The recipe without what has no closed form.
  public let recipe: Recipe
  /// What was taken out, in the order in which it stood in the way; empty for a recipe that has one.
  public let removed: [RecipeExpectation.NoClosedForm]
  /// The expected update of what is left.
  public let expectation: RecipeExpectation

  /// Reduces a recipe.
  ///
  /// More than one update of a rollout becomes one of all its rows, width pruning and fusion by probabilities
  /// are left out, a clamp that can bind too.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - iteration: The number of the iteration.
  /// - Throws: ``RecipeExpectation/NoClosedForm`` for what cannot be taken out: another model or reward.
  public init(
    of recipe: Recipe, at iteration: Int = 0
  ) throws(RecipeExpectation.NoClosedForm) {
    var reduced = recipe
    var removed: [RecipeExpectation.NoClosedForm] = []
    while true {
      let obstacle: RecipeExpectation.NoClosedForm
      do {
        expectation = try RecipeExpectation(of: reduced, at: iteration)
        self.recipe = reduced
        self.removed = removed
        return
      } catch {
        obstacle = error
      }
      switch obstacle.path {
      case "updates":
        reduced.updates.epochs = 1
        reduced.updates.schedule = .batches(1)
      case "tree.widthPruning": reduced.tree?.widthPruning = nil
      case "tree.fusion": reduced.tree?.fusion = .uniform
      case "advantage.clamp": reduced.advantage.clamp = nil
      default: throw obstacle
      }
      guard !removed.contains(obstacle) else { throw obstacle }
      removed.append(obstacle)
    }
  }
}
