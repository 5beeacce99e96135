import RivuletNumerics
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// A number that is not finite stops a run before it is trained on.
  static let nonFiniteEdges = Claim(
    id: "training/non-finite",
    title: "a rollout with a number that is not finite makes no update",
    statement: """
      A state that is not finite stops the run with its place and leaves all parameters as they were; no step of \
      the optimiser and no reduction over processes is lost or left waiting.
      """,
    source: "train_branchgrpo_flux.py at 19fbb9f, lines 1562 to 1587, against its own schedule",
    scope:
      "two default trees; one edge has infinite noise, or the twelfth of 436 edges is not finite",
    recorded: .holds,
    checks: [stops(), steps(), reductions()])
}

/// Noise of which one edge of one tree is infinite.
private struct BrokenNoise: TileNoise {
  let base: KeyedTileNoise
  let root: UInt32
  let step: Int
  let node: UInt32

  func fillInitial(
    firstRoot: UInt32, rows: Int, lanes: Int, into output: UnsafeMutablePointer<Float>
  ) { base.fillInitial(firstRoot: firstRoot, rows: rows, lanes: lanes, into: output) }

  func fillTransition(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    base.fillTransition(
      firstRoot: firstRoot, step: step, node: node, rows: rows, lanes: lanes, into: output)
    if step == self.step && node == self.node && root >= firstRoot
      && Int(root - firstRoot) < lanes
    {
      output[Int(root - firstRoot)] = .infinity
    }
  }

  func fillShared(
    firstRoot: UInt32, step: Int, node: UInt32, rows: Int, lanes: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    base.fillShared(
      firstRoot: firstRoot, step: step, node: node, rows: rows, lanes: lanes, into: output)
  }
}

private func stops() -> Check {
  let changed = { @Sendable (isBroken: Bool, run: CheckRun) throws -> Double in
    guard var recipe = Recipe.preset("branch-grpo/paper")?.recipe else {
      preconditionFailure("there is a preset of the name branch-grpo/paper")
    }
    recipe.seed = run.key.word
    recipe.prompts.count = 2
    recipe.prompts.perIteration = 2
    let trainer = try Trainer(recipe)
    let before = trainer.parameters
    let base = KeyedTileNoise(key: run.key.child("noise"))
    do {
      if isBroken {
        try trainer.iterate(noise: BrokenNoise(base: base, root: 1, step: 5, node: 0))
      } else {
        try trainer.iterate(noise: base)
      }
    } catch let error as TrainingDivergence {
      guard case .state(let root, let step, _, let dimension) = error,
        (root, step, dimension) == (1, 5, 0)
      else { throw error }
    }
    return Double(zip(before, trainer.parameters).filter { $0 != $1 }.count)
  }
  return .exact(
    "stops", subject: "parameters changed by an iteration with one infinite state", expected: 0,
    defects: [
      ExactVariant("continue", "the loop leaves the edge out and trains on the others") {
        try changed(false, $0)
      }
    ]
  ) { try changed(true, $0) }
}

/// The published loop over the edges of a process, which steps after every twelfth of them.
private struct EdgeLoop {
  /// What it does with an edge that is not finite.
  enum Rule {
    /// The loop goes on before the reduction, and the number of the edge counts.
    case published
    /// The loop goes on before the reduction, and only edges that are taken count.
    case uncounted
    /// The edge is reduced with a gradient of zero, as the others.
    case zeroed
  }

  /// The steps of the optimiser, that of the left-over edges included.
  private(set) var steps = 0
  /// The reductions over processes.
  private(set) var reductions = 0

  init(edges: Int, broken: Int?, rule: Rule) {
    var waiting = 0
    var counted = 0
    for edge in 0..<edges {
      if edge == broken && rule != .zeroed {
        if rule == .published { counted += 1 }
        continue
      }
      reductions += 1
      waiting += 1
      counted += 1
      if counted.isMultiple(of: 12) {
        steps += 1
        waiting = 0
      }
    }
    if waiting > 0 { steps += 1 }
  }
}

private func steps() -> Check {
  .exact(
    "steps",
    subject: "optimiser steps of 435 edges, twelve to a step, when the twelfth of 436 is left out",
    expected: 37,
    defects: [
      ExactVariant("continue", "the count goes on over the edge, and its step is lost") { _ in
        Double(EdgeLoop(edges: 436, broken: 11, rule: .published).steps)
      }
    ]
  ) { _ in Double(EdgeLoop(edges: 436, broken: 11, rule: .uncounted).steps) }
}

private func reductions() -> Check {
  let waiting = { @Sendable (rule: EdgeLoop.Rule) -> Double in
    let whole = EdgeLoop(edges: 436, broken: nil, rule: rule)
    let broken = EdgeLoop(edges: 436, broken: 11, rule: rule)
    return Double(whole.reductions - broken.reductions)
  }
  return .exact(
    "reductions", subject: "reductions that one of two processes waits for in vain", expected: 0,
    defects: [
      ExactVariant("continue", "one process leaves its edge out before the reduction") { _ in
        waiting(.published)
      }
    ]
  ) { _ in waiting(.zeroed) }
}
