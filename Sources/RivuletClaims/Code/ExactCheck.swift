import RivuletStatistics

/// A published variant of a number without sampling error.
struct ExactVariant: Sendable {
  /// The name inside the check.
  let id: String
  /// What is wrong in it.
  let defect: String
  /// The number that it gets.
  let measure: @Sendable (CheckRun) throws -> Double

  init(
    _ id: String, _ defect: String, measure: @escaping @Sendable (CheckRun) throws -> Double
  ) {
    self.id = id
    self.defect = defect
    self.measure = measure
  }
}

extension Check {
  /// Makes a check of a number that has no sampling error, with published variants that get another one.
  ///
  /// - Parameters:
  ///   - id: The name inside the claim.
  ///   - subject: What the number is.
  ///   - expected: What it must be.
  ///   - tolerance: The rounding error of the number; 0 for a count.
  ///   - defects: The published variants.
  ///   - measure: The number.
  /// - Returns: The check.
  static func exact(
    _ id: String, subject: String, expected: Double, tolerance: Double = 0,
    defects: [ExactVariant],
    measure: @escaping @Sendable (CheckRun) throws -> Double
  ) -> Check {
    Check(
      id: id, subject: subject,
      requirement: .absolute(0, because: tolerance == 0 ? "a count" : "an identity"),
      controls: defects.map { defect in
        Control(id: defect.id, defect: defect.defect) { run in
          .identity(
            observed: try defect.measure(run), expected: expected, tolerance: tolerance)
        }
      }
    ) { run in
      Finding(
        stating: .identity(observed: try measure(run), expected: expected, tolerance: tolerance))
    }
  }
}
