import Dispatch
import Synchronization
import Testing

@testable import RivuletNumerics

/// Teams of their own, so that there are helpers on every machine, and nobody else has them.
struct HelperThreadsTests {
  @Test func `every piece of many short regions runs once`() {
    // Regions of almost no work, so that helpers come too late for most of them.
    let team = HelperThreads(most: 3)
    let calls = (0..<5).map { _ in Counter() }
    for region in 1...20_000 {
      #expect(team.run(count: 5, threads: 4) { _, piece in calls[piece].add() })
      if calls.contains(where: { $0.value != region }) {
        #expect(calls.map(\.value) == [Int](repeating: region, count: 5))
        return
      }
    }
  }

  @Test func `a worker's number is below the threads and belongs to one thread at a time`() {
    let team = HelperThreads(most: 3)
    let users = (0..<3).map { _ in Counter() }
    let conflicts = Counter()
    for _ in 0..<300 {
      let done = team.run(count: 12, threads: 3) { worker, _ in
        if users[worker].add() != 1 { conflicts.add() }
        for _ in 0..<200 where users[worker].value != 1 { conflicts.add() }
        users[worker].subtract()
      }
      #expect(done)
    }
    #expect(conflicts.value == 0)
  }

  @Test func `helpers that sleep are woken`() {
    let team = HelperThreads(most: 1)
    let clock = ContinuousClock()
    let limit = clock.now + .seconds(300)
    // The first piece waits for the second, which only a helper can take.
    for _ in 0..<20 {
      let others = Counter()
      let done = team.run(count: 2, threads: 2) { _, _ in
        let mine = others.add()
        while mine == 1, others.value == 1, clock.now < limit {}
      }
      #expect(done && others.value == 2 && clock.now < limit)
      let end = clock.now + .milliseconds(2)
      while clock.now < end {}
    }
  }

  @Test func `a caller that finds the team taken is told so`() {
    let team = HelperThreads(most: 2)
    let refused = Counter()
    let done = team.run(count: 6, threads: 3) { _, _ in
      if !team.run(count: 2, threads: 3, { _, _ in }) { refused.add() }
    }
    #expect(done && refused.value == 6)
    #expect(team.run(count: 2, threads: 3) { _, _ in })
  }

  @Test func `without helpers the caller does everything in order`() {
    let team = HelperThreads(most: 0)
    let order = Mutex<[Int]>([])
    let done = team.run(count: 7, threads: 4) { worker, piece in
      order.withLock { $0.append(worker == 0 ? piece : -1) }
    }
    #expect(done && order.withLock { $0 } == Array(0..<7))
  }

  @Test func `several callers with work inside work all come to the right end`() {
    // Piece p of outer region r sums p + 0, ..., p + 5 over an inner region: 6 p + 15. Nine pieces
    // give 6 * 36 + 9 * 15 = 351.
    let wrong = Counter()
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      let workers = Workers(threads: 2 + caller)
      for _ in 0..<200 {
        let sums = workers.map(count: 9) { piece in
          let total = Counter()
          workers.run(count: 6) { _, inner in
            for _ in 0..<(piece + inner) { total.add() }
          }
          return total.value
        }
        if sums.reduce(0, +) != 351 { wrong.add() }
      }
    }
    #expect(wrong.value == 0)
  }
}

/// A number that several threads count up and down.
private final class Counter: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int { number.load(ordering: .sequentiallyConsistent) }

  @discardableResult func add() -> Int {
    number.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
  }

  func subtract() { number.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
}
