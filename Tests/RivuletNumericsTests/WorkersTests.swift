import RivuletNumerics
import Synchronization
import Testing

struct WorkersTests {
  @Test func `results have the same bits in the same order on any number of threads`() {
    // Lengths that differ from piece to piece, so that threads overtake each other.
    let body: @Sendable (Int) -> Double = { piece in
      var value = Double(piece)
      for _ in 0..<(piece * 37) % 400 { value = value * 0.999 + 1 / (value + 1) }
      return value
    }
    let expected = (0..<500).map(body)
    for threads in [1, 2, 7] {
      let found = Workers(threads: threads).map(count: 500, body)
      #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test func `every piece runs once`() {
    let calls = Mutex([Int](repeating: 0, count: 1000))
    let indices = Workers(threads: 7).map(count: 1000) { piece in
      calls.withLock { $0[piece] += 1 }
      return piece
    }
    #expect(indices == Array(0..<1000))
    #expect(calls.withLock { $0 } == [Int](repeating: 1, count: 1000))
  }

  @Test func `one thread works where it is called`() {
    // Piece k sees exactly the k pieces before it.
    let done = Atomic<Int>(0)
    let seen = Workers(threads: 1).map(count: 20) { _ in
      done.wrappingAdd(1, ordering: .relaxed).oldValue
    }
    #expect(seen == Array(0..<20))
  }

  @Test(.enabled(if: Workers.available.threads >= 2))
  func `a long first piece does not hold up the others`() {
    // The first piece waits for all others; if any were queued behind it, it would wait for the
    // whole limit and see fewer. The limit is long because other tests may hold the processors.
    let done = Atomic<Int>(0)
    let clock = ContinuousClock()
    let seen = Workers(threads: 2).map(count: 40) { piece in
      if piece > 0 { return done.wrappingAdd(1, ordering: .relaxed).newValue }
      let limit = clock.now + .seconds(300)
      while done.load(ordering: .relaxed) < 39, clock.now < limit {}
      return done.load(ordering: .relaxed)
    }
    #expect(seen[0] == 39)
  }

  @Test func `no pieces and results that own memory are fine`() {
    #expect(Workers(threads: 4).map(count: 0) { $0 }.isEmpty)
    let texts = Workers(threads: 3).map(count: 50) { String(repeating: "x", count: $0) }
    #expect(texts.map(\.count) == Array(0..<50))
  }

  @Test func `work inside work comes to an end`() {
    let workers = Workers(threads: 3)
    let sums = workers.map(count: 6) { outer in
      workers.map(count: 5) { outer * 5 + $0 }.reduce(0, +)
    }
    #expect(sums == (0..<6).map { 25 * $0 + 10 })
  }

  @Test func `at least one processor is available`() {
    #expect(Workers.available.threads >= 1)
  }
}

extension WorkersTests {
  @Test func `no thread at all stops`() async {
    await #expect(processExitsWith: .failure) { _ = Workers(threads: 0) }
  }
}
