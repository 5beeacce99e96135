import Rivulet
import RivuletKernels
import RivuletTestSupport
import Testing

/// Fixtures/random/philox.txt: known answers of Random123, then those of an independent script.
struct PhiloxAnswer {
  let counter: SIMD4<UInt32>
  let key: UInt64
  let block: [UInt32]

  static func all() throws -> [PhiloxAnswer] {
    try Fixtures.text("random/philox.txt").split(separator: "\n").map { line in
      let words = line.split(separator: " ").compactMap { UInt32($0, radix: 16) }
      try #require(words.count == 10)
      return PhiloxAnswer(
        counter: SIMD4(words[0], words[1], words[2], words[3]),
        key: UInt64(words[5]) << 32 | UInt64(words[4]), block: Array(words[6...]))
    }
  }
}

func philoxWords(_ counter: SIMD4<UInt32>, key: UInt64, count: Int) -> [UInt32] {
  [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
    initialized = count
    guard let output = buffer.baseAddress else { return }
    fillPhiloxWords(
      key: key, step: counter[1], node: counter[2], root: counter[3], firstBlock: counter[0],
      count: count, output: output)
  }
}

@Test func `the scalar Philox gives the published blocks`() throws {
  let answers = try PhiloxAnswer.all()
  #expect(answers.count == 91)
  for answer in answers {
    let block = Philox.block(counter: answer.counter, key: answer.key)
    #expect((0..<4).map { block[$0] } == answer.block)
  }
}

@Test func `the Philox kernel gives the published blocks`() throws {
  for answer in try PhiloxAnswer.all() {
    #expect(philoxWords(answer.counter, key: answer.key, count: 4) == answer.block)
  }
}

@Test func `every lane of the Philox kernel is a block of the scalar form`() {
  // The block number wraps at 2^32 inside the first group of eight.
  let counter = SIMD4<UInt32>(UInt32.max - 2, 11, 22, 33)
  let words = philoxWords(counter, key: 0x0123_4567_89AB_CDEF, count: 4 * 21)
  for block in 0..<21 {
    var moved = counter
    moved[0] = counter[0] &+ UInt32(block)
    let expected = Philox.block(counter: moved, key: 0x0123_4567_89AB_CDEF)
    #expect(Array(words[(4 * block)..<(4 * block + 4)]) == (0..<4).map { expected[$0] })
  }
}

@Test func `a shorter list of words begins a longer one`() {
  let long = philoxWords(SIMD4(0, 1, 2, 3), key: 99, count: 70)
  for count in 0...69 {
    #expect(philoxWords(SIMD4(0, 1, 2, 3), key: 99, count: count) == Array(long[..<count]))
  }
}
