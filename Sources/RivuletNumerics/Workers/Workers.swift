import Dispatch
import Synchronization

/// A fixed number of threads over which numbered pieces of work are spread.
///
/// Results come back in the order of the pieces, so they do not depend on the number of threads.
///
/// Values of this type own no threads: the process has one team of helpers, which wait for work, so that
/// a region of pieces costs a few hundred nanoseconds once it is warm. While the team is busy, with the
/// work of another thread or with that in which this one is nested, the threads of the system help.
public struct Workers: Sendable {
  /// The number of threads used at most.
  public let threads: Int

  /// Makes a pool description.
  ///
  /// - Parameter threads: The number of threads used at most; one or more. One runs every piece
  ///   on the calling thread.
  public init(threads: Int) {
    precondition(threads >= 1, "workers need one or more threads, got \(threads)")
    self.threads = threads
  }

  /// One thread for each processor that the process may use.
  public static let available = Workers(threads: Processors.count)

  /// Returns `body(0), body(1), ...` in order, computed on up to `threads` threads.
  ///
  /// Each thread takes the next piece that nobody has taken, so a long piece holds up one thread
  /// only. Pieces start in rising order. For equal bits on any number of threads, `body` computes
  /// its result from its index alone.
  ///
  /// - Parameters:
  ///   - count: The number of pieces; zero or more.
  ///   - body: What computes a piece; called once for each index in 0 ..< count.
  /// - Returns: The results in the order of their indices.
  public func map<Result: Sendable>(count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    precondition(count >= 0, "work has zero or more pieces, got \(count)")
    if min(threads, count) <= 1 { return (0..<count).map(body) }
    return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Each place is written by the one thread that took its index, and read after all ended.
      nonisolated(unsafe) let places = buffer
      run(count: count) { _, index in places.initializeElement(at: index, to: body(index)) }
      initialized = count
    }
  }

  /// Runs pieces of work that have no result of their own, without taking memory for results.
  ///
  /// As in ``map(count:_:)`` each thread takes the next piece that nobody has taken.
  ///
  /// - Parameters:
  ///   - count: The number of pieces; zero or more.
  ///   - body: What does a piece. It gets the number of the worker, below ``threads``, whose memory
  ///     nobody else uses meanwhile, and the index of the piece.
  public func run(count: Int, _ body: @Sendable (_ worker: Int, _ piece: Int) -> Void) {
    precondition(count >= 0, "work has zero or more pieces, got \(count)")
    let used = min(threads, count)
    if used <= 1 {
      for piece in 0..<count { body(0, piece) }
      return
    }
    if HelperThreads.shared.run(count: count, threads: used, body) { return }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: used) { worker in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if piece >= count { return }
        body(worker, piece)
      }
    }
  }
}
