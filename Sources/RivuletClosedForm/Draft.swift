public import RivuletCredit
public import RivuletFlow
import RivuletNumerics

/// Draft.
public struct BranchingLaw: Sendable {
  let kernels: [TransitionKernel]
  let odeSuffix: [Double]
  let odePrefix: [Double]
  let s: Double
  /// Draft.
  public init(plan: SamplingPlan, mean: Double, deviation: Double) {
    kernels = plan.kernels
    s = deviation
    let n = kernels.count
    var suffix = [Double](repeating: 1, count: n + 1)
    var prefix = [Double](repeating: 1, count: n + 1)
    let slopes = kernels.map { 1 - $0.stepSize * GaussianField.slope(time: $0.time, deviation: deviation) }
    for k in stride(from: n - 1, through: 0, by: -1) { suffix[k] = suffix[k + 1] * slopes[k] }
    for k in 0..<n { prefix[k + 1] = prefix[k] * slopes[k] }
    odeSuffix = suffix
    odePrefix = prefix
  }
  /// Draft.
  public func suffixSlope(after step: Int) -> Double { odeSuffix[step + 1] }
  /// Draft.
  public func rewardDeviation(step: Int, gradient: Double) -> Double {
    abs(gradient) * kernels[step].deviation * abs(odeSuffix[step + 1])
  }
  /// Draft.
  public func seedSpread(step: Int, gradient: Double) -> Double {
    let m = kernels[step].stateFactor + kernels[step].velocityFactor * GaussianField.slope(time: kernels[step].time, deviation: s)
    return abs(gradient * odeSuffix[step + 1] * m * odePrefix[step])
  }
}
/// Draft.
public struct GaussianChain: Sendable {
  /// Draft.
  public let means: [Double]
  /// Draft.
  public let variances: [Double]
  /// Draft.
  public init(plan: SamplingPlan, mean: Double = 0, deviation: Double) {
    var m = [0.0]
    var v = [1.0]
    for k in plan.kernels {
      let alpha = GaussianField.slope(time: k.time, deviation: deviation)
      let slope = k.stateFactor + k.velocityFactor * alpha
      let offset = -k.velocityFactor * (alpha * (1 - k.time) * mean + mean)
      m.append(slope * m[m.count - 1] + offset)
      v.append(slope * slope * v[v.count - 1] + k.deviation * k.deviation)
    }
    means = m
    variances = v
  }
}
/// Draft.
public enum TurningScale {
  static func root(_ f: (Double) -> Double) -> Double? {
    var hi = 10000.0
    var found = false
    while hi > 1e-4 {
      let lo = hi / 1.05
      if f(lo) * f(hi) <= 0 { found = true; break }
      hi = lo
    }
    guard found else { return nil }
    var a = hi / 1.05
    var b = hi
    for _ in 0..<100 {
      let m = (a * b).squareRoot()
      if f(m) * f(a) <= 0 { b = m } else { a = m }
    }
    return a
  }
  /// Draft.
  public static func rewardSpread(grid: TimeGrid, noise: NoiseSchedule, trainedSteps: [Int]) throws -> Double? {
    let plan = try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    return root { s in
      let law = BranchingLaw(plan: plan, mean: 0, deviation: s)
      let d = trainedSteps.map { law.rewardDeviation(step: $0, gradient: 1) }
      return d[d.count - 1] - max(d[0], max(d[1], d[2]))
    }
  }
  /// Draft.
  public static func noiseCorrelation(grid: TimeGrid, noise: NoiseSchedule, trainedSteps: [Int]) throws -> Double? {
    let plan = try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    let n = trainedSteps.map { plan.deviations[$0] }
    return root { s in
      let law = BranchingLaw(plan: plan, mean: 0, deviation: s)
      let d = trainedSteps.map { law.rewardDeviation(step: $0, gradient: 1) }
      let mx = Sums.mean(d), my = Sums.mean(n)
      var xy = 0.0, xx = 0.0, yy = 0.0
      for i in d.indices { xy += (d[i] - mx) * (n[i] - my); xx += (d[i] - mx) * (d[i] - mx); yy += (n[i] - my) * (n[i] - my) }
      return xy / (xx * yy).squareRoot() - 0.5
    }
  }
}
/// Draft.
public enum AdvantageLaw {
  /// Draft.
  public static func standardisationFactor(groupSize: Int, convention: AdvantageRule.Convention) -> Double {
    let g = Double(groupSize)
    let c4 = (2 / (g - 1)).squareRoot() * Elementary.exp(Special.logGamma(g / 2) - Special.logGamma((g - 1) / 2))
    return ((g - 1) / g).squareRoot() * c4
  }
  /// Draft.
  public static func promptGroupFactor(seeds: Int, branches: Int, within: Double, between: Double) -> Double {
    let n = Double(seeds), k = Double(branches)
    let c = standardisationFactor(groupSize: seeds * branches, convention: .population)
    // 2F1(1/2, (N-1)/2; (NK-1)/2; -z) by Pfaff: (1+z)^(-1/2) 2F1(1/2, c-b; c; z/(1+z))
    let z = k * between * between / (within * within)
    let a = 0.5, b = (n * k - 1) / 2 - (n - 1) / 2, cc = (n * k - 1) / 2
    let y = z / (1 + z)
    var term = 1.0, sum = 1.0
    for i in 0..<20000 {
      let j = Double(i)
      term *= (a + j) * (b + j) / ((cc + j) * (1 + j)) * y
      sum += term
      if term < 1e-17 * sum { break }
    }
    return c * sum / (1 + z).squareRoot()
  }
}
/// Draft.
public enum SamplerBias {
  /// Draft.
  public static func terminalVariance(uniformSteps n: Int, deviation s: Double, coefficient: (Double, Double) -> Double) -> Double {
    var v = 1.0
    let h = 1 / Double(n)
    for k in 0..<n {
      let t = Double(n - k) / Double(n)
      let c = k == n - 1 ? 0 : coefficient(t, k == 0 ? h : 1 - t)
      let s2 = c * c
      let alpha = GaussianField.slope(time: t, deviation: s)
      let m = 1 - h * (s2 / (2 * t) + (1 + s2 * (1 - t) / (2 * t)) * alpha)
      v = m * m * v + s2 * h
    }
    return v
  }
}
