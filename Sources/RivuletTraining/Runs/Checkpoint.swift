/// The state of a run between two iterations, as named arrays of numbers.
///
/// What the arrays mean is the trainer's business. The bytes of a checkpoint are
///
///     0    8 bytes     89 52 56 43 0D 0A 1A 0A, which text conversions and cuts destroy
///     8    UInt64      the version of this layout, 1
///     16   UInt64      the number of bytes of the whole file
///     24   UInt64      the version of the random streams
///     32   UInt64      the number of iterations that are done
///     40   64 bytes    SHA-256 of the recipe, hexadecimal
///     104  UInt64      the number of arrays, and each of them: the length of its name, the name in
///                      UTF-8, its type (1 Float, 2 Double, 3 UInt64), its count, its elements
///     end  64 bytes    SHA-256 of all bytes before, hexadecimal
///
/// with the least significant byte first.
public struct Checkpoint: Sendable, Hashable {
  /// The version of the layout.
  public static let layoutVersion = 1

  /// The elements of an array.
  public enum Values: Sendable, Hashable {
    /// Single precision.
    case floats([Float])
    /// Double precision.
    case doubles([Double])
    /// Whole numbers of 64 bits.
    case words([UInt64])
  }

  /// An array with its name.
  public struct NamedArray: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The elements.
    public let values: Values

    /// Makes an array.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - values: The elements.
    public init(_ name: String, _ values: Values) {
      self.name = name
      self.values = values
    }
  }

  /// The number of iterations that are done.
  public let iteration: Int
  /// SHA-256 of the recipe, as ``Recipe/digest()`` gives it.
  public let recipeDigest: String
  /// The version of the random streams.
  public let streamVersion: Int
  /// The arrays, each name once.
  public let arrays: [NamedArray]

  /// Makes a checkpoint.
  ///
  /// - Parameters:
  ///   - iteration: The number of iterations that are done, not negative.
  ///   - recipeDigest: SHA-256 of the recipe, 64 hexadecimal digits.
  ///   - streamVersion: The version of the random streams.
  ///   - arrays: The arrays, each name once.
  public init(iteration: Int, recipeDigest: String, streamVersion: Int, arrays: [NamedArray]) {
    precondition(iteration >= 0, "iterations must not be negative, got \(iteration)")
    precondition(
      recipeDigest.utf8.count == 64, "a digest has 64 digits, got \(recipeDigest.utf8.count)")
    precondition(streamVersion >= 0, "a version must not be negative, got \(streamVersion)")
    for (index, array) in arrays.enumerated() {
      precondition(
        !arrays[..<index].contains { $0.name == array.name },
        "there are two arrays with the name '\(array.name)'")
    }
    self.iteration = iteration
    self.recipeDigest = recipeDigest
    self.streamVersion = streamVersion
    self.arrays = arrays
  }

  /// Returns an array of single precision.
  ///
  /// - Parameters:
  ///   - name: The name of the array.
  ///   - count: The number of elements that it must have; nil for any.
  /// - Returns: The elements.
  /// - Throws: ``CheckpointError/wrongArray(name:expected:found:)``.
  public func floats(_ name: String, count: Int? = nil) throws(CheckpointError) -> [Float] {
    guard case .floats(let values) = self[name], count ?? values.count == values.count else {
      throw wrongArray(name, "Float", count)
    }
    return values
  }

  /// Returns an array of double precision.
  ///
  /// - Parameters:
  ///   - name: The name of the array.
  ///   - count: The number of elements that it must have; nil for any.
  /// - Returns: The elements.
  /// - Throws: ``CheckpointError/wrongArray(name:expected:found:)``.
  public func doubles(_ name: String, count: Int? = nil) throws(CheckpointError) -> [Double] {
    guard case .doubles(let values) = self[name], count ?? values.count == values.count else {
      throw wrongArray(name, "Double", count)
    }
    return values
  }

  /// Returns an array of whole numbers.
  ///
  /// - Parameters:
  ///   - name: The name of the array.
  ///   - count: The number of elements that it must have; nil for any.
  /// - Returns: The elements.
  /// - Throws: ``CheckpointError/wrongArray(name:expected:found:)``.
  public func words(_ name: String, count: Int? = nil) throws(CheckpointError) -> [UInt64] {
    guard case .words(let values) = self[name], count ?? values.count == values.count else {
      throw wrongArray(name, "UInt64", count)
    }
    return values
  }

  private subscript(name: String) -> Values? { arrays.first { $0.name == name }?.values }

  private func wrongArray(_ name: String, _ type: String, _ count: Int?) -> CheckpointError {
    let found =
      switch self[name] {
      case .floats(let values): "\(values.count) elements of Float"
      case .doubles(let values): "\(values.count) elements of Double"
      case .words(let values): "\(values.count) elements of UInt64"
      case nil: "no such array"
      }
    return .wrongArray(
      name: name, expected: (count.map { "\($0) " } ?? "") + "elements of \(type)", found: found)
  }
}

/// What is wrong with a checkpoint.
public enum CheckpointError: Error, Hashable, CustomStringConvertible {
  /// The file does not start as a checkpoint does.
  case foreign(firstBytes: [UInt8])
  /// The file has another layout.
  case wrongVersion(found: UInt64)
  /// The file is shorter or longer than it says; the first number is what it should have.
  case wrongLength(expected: UInt64, found: Int)
  /// The digest at the end is not that of the bytes before it.
  case damaged(recorded: String, computed: String)
  /// The digest fits, but the contents are none of this layout.
  case malformed(offset: Int, detail: String)
  /// The checkpoint belongs to another recipe.
  case wrongRecipe(expected: String, found: String)
  /// The checkpoint was made with other random streams.
  case wrongStream(expected: Int, found: Int)
  /// The file has the name of another iteration.
  case wrongIteration(expected: Int, found: Int)
  /// An array is missing, or has another type or count.
  case wrongArray(name: String, expected: String, found: String)

  /// The rule that is broken, with the place and the value.
  public var description: String {
    switch self {
    case .foreign(let bytes):
      "it is no checkpoint: it starts with "
        + (bytes.isEmpty ? "nothing" : bytes.map(Self.hexadecimal).joined(separator: " "))
    case .wrongVersion(let found):
      "byte 8: it has the layout \(found), and this program reads \(Checkpoint.layoutVersion)"
    case .wrongLength(let expected, let found):
      found < expected
        ? "it is cut off after \(found) of \(expected) bytes"
        : "it has \(found) bytes, more than the \(expected) of its header"
    case .damaged(let recorded, let computed):
      "it is damaged: its digest is \(recorded.prefix(12))..., its bytes give "
        + "\(computed.prefix(12))..."
    case .malformed(let offset, let detail): "byte \(offset): \(detail)"
    case .wrongRecipe(let expected, let found):
      "it belongs to the recipe with the digest \(found.prefix(12))..., this run's is "
        + "\(expected.prefix(12))..."
    case .wrongStream(let expected, let found):
      "it was made with version \(found) of the random streams, this program has \(expected)"
    case .wrongIteration(let expected, let found):
      "its name says iteration \(expected), its contents \(found)"
    case .wrongArray(let name, let expected, let found):
      "the array '\(name)' must have \(expected); there is \(found)"
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
