/// What can be wrong with split points.
public enum SplitPointsInvalid: Error, Hashable, CustomStringConvertible {
  /// A step lies outside the grid.
  case outsideGrid(step: Int, stepCount: Int)
  /// A step is given twice.
  case repeated(Int)
  /// A word is no whole number.
  case notANumber(String)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .outsideGrid(let step, let stepCount):
      "cannot split at step \(step); the steps of this grid are 0 to \(stepCount - 1)"
    case .repeated(let step): "step \(step) is given twice; give each split point once"
    case .notANumber(let word): "'\(word)' is no step; give whole numbers such as 0,3,6,9"
    }
  }
}

/// The steps at which every node of a balanced tree forks.
public struct SplitPoints: Sendable, Hashable {
  /// What can be wrong with split points.
  public typealias Invalid = SplitPointsInvalid

  /// The steps as they were listed, ascending; the published form may hold one twice.
  public let listed: [Int]

  /// The distinct steps, ascending: what a rollout does.
  public var steps: [Int] {
    var distinct: [Int] = []
    for step in listed where distinct.last != step { distinct.append(step) }
    return distinct
  }

  /// Takes split points that must lie in the grid and be distinct.
  ///
  /// - Parameters:
  ///   - steps: The steps, in any order; none makes a chain.
  ///   - stepCount: T.
  /// - Throws: ``SplitPointsInvalid`` with the first step that breaks a rule.
  public init(_ steps: some Sequence<Int>, stepCount: Int) throws(SplitPointsInvalid) {
    let sorted = steps.sorted()
    for (index, step) in sorted.enumerated() {
      guard (0..<max(0, stepCount)).contains(step) else {
        throw .outsideGrid(step: step, stepCount: stepCount)
      }
      if index > 0, sorted[index - 1] == step { throw .repeated(step) }
    }
    listed = sorted
  }

  /// Reads a list as the published trainer does: steps outside the grid move to its ends, and a step
  /// may be listed twice, which forks once.
  ///
  /// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 390 to 400.
  ///
  /// - Parameters:
  ///   - text: Whole numbers with commas between them; spaces do no harm.
  ///   - stepCount: T.
  /// - Throws: ``SplitPointsInvalid`` for a word that is no number.
  public init(publishedList text: String, stepCount: Int) throws(SplitPointsInvalid) {
    precondition(stepCount >= 1, "a grid has one or more steps, got \(stepCount)")
    var steps: [Int] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = word.trimmingSpaces
      guard let step = Int(trimmed) else { throw .notANumber(trimmed) }
      steps.append(min(max(step, 0), stepCount - 1))
    }
    listed = steps.sorted()
  }

  /// Spreads a number of rounds over the grid as the published trainer does without a list.
  ///
  ///     j floor(T / R),   j = 0 ..< R
  ///
  /// More rounds than steps give the interval 0, hence one fork at step 0; no rounds, no fork.
  /// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f.
  ///
  /// - Parameters:
  ///   - rounds: R.
  ///   - stepCount: T.
  public init(publishedRounds rounds: Int, stepCount: Int) {
    precondition(stepCount >= 1, "a grid has one or more steps, got \(stepCount)")
    listed = rounds > 0 ? (0..<rounds).map { $0 * (stepCount / rounds) } : []
  }

  private init(listed: [Int]) { self.listed = listed }

  /// The published default, called dense: steps 0, 3, 6 and 9 of 20.
  public static let dense = SplitPoints(listed: [0, 3, 6, 9])
  /// The published variant called mixed: steps 0, 4, 8 and 12 of 20.
  public static let mixed = SplitPoints(listed: [0, 4, 8, 12])
  /// The published variant called sparse: steps 0, 5, 10 and 15 of 20.
  public static let sparse = SplitPoints(listed: [0, 5, 10, 15])
  /// The published variant that splits late: steps 9, 12, 15 and 18 of 20.
  public static let late = SplitPoints(listed: [9, 12, 15, 18])
}

extension Substring {
  /// The word without spaces at its ends.
  fileprivate var trimmingSpaces: String {
    var word = self
    while word.first == " " { word.removeFirst() }
    while word.last == " " { word.removeLast() }
    return String(word)
  }
}
