import RivuletKernels
public import RivuletFlow

/// A linear or diagonal quadratic reward in single precision: c + sum_d (b_d + a_d x_d) x_d.
public struct QuadraticTileReward: TileReward, Hashable {
  private let linear: [Float]
  private let quadratic: [Float]
  private let offset: Float

  /// Makes a reward.
  ///
  /// - Parameters:
  ///   - linear: b, one number for each dimension.
  ///   - quadratic: a, as many; nil for a linear reward.
  ///   - offset: c.
  public init(linear: [Double], quadratic: [Double]? = nil, offset: Double = 0) {
    precondition(!linear.isEmpty, "a reward needs one or more dimensions")
    precondition(
      quadratic.map { $0.count == linear.count } ?? true,
      "there are \(quadratic?.count ?? 0) quadratic factors for \(linear.count) linear ones")
    self.linear = linear.map { Float($0) }
    self.quadratic = (quadratic ?? []).map { Float($0) }
    self.offset = Float(offset)
  }

  /// Takes over a linear reward of double precision.
  ///
  /// - Parameter reward: The reward.
  public init(_ reward: LinearReward) {
    self.init(linear: reward.gradient, offset: reward.offset)
  }

  /// Takes over a quadratic reward of double precision.
  ///
  /// - Parameter reward: The reward, whose curvature q becomes a = -q / 2.
  public init(_ reward: QuadraticReward) {
    self.init(
      linear: reward.gradient, quadratic: reward.curvatures.map { -$0 / 2 }, offset: reward.offset)
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { linear.count }

  /// Writes the reward of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: Not read.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    linear.withUnsafeBufferPointer { linear in
      quadratic.withUnsafeBufferPointer { quadratic in
        guard let b = linear.baseAddress else { return }
        singleQuadratic(
          state: state, rows: dimension, lanes: lanes, linear: b,
          quadratic: quadratic.isEmpty ? nil : quadratic.baseAddress, offset: offset,
          rewards: rewards)
      }
    }
  }
}
