import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTraining

/// The two numbers that a measured gradient is compared by with a predicted one.
///
/// Each trained step gives one number, its gradient along the predicted one over the length of that: one on
/// average. Their mean with the weights q_k is the *length*, and their mean with q_k z_k, z_k the standardised
/// number of the step, is the *tilt*: zero where the steps have the predicted proportions. The weights are
/// about those of least variance,
///
///     q_k proportional to (|g_k|/s_k)^2,   s_k = omega_k e_k kappa_k rms(A)/sqrt(p_k n_k),
///
/// p_k the part of the rows that trains the step and n_k the edges of a row at it. They decide how many samples
/// are needed, not what is found.
struct GradientScale: Sendable {
  /// The factor of each number of the gradient in the length, `[step][coordinate]`.
  let length: [[Double]]
  /// The factor of each number of the gradient in the tilt, `[step][coordinate]`.
  let tilt: [[Double]]
  /// About the standard deviation of both numbers for one row.
  let rowDeviation: Double

  /// Finds the weights for the policy part at the reference.
  init(_ expectation: RecipeExpectation) {
    self.init(policy: expectation.policyPart, noises: expectation.rowNoises)
  }

  /// Finds the weights for a gradient and the noise of each step.
  init(policy: [[Double]], noises: [Double]) {
    var information = [Double](repeating: 0, count: policy.count)
    for step in policy.indices {
      let noise = noises[step]
      var squares = 0.0
      for number in policy[step] { squares += number * number }
      information[step] = noise > 0 ? squares / (noise * noise) : 0
    }
    var total = 0.0
    var centre = 0.0
    for (step, weight) in information.enumerated() {
      total += weight
      centre += weight * Double(step)
    }
    centre /= total
    var spread = 0.0
    for (step, weight) in information.enumerated() {
      spread += weight / total * (Double(step) - centre) * (Double(step) - centre)
    }
    spread = spread.squareRoot()
    var length = policy
    var tilt = policy
    for step in policy.indices {
      var squares = 0.0
      for number in policy[step] { squares += number * number }
      let share = squares > 0 ? information[step] / total / squares : 0
      let place = spread > 0 ? (Double(step) - centre) / spread : 0
      for coordinate in policy[step].indices {
        length[step][coordinate] = share * policy[step][coordinate]
        tilt[step][coordinate] = place * length[step][coordinate]
      }
    }
    self.length = length
    self.tilt = tilt
    rowDeviation = 1 / total.squareRoot()
  }

  /// Returns the length of a gradient over that of the predicted one, along it.
  func length(of gradient: [[Double]]) -> Double { Self.product(length, gradient) }

  /// Returns the tilt of a gradient against the predicted one.
  func tilt(of gradient: [[Double]]) -> Double { Self.product(tilt, gradient) }

  private static func product(_ factors: [[Double]], _ gradient: [[Double]]) -> Double {
    var sum = 0.0
    for (row, numbers) in zip(factors, gradient) {
      for (factor, number) in zip(row, numbers) { sum += factor * number }
    }
    return sum
  }
}

extension RecipeExpectation {
  /// About the standard deviation that one row gives the gradient of each step, in each coordinate.
  var rowNoises: [Double] {
    var squares = [Double](repeating: 0, count: policyPart.count)
    for part in parts {
      let convention = part.update.convention
      let credit = part.update.credit
      let size = convention.convention.divides ? 1 : credit.shares.total.squareRoot()
      for (index, step) in convention.trainedSteps.enumerated() {
        var edges = 1.0
        if case .tree(let counts, let noise, _) = convention.rollouts {
          // The score of a fork whose noise is scaled by c is c times as large.
          let isFork = counts[step] > (step > 0 ? counts[step - 1] : 1)
          edges = Double(counts[step]) / (isFork ? noise.variance : 1)
        }
        let own =
          (convention.shares?[index] ?? 1) * convention.stepWeights[index]
          * credit.kernels[step].scoreCoefficient * size / included(step)
          * (convention.reduction == .sum ? 1 : 1 / Double(credit.dimension))
        squares[step] += part.share * own * own * included(step) / edges
      }
    }
    return squares.map { $0.squareRoot() }
  }

  /// The part of the rows that train a step of their sampler.
  private func included(_ step: Int) -> Double {
    guard case .fraction(_, let base, .permuted) = recipe.trainedSteps else { return 1 }
    let steps = recipe.grid.stepCount
    return Double(recipe.trainedSteps.count(stepCount: steps))
      / Double(base == .all ? steps : steps - 1)
  }
}
