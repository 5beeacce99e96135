import RivuletCredit
import RivuletFlow
import RivuletKernels

// Where a number stands that is not finite. This runs once in a lifetime, so it is plain and slow.

extension IterationEngine {
  /// Looks for the first number that is not finite, in the order of trees, depths and dimensions.
  func divergence() -> TrainingDivergence? {
    for tree in 0..<setting.trees {
      let root = firstRoot &+ UInt32(truncatingIfNeeded: tree)
      for node in 0..<setting.shape.nodeCount {
        let numbers = state(node: node, tree: tree)
        for dimension in numbers.indices where !numbers[dimension].isFinite {
          let depth = setting.shape.depth(of: node)
          return .state(root: root, step: depth - 1, node: node, dimension: dimension)
        }
      }
      for row in 0..<(work.layout.rewardCount * setting.shape.leafCount)
      where !rewards[row * setting.trees + tree].isFinite {
        return .reward(root: root, leaf: row % setting.shape.leafCount)
      }
    }
    return nil
  }

  func gradientDivergence() -> TrainingDivergence {
    var parameter = 0
    while parameter + 1 < field.parameterCount, gradientMemory.start[parameter].isFinite {
      parameter += 1
    }
    return .gradient(parameter: parameter)
  }

  /// Looks for the first edge whose term in the loss is not finite, in the order of trees and nodes.
  func edgeDivergence() -> TrainingDivergence? {
    for tree in 0..<setting.trees {
      for node in 1..<setting.shape.nodeCount {
        let parent = setting.shape.parents[node]
        let place = node * setting.trees + tree
        guard weights[place] != 0, work.noise.isNoisy(node: node, tree: tree) else { continue }
        guard let dimension = dimensionOfDivergence(node: node, parent: parent, tree: tree) else {
          continue
        }
        return .loss(
          root: firstRoot &+ UInt32(truncatingIfNeeded: tree),
          step: setting.shape.depth(of: parent), node: node, dimension: dimension)
      }
    }
    return nil
  }

  /// The dimension in which the velocity of an edge is largest, if the term of the edge is not finite.
  private func dimensionOfDivergence(node: Int, parent: Int, tree: Int) -> Int? {
    let layout = work.layout
    let lane = tree % layout.lanes
    let memory = work.chunks[tree / layout.lanes].start
    let step = layout.nodes[parent].depth
    let law = layout.steps[step].law
    work.computeVelocity(chunk: tree / layout.lanes, node: parent)
    let velocity = work.scratches[0].start + layout.scratchVelocity
    let reference = layout.nodes[parent].reference
    var residual: Float = 0
    var distance: Float = 0
    var largest = 0
    for row in 0..<layout.rows {
      let offset = row * layout.lanes + lane
      let v = velocity[offset]
      let x = memory[layout.states + parent * layout.stateCount + offset]
      let next = memory[layout.states + node * layout.stateCount + offset]
      let error = next - (law.state * x + law.velocity * v)
      residual += error * error
      if let reference {
        let difference = v - memory[reference + offset]
        distance += difference * difference
      }
      if !(v.magnitude <= velocity[largest * layout.lanes + lane].magnitude) { largest = row }
    }
    let surrogate = objective.surrogates[step]
    let old = memory[layout.exponents + node * layout.lanes + lane]
    let change = surrogate.densityScale * (-residual * law.halfPrecision - old)
    let penalty =
      objective.divergenceFactors[step] * distance + surrogate.ratioPenalty * change * change
    let place = node * setting.trees + tree
    let advantage = Float(advantages[place])
    // exp(88.7) is the largest finite number of single precision.
    let isFinite =
      change < 88.7 && penalty.isFinite && advantage.isFinite && Float(weights[place]).isFinite
      && (objective.exactFactors[step] * distance).isFinite
    return isFinite ? nil : largest
  }
}
