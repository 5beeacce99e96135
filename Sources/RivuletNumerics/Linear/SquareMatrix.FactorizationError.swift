extension SquareMatrix {
  /// Why a matrix has no factors of the wanted kind.
  public enum FactorizationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Elimination met a pivot that is not positive; in a positive definite matrix all are.
    case notPositiveDefinite(row: Int, pivot: Double)
    /// All pivots left in a column vanish against the matrix; in a regular one some do not.
    case singular(column: Int, pivot: Double)

    /// What is wrong, where, and what would be right.
    public var description: String {
      switch self {
      case .notPositiveDefinite(let row, let pivot):
        "the matrix is not positive definite: the pivot of row \(row) is \(pivot), not above 0"
      case .singular(let column, let pivot):
        "the matrix is singular: no pivot in column \(column) is larger than \(pivot)"
      }
    }
  }
}
