import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T5: the noise level of a step is a proxy of the spread of the reward over its branches.
  static let noiseLevelProxy = Claim(
    id: "tempflow/T5",
    title: "the noise level stands for the reward's spread",
    statement: """
      The noise level sigma_t sqrt(dt) follows the standard deviation of the reward over branches from \
      step to step, so it can serve as the weight.
      """,
    source: "arXiv 2508.04324, Fig. 5 left",
    scope:
      "Gaussian data of scale s, reward 1.5 x - 0.2, D = 1, four schedules; aligned: correlation > 1/2",
    recorded: .holdsWhere(
      "s > 0.13174 (uniform); s > 0.47161 (sd35); s > 0.38205 (flux); s > 0.26526 (qwen)"),
    checks: [
      turningCheck(.halfCorrelation, .uniform10, expected: 0.13174326209315843),
      turningCheck(.halfCorrelation, .sd35, expected: 0.47160588286456709),
      turningCheck(.halfCorrelation, .flux, expected: 0.38205460391343018),
      turningCheck(.halfCorrelation, .qwen, expected: 0.26526125147178371),
      correlation("uniform-s1", .uniform10, scale: 1),
      correlation("uniform-s0.1", .uniform10, scale: 0.1),
      correlation("sd35-s1", .sd35, scale: 1),
      correlation("sd35-s0.1", .sd35, scale: 0.1),
      correlation("flux-s1", .flux, scale: 1),
      correlation("flux-s0.2", .flux, scale: 0.2),
      correlation("qwen-s1", .qwen, scale: 1),
      correlation("qwen-s0.15", .qwen, scale: 0.15),
    ])
}

/// The correlation of simulated spreads with the noise levels.
private func correlation(_ id: String, _ schedule: PublishedSchedule, scale: Double) -> Check {
  let setting = Setting(schedule, scale: scale)
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let steps = setting.trainedSteps
    let noise = steps.map { setting.formula.level($0) }
    let exact = setting.rewardDeviations
    let expected = Correlation(exact, noise)
    // First-order propagation: each spread is independent with relative error 1/sqrt(2 nu).
    var variance = 0.0
    for index in steps.indices {
      let part = expected.derivative(index) * exact[index]
      variance += part * part / 2
    }
    let count = max(
      2 * SampleSize.spread, SampleSize.mean(sigma: variance.squareRoot(), effect: 0.02))
    let spread = try BranchSpread(simulated, steps: steps, degreesOfFreedom: count, run: run)
    let observed = Correlation(spread.deviations, noise).value
    return Finding(
      .mean(
        observed: observed, expected: expected.value, sigma: variance.squareRoot(),
        count: spread.degreesOfFreedom, sigmaIsKnown: true),
      statementHolds: observed > 0.5, cost: spread.cost)
  }
  return Check(
    id: id,
    subject: "correlation of the simulated spread with the noise level, s = \(scale)",
    requirement: .absolute(0.02, because: "a correlation may be near zero; 0.02 in its own unit"),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}

/// Pearson's correlation of two lists, and its derivative with respect to the first.
struct Correlation {
  /// The correlation.
  let value: Double
  private let first: [Double]
  private let second: [Double]
  private let length: Double

  /// Makes the correlation of two lists of equal count.
  init(_ x: [Double], _ y: [Double]) {
    let meanX = Sums.mean(x)
    let meanY = Sums.mean(y)
    var xx = 0.0
    var xy = 0.0
    var yy = 0.0
    for index in x.indices {
      xx += (x[index] - meanX) * (x[index] - meanX)
      xy += (x[index] - meanX) * (y[index] - meanY)
      yy += (y[index] - meanY) * (y[index] - meanY)
    }
    length = xx.squareRoot()
    let otherLength = yy.squareRoot()
    value = xy / (length * otherLength)
    let lengthX = length
    first = x.map { ($0 - meanX) / lengthX }
    second = y.map { ($0 - meanY) / otherLength }
  }

  /// Returns the derivative of the correlation with respect to one number of the first list.
  func derivative(_ index: Int) -> Double {
    (second[index] - value * first[index]) / length
  }
}
