import CRivuletProcessor
import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The threads that help with work, one fewer than there are processors, and one team for the process.
///
/// The team helps one region of work at a time. A region is *opened* by its caller, who takes pieces like
/// everybody, and *closed* when no piece is left; whoever has not joined by then does not join at all.
/// So a caller waits for pieces under way alone, and never for a thread that the system does not run.
///
/// A helper without work looks for a region for some microseconds, because training opens one region
/// after another, and then sleeps until a caller wakes it. Nothing here takes memory for a region, apart
/// from what a closure needs that is seen by several threads.
final class HelperThreads: Sendable {
  /// The team.
  static let shared = HelperThreads(most: Processors.count - 1)

  /// The most helpers that there will be.
  let most: Int

  /// The work of the open region: written by its caller while nobody can join.
  nonisolated(unsafe) private let work: UnsafeMutablePointer<Work>

  /// Whether a caller has the team.
  private let isTaken = Atomic<Bool>(false)
  /// The open region and who has joined it.
  private let region = Atomic<Region>(Region())
  /// The next piece that nobody has taken.
  private let next = Atomic<Int>(0)
  /// The helpers that joined the closed region less those that left it, and ``callerSleeps``.
  private let balance = Atomic<Int>(0)
  /// The helpers that sleep and that nobody has promised to wake.
  private let sleepers = Atomic<Int>(0)
  /// The helpers that were started; changed by who has the team.
  private let started = Atomic<Int>(0)
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// What is added to the balance by a caller that sleeps until all have left.
  private static let callerSleeps = 1 << 32
  /// How long a thread looks for a change before it sleeps.
  private static let patience = Duration.microseconds(50)

  /// Makes a team without a thread; they are started when they are wanted, and live as long as the
  /// process.
  init(most: Int) {
    self.most = max(0, most)
    work = .allocate(capacity: 1)
    work.initialize(to: Work())
  }

  /// Does numbered pieces together with helpers, if they are free.
  ///
  /// - Parameters:
  ///   - count: The number of pieces.
  ///   - threads: The most threads, the caller included.
  ///   - body: What does a piece: the number of the worker, and of the piece.
  /// - Returns: Whether the work was done; false where another caller has the team.
  func run(count: Int, threads: Int, _ body: (Int, Int) -> Void) -> Bool {
    let wanted = min(threads - 1, most)
    if isTaken.exchange(true, ordering: .acquiring) { return false }
    start(upTo: wanted)
    next.store(0, ordering: .relaxed)
    withoutActuallyEscaping(body) { body in
      work.pointee = Work(count: count, body: body)
      open(to: wanted)
      takePieces(worker: 0)
      close()
      work.pointee = Work()
    }
    isTaken.store(false, ordering: .releasing)
    return true
  }

  private func takePieces(worker: Int) {
    let count = work.pointee.count
    let body = work.pointee.body
    while true {
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if piece >= count { return }
      body(worker, piece)
    }
  }

  /// Lets helpers join, and wakes as many as sleep.
  private func open(to helpers: Int) {
    // Of this exchange and the look at the sleepers, and of a sleeper's count and its look at the
    // region, one comes first in the order that all threads see; so nobody sleeps through a region.
    region.store(
      region.load(ordering: .relaxed).opened(to: helpers), ordering: .sequentiallyConsistent)
    var sleeping = sleepers.load(ordering: .sequentiallyConsistent)
    while sleeping > 0 {
      let woken = min(sleeping, helpers)
      let change = sleepers.compareExchange(
        expected: sleeping, desired: sleeping - woken, ordering: .sequentiallyConsistent)
      if change.exchanged {
        for _ in 0..<woken { wake.signal() }
        return
      }
      sleeping = change.original
    }
  }

  /// Lets nobody join any more, and waits for those who have.
  private func close() {
    let last = region.load(ordering: .relaxed).closed
    let joined = region.exchange(last, ordering: .acquiringAndReleasing).joined
    if joined == 0 { return }
    balance.wrappingAdd(joined, ordering: .acquiringAndReleasing)
    _ = look { balance.load(ordering: .acquiring) == 0 }
    var left = balance.load(ordering: .acquiring)
    while left != 0 {
      let change = balance.compareExchange(
        expected: left, desired: left + Self.callerSleeps, ordering: .acquiringAndReleasing)
      if change.exchanged {
        ended.wait()
        balance.store(0, ordering: .relaxed)
        return
      }
      left = change.original
    }
  }
}

