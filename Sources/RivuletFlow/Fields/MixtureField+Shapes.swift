import RivuletNumerics

extension MixtureField {
  /// Returns equal components on a circle, the first on the positive first axis.
  ///
  /// - Parameters:
  ///   - count: The number of components, at least one.
  ///   - radius: The radius of the circle, finite and not negative.
  ///   - deviation: The standard deviation s of each component.
  /// - Returns: The field in two dimensions.
  public static func ring(
    count: Int, radius: Double = 2, deviation: Double = 0.3
  ) -> MixtureField {
    precondition(count >= 1, "a ring has one or more components, got \(count)")
    precondition(radius.isFinite && radius >= 0, "the radius must not be negative, got \(radius)")
    return equal(
      means: (0..<count).map { index in
        let angle = 2 * Double.pi * Double(index) / Double(count)
        return [radius * Elementary.cos(angle), radius * Elementary.sin(angle)]
      }, deviation: deviation)
  }

  /// Returns equal components on a square grid around the origin, row by row.
  ///
  /// - Parameters:
  ///   - side: The number of components in a row, at least one.
  ///   - spacing: The distance of neighbours, finite and positive.
  ///   - deviation: The standard deviation s of each component.
  /// - Returns: The field in two dimensions.
  public static func grid(
    side: Int, spacing: Double = 2, deviation: Double = 0.2
  ) -> MixtureField {
    precondition(side >= 1, "a grid has one or more components in a row, got \(side)")
    precondition(spacing.isFinite && spacing > 0, "the spacing must be positive, got \(spacing)")
    let places = (0..<side).map { (Double($0) - Double(side - 1) / 2) * spacing }
    return equal(means: places.flatMap { y in places.map { x in [x, y] } }, deviation: deviation)
  }

  private static func equal(means: [[Double]], deviation: Double) -> MixtureField {
    precondition(
      deviation.isFinite && deviation > 0, "the deviation must be positive, got \(deviation)")
    let spread = means.map { _ in [deviation] }
    return MixtureField(
      logWeights: means.map { _ in 0 }, means: means, deviations: spread,
      logDeviations: means.map { _ in [Elementary.log(deviation)] })
  }

  /// What can be wrong with the parts of a mixture.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The lists are empty or differ in length.
    case differentCounts(weights: Int, means: Int, deviations: Int)
    /// A mean has another dimension than the first one.
    case meanDimension(component: Int, expected: Int, got: Int)
    /// A component has another number of standard deviations than one or one for each dimension.
    case deviationCount(component: Int, expected: Int, got: Int)
    /// A weight is not a positive finite number.
    case invalidWeight(component: Int, value: Double)
    /// A number of a mean is not finite.
    case invalidMean(component: Int, axis: Int, value: Double)
    /// A standard deviation is not a positive finite number.
    case invalidDeviation(component: Int, axis: Int, value: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .differentCounts(let weights, let means, let deviations):
        "there are \(weights) weights, \(means) means and \(deviations) standard deviations; "
          + "give as many of each, at least one"
      case .meanDimension(let component, let expected, let got):
        "the mean of component \(component) has \(got) numbers; it must have \(expected)"
      case .deviationCount(let component, let expected, let got):
        "component \(component) has \(got) standard deviations; it must have \(expected), "
          + "like the others, or one each"
      case .invalidWeight(let component, let value):
        "the weight of component \(component) is \(value); it must be finite and positive"
      case .invalidMean(let component, let axis, let value):
        "the mean of component \(component) is \(value) in dimension \(axis); it must be finite"
      case .invalidDeviation(let component, let axis, let value):
        "standard deviation \(axis) of component \(component) is \(value); "
          + "it must be finite and positive"
      }
    }
  }
}
