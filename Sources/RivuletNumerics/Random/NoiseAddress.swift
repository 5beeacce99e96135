/// Where a draw stands: every number that a run draws has its own coordinates, whatever is drawn before.
///
/// The three coordinates are the upper three words of a Philox counter; the lowest word counts the
/// blocks of four numbers inside an address.
public struct NoiseAddress: Sendable, Hashable {
  /// The root that is no address: its blocks make the keys of children.
  public static let reservedRoot = UInt32.max

  /// The number of the initial state: the seed of a branch group, the tree, the chain.
  ///
  /// Any number but ``reservedRoot``.
  public var root: UInt32
  /// The step, 0 for the noisiest.
  public var step: UInt32
  /// The node among those drawn at this step from this root: the branch index, or 0 for a chain.
  public var node: UInt32

  /// Makes an address.
  ///
  /// - Parameters:
  ///   - root: The number of the initial state; any number but ``reservedRoot``.
  ///   - step: The step.
  ///   - node: The node.
  public init(root: UInt32, step: UInt32 = 0, node: UInt32 = 0) {
    self.root = root
    self.step = step
    self.node = node
  }
}
