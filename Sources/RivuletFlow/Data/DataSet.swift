public import RivuletNumerics

/// A law of data from which samples are drawn by number.
///
/// Sample i comes from addresses with root i of children of the key, so that it does not depend on how
/// many samples are drawn, in which order, or by how many threads.
public protocol DataSet: Sendable {
  /// The dimension of the samples.
  var dimension: Int { get }

  /// Returns one sample.
  ///
  /// - Parameters:
  ///   - index: The number i of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: `dimension` numbers.
  func sample(_ index: UInt32, key: RandomKey) -> [Double]
}

extension DataSet {
  /// Returns ``StateTile/lanes`` consecutive samples.
  ///
  /// - Parameters:
  ///   - index: The number of the tile; lane l holds sample lanes x index + l.
  ///   - key: The key of the draw.
  /// - Returns: The samples.
  public func tile(_ index: Int, key: RandomKey) -> StateTile {
    let first = RolloutNoise.firstRoot(ofTile: index)
    var tile = StateTile(dimension: dimension)
    for lane in 0..<StateTile.lanes {
      tile.set(sample(first + UInt32(lane), key: key), lane: lane)
    }
    return tile
  }
}

/// A law of data whose exact velocity field is known in closed form.
public protocol ExactDataSet: DataSet {
  /// The form of the field.
  associatedtype Field: VelocityField

  /// The exact velocity of the flow from noise to this data, E[x_noise - x_data | x_t].
  var field: Field { get }
}

/// The draws of one sample: standard normals and uniform numbers, each under a child of its own.
struct SampleDraws {
  private let normals: RandomKey
  private let uniforms: RandomKey
  private let address: NoiseAddress

  init(_ index: UInt32, key: RandomKey) {
    normals = key.child("normal")
    uniforms = key.child("uniform")
    address = NoiseAddress(root: index)
  }

  func normal(count: Int) -> [Double] { normals.standardNormals(count: count, at: address) }

  func uniform(count: Int) -> [Double] { uniforms.uniforms(count: count, at: address) }

  /// Returns the whole number below `count` in which a uniform number in (0, 1) falls.
  static func choice(of count: Int, by uniform: Double) -> Int {
    // The product may round up to the count itself.
    min(count - 1, Int(uniform * Double(count)))
  }
}
