/// A hash of 64 bits of the state after one iteration, to find the first one that differs.
///
///     h <- rotate((h xor word) 0x9E3779B97F4A7C15, 29),   h_0 = 0x243F6A8885A308D3
///
/// Each step can be undone, so states that differ in one word alone never have one hash. It is quick
/// and no protection against intent; checkpoints have a SHA-256.
public struct TrailHash: Sendable, Hashable {
  /// The hash of everything taken in so far.
  public private(set) var word: UInt64 = 0x243F_6A88_85A3_08D3

  /// Makes the hash of nothing yet.
  public init() {}

  /// Takes in a whole number.
  ///
  /// - Parameter word: Any number.
  public mutating func update(_ word: UInt64) {
    let product = (self.word ^ word) &* 0x9E37_79B9_7F4A_7C15
    self.word = product << 29 | product >> 35
  }

  /// Takes in the bits of numbers of double precision.
  ///
  /// - Parameter values: The numbers; their count is no part of the hash.
  public mutating func update(_ values: [Double]) {
    for value in values { update(value.bitPattern) }
  }

  /// Takes in the bits of numbers of single precision.
  ///
  /// - Parameter values: The numbers; their count is no part of the hash.
  public mutating func update(_ values: [Float]) {
    for value in values { update(UInt64(value.bitPattern)) }
  }

  /// The hash as 16 hexadecimal digits.
  public var hexadecimal: String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The hashes of a run, one for each iteration.
public struct HashTrail: Sendable, Hashable {
  /// What is wrong with a trail.
  public struct Invalid: Error, Hashable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The line itself.
    public let text: String

    /// The place and what would be right.
    public var description: String {
      "line \(line) is '\(text)'; it must be '\(line)', a space and 16 hexadecimal digits"
    }
  }

  /// The hash after iteration i at index i - 1, as 16 hexadecimal digits.
  public let hashes: [String]

  /// Makes a trail from its hashes.
  ///
  /// - Parameter hashes: The hash after iteration i at index i - 1, 16 hexadecimal digits each.
  public init(hashes: [String]) { self.hashes = hashes }

  /// Reads a trail: line i is the number i, a space, and the hash after iteration i.
  ///
  /// A last line without a line break was cut off by the end of a process, and is left out.
  ///
  /// - Parameter text: The text of the file.
  /// - Throws: ``Invalid`` with the first line that is wrong.
  public init(text: String) throws(Invalid) {
    var hashes: [String] = []
    for line in completeLines(of: text) {
      let number = hashes.count + 1
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, words[0] == "\(number)", words[1].utf8.count == 16,
        words[1].utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
      else { throw Invalid(line: number, text: String(line.prefix(60))) }
      hashes.append(String(words[1]))
    }
    self.hashes = hashes
  }

  /// The text of the file.
  public var text: String {
    var text = ""
    for (index, hash) in hashes.enumerated() { text += Self.line(index + 1, hash) }
    return text
  }

  /// Returns the first iteration after which two runs differ, where both have one.
  ///
  /// - Parameter other: Another trail.
  /// - Returns: The number of the iteration, from 1; nil where the shorter trail starts the longer.
  public func firstDifference(from other: HashTrail) -> Int? {
    for (index, pair) in zip(hashes, other.hashes).enumerated() where pair.0 != pair.1 {
      return index + 1
    }
    return nil
  }

  static func line(_ iteration: Int, _ hash: String) -> String { "\(iteration) \(hash)\n" }
}

/// Returns where each complete line ends, behind its line break.
func lineEnds(of bytes: [UInt8]) -> [Int] {
  bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
}

/// Returns the lines that end in a line break, without it; a rest without one is left out.
func completeLines(of text: String) -> [Substring] {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  lines.removeLast()
  return lines
}
