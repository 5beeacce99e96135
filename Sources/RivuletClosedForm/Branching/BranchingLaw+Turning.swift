public import RivuletFlow
import RivuletNumerics

// Published claims about the course of the branch spread over the steps hold for data of unit scale
// and fail for concentrated data. These functions find the scale at which they turn.

extension BranchingLaw {
  /// A statement about the spread of the branches over the steps that turns with the data's scale.
  public enum Turn: Sendable, Hashable {
    /// The spread at the last trained step equals the largest one of the early trained steps.
    ///
    /// Early are the trained steps among 0, 1 and 2, without the last trained step. On the published
    /// schedules the early steps spread most at larger scales, and the last trained step at smaller
    /// ones.
    case spread
    /// The correlation of the spread with the noise level equals the given number.
    case correlation(Double)

    /// The correlation of the spread with the noise level equals one half.
    public static let halfCorrelation = Turn.correlation(0.5)
  }

  /// The range of the data's standard deviation in which turns are looked for.
  public static let turningRange = 1e-4...1e4

  /// Returns every scale of the data at which a statement turns.
  ///
  /// The root function is ln(std_last / max(std_early)) or corr(std, tau) minus its
  /// level, with std from the closed form. It is evaluated on 321 scales, evenly spaced in
  /// their logarithm over ``turningRange``, and each change of sign is bisected to the last bit of
  /// the logarithm: the roots are good to a few units of 1e-15 relative where the function is steep.
  /// Two roots within 6 percent of each other are missed as a pair.
  ///
  /// - Parameters:
  ///   - turn: The statement.
  ///   - grid: The times.
  ///   - noise: The noise of the stochastic steps.
  ///   - trainedSteps: The steps looked at, ascending; the spread needs one of steps 0 to 2 and a
  ///     later trained one, the correlation two steps.
  /// - Returns: The scales, ascending; empty where the statement does not turn.
  /// - Throws: `NoiseSchedule.Invalid` where the schedule does not fit the grid.
  public static func turningScales(
    of turn: Turn, grid: TimeGrid, noise: NoiseSchedule, trainedSteps: [Int]
  ) throws(NoiseSchedule.Invalid) -> [Double] {
    let plan = try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    let balance = Balance(turn: turn, plan: plan, trainedSteps: trainedSteps)
    let low = Elementary.log(turningRange.lowerBound)
    let high = Elementary.log(turningRange.upperBound)
    let count = 320
    var roots: [Double] = []
    var left = low
    var leftValue = balance.value(atLogScale: left)
    for index in 1...count {
      let right = low + (high - low) * (Double(index) / Double(count))
      let rightValue = balance.value(atLogScale: right)
      if let leftValue, let rightValue {
        if rightValue == 0 {
          roots.append(Elementary.exp(right))
        } else if leftValue != 0 && (leftValue < 0) != (rightValue < 0) {
          let root = balance.root(between: left, and: right, risesFromBelow: leftValue < 0)
          roots.append(Elementary.exp(root))
        }
      }
      left = right
      leftValue = rightValue
    }
    return roots
  }

  /// Returns the largest scale of the data at which a statement turns.
  ///
  /// - Parameters:
  ///   - turn: The statement.
  ///   - grid: The times.
  ///   - noise: The noise of the stochastic steps.
  ///   - trainedSteps: The steps looked at, ascending.
  /// - Returns: The largest of ``turningScales(of:grid:noise:trainedSteps:)``, or nil if there is none.
  /// - Throws: `NoiseSchedule.Invalid` where the schedule does not fit the grid.
  public static func turningScale(
    of turn: Turn, grid: TimeGrid, noise: NoiseSchedule, trainedSteps: [Int]
  ) throws(NoiseSchedule.Invalid) -> Double? {
    try turningScales(of: turn, grid: grid, noise: noise, trainedSteps: trainedSteps).last
  }
}

/// A function of the logarithm of the data's scale that is zero where a statement turns.
///
/// It is nil where the statement has no meaning: no spread at a step, or no variation to correlate.
private struct Balance {
  let turn: BranchingLaw.Turn
  let plan: SamplingPlan
  let trainedSteps: [Int]
  let early: [Int]

  init(turn: BranchingLaw.Turn, plan: SamplingPlan, trainedSteps: [Int]) {
    precondition(trainedSteps.count >= 2, "a turn needs two or more trained steps")
    for index in trainedSteps.indices {
      precondition(
        trainedSteps[index] >= 0 && trainedSteps[index] < plan.stepCount
          && (index == 0 || trainedSteps[index - 1] < trainedSteps[index]),
        "trained steps ascend within 0 to \(plan.stepCount - 1), got \(trainedSteps)")
    }
    self.turn = turn
    self.plan = plan
    self.trainedSteps = trainedSteps
    early = trainedSteps.dropLast().filter { $0 <= 2 }
    if case .spread = turn {
      precondition(!early.isEmpty, "the spread compares a step of 0 to 2, none is trained")
    }
  }

  func value(atLogScale logScale: Double) -> Double? {
    let law = BranchingLaw(plan: plan, deviation: Elementary.exp(logScale))
    switch turn {
    case .spread:
      var largest = 0.0
      for step in early { largest = max(largest, law.rewardDeviation(step: step)) }
      let last = law.rewardDeviation(step: trainedSteps[trainedSteps.count - 1])
      guard last > 0 && largest > 0 else { return nil }
      return Elementary.log(last) - Elementary.log(largest)
    case .correlation(let level):
      let correlation = law.noiseLevelCorrelation(trainedSteps: trainedSteps)
      return correlation.isNaN ? nil : correlation - level
    }
  }

  /// Bisects a change of sign until no number lies between the ends.
  func root(between low: Double, and high: Double, risesFromBelow: Bool) -> Double {
    var low = low
    var high = high
    while true {
      let middle = low + (high - low) / 2
      guard middle > low && middle < high else { return middle }
      guard let value = value(atLogScale: middle) else { return middle }
      if (value < 0) == risesFromBelow { low = middle } else { high = middle }
    }
  }
}
