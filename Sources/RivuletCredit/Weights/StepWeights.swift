import RivuletNumerics

/// Weights of the trained steps, from the noise levels of a schedule.
public enum StepWeights {
  /// Returns the noise-aware weights.
  public static func noiseAware(deviations: [Double]) -> [Double] {
    let mean = Sums.mean(deviations)
    return deviations.map { $0 / mean }
  }
  /// Returns n_k / f_k normalised to mean one.
  public static func balanced(deviations: [Double], factors: [Double]) -> [Double] {
    noiseAware(deviations: deviations.indices.map { deviations[$0] / factors[$0] })
  }
}
