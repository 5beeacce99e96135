public import RivuletCredit
import RivuletFlow
import RivuletNumerics

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
    let z = k * between * between / (within * within)
    return c * Special.hypergeometric2F1(0.5, (n - 1) / 2, (n * k - 1) / 2, -z)
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
