/// Floats in memory of their own, aligned to a cache line and padded to whole groups of eight.
///
/// Pieces of work on several threads write disjoint parts of it, and what one phase wrote is read only
/// after all pieces of that phase have ended; hence the promise to the compiler.
final class FloatMemory: @unchecked Sendable {
  /// The first number.
  let start: UnsafeMutablePointer<Float>
  /// The number of floats, a multiple of sixteen.
  let count: Int

  /// Takes memory for at least `count` zeros.
  init(count: Int) {
    self.count = FloatMemory.padded(count)
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, 4 * self.count), alignment: 64)
    start = raw.bindMemory(to: Float.self, capacity: self.count)
    start.initialize(repeating: 0, count: self.count)
  }

  deinit { start.deallocate() }

  /// The next multiple of sixteen, so that what follows starts on a cache line.
  static func padded(_ count: Int) -> Int { (count + 15) & ~15 }
}
