import RivuletKernels

extension RandomKey {
  /// Returns a uniformly random order of 0 ..< count.
  ///
  /// The shuffle of Fisher and Yates from the last place down: place i exchanges with a place drawn
  /// uniformly from 0 ... i. The draw takes the words of the address in order and is exact: with
  /// n = i + 1 it is the upper half of word times n, and a word whose lower half of that product is
  /// below 2^32 mod n is passed over, because without it some places would be more likely by up to
  /// n 2^-32.
  ///
  /// - Parameters:
  ///   - count: At most 2^32.
  ///   - address: Where the draw stands.
  /// - Returns: Each order with the same probability, as far as the words are uniform.
  public func permutation(count: Int, at address: NoiseAddress = NoiseAddress(root: 0)) -> [Int] {
    Self.check(address, count: count)
    precondition(count <= 1 << 32, "a permutation has at most 2^32 places, got \(count)")
    var order = Array(0..<count)
    guard count > 1 else { return order }
    var words = WordStream(key: self, address: address, expected: count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, words.nextBelow(UInt64(last) + 1))
    }
    return order
  }
}

/// The words of one address in order, fetched some blocks at a time.
package struct WordStream {
  private let key: RandomKey
  private let address: NoiseAddress
  private var words: [UInt32]
  private var position: Int
  private var nextBlock: UInt32 = 0

  /// Makes a stream that expects to give out about the given number of words.
  package init(key: RandomKey, address: NoiseAddress, expected: Int) {
    self.key = key
    self.address = address
    // Whole groups of eight blocks, which is what the kernel makes at once.
    words = [UInt32](repeating: 0, count: min(max(32, (expected + 31) / 32 * 32), 4096))
    position = words.count
  }

  private mutating func next() -> UInt32 {
    if position == words.count {
      words.withUnsafeMutableBufferPointer { buffer in
        guard let output = buffer.baseAddress else { return }
        fillPhiloxWords(
          key: key.word, step: address.step, node: address.node, root: address.root,
          firstBlock: nextBlock, count: buffer.count, output: output)
      }
      nextBlock &+= UInt32(words.count / 4)
      position = 0
    }
    position += 1
    return words[position - 1]
  }

  /// Draws a uniform integer in 0 ..< bound; the bound is at most 2^32.
  package mutating func nextBelow(_ bound: UInt64) -> Int {
    let refused = (1 << 32) % bound
    while true {
      let product = UInt64(next()) * bound
      if product & 0xFFFF_FFFF >= refused { return Int(product >> 32) }
    }
  }
}