extension HelperThreads {
  /// Numbered pieces of work.
  struct Work {
    var count = 0
    var body: (Int, Int) -> Void = { _, _ in }
  }

  /// A region in one word: its number, whether it is open, how many may join and how many have.
  struct Region: AtomicRepresentable, Equatable {
    typealias AtomicRepresentation = UInt64.AtomicRepresentation

    private var word: UInt64 = 0

    private init(word: UInt64) { self.word = word }

    /// The region before the first one, closed.
    init() {}

    /// The number of the region.
    var number: UInt64 { word >> 33 }
    /// How many helpers have joined.
    var joined: Int { Int(word & 0xFFFF) }
    /// Whether a helper that was last in region `seen` can join.
    func canBeJoined(after seen: UInt64) -> Bool {
      word & 1 << 32 != 0 && number != seen && word & 0xFFFF < word >> 16 & 0xFFFF
    }
    /// The region with one more helper.
    var withOneMore: Region { Region(word: word + 1) }
    /// The region after this one, open to a number of helpers.
    func opened(to helpers: Int) -> Region {
      let limit = UInt64(min(helpers, 0xFFFF))
      return Region(word: (number &+ 1) << 33 | 1 << 32 | limit << 16)
    }
    /// The region when nobody can join any more.
    var closed: Region { Region(word: number << 33) }

    static func encodeAtomicRepresentation(_ region: consuming Region) -> AtomicRepresentation {
      UInt64.encodeAtomicRepresentation(region.word)
    }

    static func decodeAtomicRepresentation(
      _ representation: consuming AtomicRepresentation
    ) -> Region {
      Region(word: UInt64.decodeAtomicRepresentation(representation))
    }
  }
}

extension HelperThreads {
  /// Starts helpers until there are so many, or the system refuses.
  private func start(upTo wanted: Int) {
    var count = started.load(ordering: .relaxed)
    while count < wanted {
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let team = Unmanaged.passRetained(self)
      let code = pthread_create(&thread, nil, { HelperThreads.begin($0) }, team.toOpaque())
      if code != 0 {
        team.release()
        break
      }
      #if canImport(Darwin)
        if let thread { pthread_detach(thread) }
      #else
        pthread_detach(thread)
      #endif
      count += 1
    }
    started.store(count, ordering: .relaxed)
  }

  /// What a thread begins with; the pointer is its team.
  private static func begin(_ team: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let team else { return nil }
    Unmanaged<HelperThreads>.fromOpaque(team).takeUnretainedValue().help()
  }

  /// What a helper does for the rest of the process.
  private func help() -> Never {
    var seen: UInt64 = 0
    while true {
      let found = region.load(ordering: .acquiring)
      guard found.canBeJoined(after: seen) else {
        if !look({ region.load(ordering: .relaxed).canBeJoined(after: seen) }) {
          sleep(after: seen)
        }
        continue
      }
      let change = region.compareExchange(
        expected: found, desired: found.withOneMore, ordering: .acquiringAndReleasing)
      if change.exchanged {
        seen = found.number
        takePieces(worker: found.joined + 1)
        leave()
      }
    }
  }

  /// Tells the caller that one helper fewer uses its work.
  private func leave() {
    let left = balance.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
    if left == Self.callerSleeps { ended.signal() }
  }

  /// Sleeps until a caller wakes it, unless there is a region to join.
  private func sleep(after seen: UInt64) {
    var sleeping = sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    if region.load(ordering: .sequentiallyConsistent).canBeJoined(after: seen) {
      while sleeping > 0 {
        let change = sleepers.compareExchange(
          expected: sleeping, desired: sleeping - 1, ordering: .sequentiallyConsistent)
        if change.exchanged { return }
        sleeping = change.original
      }
    }
    // Where somebody has already promised to wake it, this ends at once.
    wake.wait()
  }

  /// Looks for a change for a while, and returns whether it came.
  private func look(_ hasCome: () -> Bool) -> Bool {
    let clock = SuspendingClock()
    let end = clock.now + Self.patience
    repeat {
      for _ in 0..<32 {
        if hasCome() { return true }
        rivulet_pause()
      }
    } while clock.now < end
    return false
  }
}
