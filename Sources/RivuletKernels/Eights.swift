/// The starts of groups of eight numbers in rising order.
///
/// A loop over these costs one addition and one comparison a turn; one over a stride of the standard
/// library checks for overflow too, which shows where the body is a handful of instructions.
struct Eights: Sequence, IteratorProtocol {
  private var place: Int
  private let end: Int

  /// Makes the starts 0, 8, 16 and so on below a number.
  @inline(__always)
  init(below end: Int) { self.init(from: 0, below: end) }

  /// Makes the starts of groups from one place on, below a number.
  @inline(__always)
  init(from start: Int, below end: Int) {
    place = start
    self.end = end
  }

  @inline(__always)
  mutating func next() -> Int? {
    guard place < end else { return nil }
    let start = place
    place &+= 8
    return start
  }
}
