extension Sums {
  /// Returns the population variance, which divides by n.
  ///
  ///     (1/n) Σ (xᵢ - x̄)²
  ///
  /// Two passes: the mean first, then the squares about it, less the square of what rounding left
  /// in the mean.
  ///
  /// - Parameter values: One or more numbers.
  /// - Returns: The variance; zero for equal values. Relative error near the bound of `Sums` with
  ///   every |xᵢ| replaced by (xᵢ - x̄)², as long as the spread is not below |x̄| 2⁻²⁶.
  public static func populationVariance(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "a population variance needs one or more values")
    return sumOfSquaredDeviations(values) / Double(values.count)
  }

  /// Returns the sample variance, which divides by n - 1 and is unbiased.
  ///
  ///     (1/(n-1)) Σ (xᵢ - x̄)²
  ///
  /// - Parameter values: Two or more numbers.
  /// - Returns: The variance; its error is that of `populationVariance`.
  public static func sampleVariance(_ values: [Double]) -> Double {
    precondition(
      values.count >= 2, "a sample variance needs two or more values, got \(values.count)")
    return sumOfSquaredDeviations(values) / Double(values.count - 1)
  }

  /// Returns Σ (xᵢ - x̄)² for one or more values.
  private static func sumOfSquaredDeviations(_ values: [Double]) -> Double {
    let centre = mean(values)
    let squares = sum(count: values.count) { index in
      let deviation = values[index] - centre
      return deviation * deviation
    }
    let remainder = sum(count: values.count) { values[$0] - centre }
    return max(0, squares - remainder * remainder / Double(values.count))
  }
}
