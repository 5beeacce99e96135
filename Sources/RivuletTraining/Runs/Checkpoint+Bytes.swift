public import RivuletNumerics

extension Checkpoint {
  private static let mark: [UInt8] = [0x89, 0x52, 0x56, 0x43, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let headerCount = 112
  private static let digestCount = 64

  /// The bytes of the checkpoint; equal checkpoints have equal bytes.
  public var bytes: [UInt8] {
    var size = Self.headerCount + Self.digestCount
    for array in arrays { size += 24 + array.name.utf8.count + array.values.byteCount }
    var bytes = Self.mark
    bytes.reserveCapacity(size)
    Self.append(UInt64(Self.layoutVersion), to: &bytes)
    Self.append(UInt64(size), to: &bytes)
    Self.append(UInt64(streamVersion), to: &bytes)
    Self.append(UInt64(iteration), to: &bytes)
    bytes += recipeDigest.utf8
    Self.append(UInt64(arrays.count), to: &bytes)
    for array in arrays {
      Self.append(UInt64(array.name.utf8.count), to: &bytes)
      bytes += array.name.utf8
      switch array.values {
      case .floats(let values):
        Self.append(1, to: &bytes)
        Self.append(UInt64(values.count), to: &bytes)
        for value in values {
          let bits = value.bitPattern
          for shift: UInt32 in [0, 8, 16, 24] {
            bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
          }
        }
      case .doubles(let values):
        Self.append(2, to: &bytes)
        Self.append(UInt64(values.count), to: &bytes)
        for value in values { Self.append(value.bitPattern, to: &bytes) }
      case .words(let values):
        Self.append(3, to: &bytes)
        Self.append(UInt64(values.count), to: &bytes)
        for value in values { Self.append(value, to: &bytes) }
      }
    }
    bytes += Self.digest(of: bytes[...]).utf8
    return bytes
  }

  /// Reads a checkpoint strictly.
  ///
  /// - Parameter bytes: All bytes of a file.
  /// - Throws: ``CheckpointError`` with the first thing that is wrong.
  public init(bytes: [UInt8]) throws(CheckpointError) {
    let start = bytes.prefix(8)
    guard Self.mark.starts(with: start) || Array(start) == Self.mark, !bytes.isEmpty else {
      throw .foreign(firstBytes: Array(start))
    }
    let least = UInt64(Self.headerCount + Self.digestCount)
    guard bytes.count >= 24 else { throw .wrongLength(expected: least, found: bytes.count) }
    var reader = ByteReader(bytes: bytes, offset: 8)
    let version = try reader.word()
    guard version == UInt64(Self.layoutVersion) else { throw .wrongVersion(found: version) }
    let size = max(try reader.word(), least)
    guard size == UInt64(bytes.count) else {
      throw .wrongLength(expected: size, found: bytes.count)
    }
    let end = bytes.count - Self.digestCount
    let recorded = String(decoding: bytes[end...], as: UTF8.self)
    let computed = Self.digest(of: bytes[..<end])
    guard recorded == computed else { throw .damaged(recorded: recorded, computed: computed) }
    reader.end = end
    let stream = try reader.count()
    let iteration = try reader.count()
    let recipeDigest = try reader.text(64)
    let arrayCount = try reader.count()
    var arrays: [NamedArray] = []
    for _ in 0..<arrayCount {
      let place = reader.offset
      let name = try reader.text(try reader.count())
      if arrays.contains(where: { $0.name == name }) {
        throw .malformed(offset: place, detail: "the array '\(name)' is there twice")
      }
      arrays.append(NamedArray(name, try reader.values()))
    }
    guard reader.offset == end else {
      throw .malformed(offset: reader.offset, detail: "\(end - reader.offset) bytes too many")
    }
    self.init(
      iteration: iteration, recipeDigest: recipeDigest, streamVersion: stream, arrays: arrays)
  }

  /// Reads a checkpoint strictly, and refuses one of another run.
  ///
  /// - Parameters:
  ///   - bytes: All bytes of a file.
  ///   - recipeDigest: SHA-256 of the recipe of the run.
  ///   - streamVersion: The version of the random streams of this program.
  /// - Throws: ``CheckpointError`` with the first thing that is wrong.
  public init(
    bytes: [UInt8], recipeDigest: String, streamVersion: Int = RandomKey.streamVersion
  ) throws(CheckpointError) {
    try self.init(bytes: bytes)
    guard self.recipeDigest == recipeDigest else {
      throw .wrongRecipe(expected: recipeDigest, found: self.recipeDigest)
    }
    guard self.streamVersion == streamVersion else {
      throw .wrongStream(expected: streamVersion, found: self.streamVersion)
    }
  }

  private static func digest(of bytes: ArraySlice<UInt8>) -> String {
    var digest = Digest()
    digest.update(bytes)
    return digest.hexadecimal
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}

extension Checkpoint.Values {
  /// The number of bytes that the elements take.
  var byteCount: Int {
    switch self {
    case .floats(let values): 4 * values.count
    case .doubles(let values): 8 * values.count
    case .words(let values): 8 * values.count
    }
  }
}

/// Takes numbers from bytes, and never more than there are.
private struct ByteReader {
  let bytes: [UInt8]
  var offset: Int
  var end: Int

  init(bytes: [UInt8], offset: Int) {
    self.bytes = bytes
    self.offset = offset
    end = bytes.count
  }

  mutating func word() throws(CheckpointError) -> UInt64 {
    try require(8)
    var word: UInt64 = 0
    for index in (0..<8).reversed() { word = word << 8 | UInt64(bytes[offset + index]) }
    offset += 8
    return word
  }

  mutating func count() throws(CheckpointError) -> Int {
    let place = offset
    guard let count = Int(exactly: try word()) else {
      throw .malformed(offset: place, detail: "a count of more than 63 bits")
    }
    return count
  }

  mutating func text(_ count: Int) throws(CheckpointError) -> String {
    try require(count)
    guard let text = String(validating: bytes[offset..<(offset + count)], as: UTF8.self) else {
      throw .malformed(offset: offset, detail: "a text that is no UTF-8")
    }
    offset += count
    return text
  }

  mutating func values() throws(CheckpointError) -> Checkpoint.Values {
    let place = offset
    let type = try word()
    let count = try count()
    guard (1...3).contains(type) else {
      throw .malformed(offset: place, detail: "arrays have the types 1 to 3, not \(type)")
    }
    try require(count, times: type == 1 ? 4 : 8)
    switch type {
    case 1:
      var values: [Float] = []
      values.reserveCapacity(count)
      for _ in 0..<count {
        var bits: UInt32 = 0
        for index in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[offset + index]) }
        offset += 4
        values.append(Float(bitPattern: bits))
      }
      return .floats(values)
    case 2:
      var values: [Double] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(Double(bitPattern: try word())) }
      return .doubles(values)
    default:
      var values: [UInt64] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(try word()) }
      return .words(values)
    }
  }

  private func require(_ count: Int, times size: Int = 1) throws(CheckpointError) {
    guard count <= (end - offset) / size else {
      throw .malformed(
        offset: offset, detail: "\(count) elements of \(size) bytes do not fit in what follows")
    }
  }
}
