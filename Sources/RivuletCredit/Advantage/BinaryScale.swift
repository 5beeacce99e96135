/// A power of two that brings numbers into the middle of the exponent range, and its inverse.
///
/// Multiplying by it is exact, so a group of rewards of 1e300 or 1e-300 gives the advantages that
/// it gives at 1, and no square overflows or vanishes. The result does not change where the plain
/// formula works.
struct BinaryScale {
  /// 2^-e.
  let down: Double
  /// 2^e.
  let up: Double

  /// Makes a scale from its two numbers.
  init(down: Double, up: Double) {
    self.down = down
    self.up = up
  }

  /// Makes the scale that brings `magnitude` into [1, 2), or below 1 when it is subnormal.
  init(magnitude: Double) {
    precondition(
      magnitude <= Double.greatestFiniteMagnitude / 2,
      "rewards must be finite and of magnitude \(Double.greatestFiniteMagnitude / 2) or less, "
        + "got \(magnitude)")
    let exponent = max(UInt64(magnitude.exponentBitPattern), 1)
    down = Double(bitPattern: (2046 - exponent) << 52)
    up = Double(bitPattern: exponent << 52)
  }

  /// Makes the scale of the largest magnitude of some rewards; refuses NaN and infinity.
  init(covering rewards: some Sequence<Double>) {
    var largest = 0.0
    for reward in rewards {
      precondition(reward.isFinite, "rewards must be finite, got \(reward)")
      largest = max(largest, abs(reward))
    }
    self.init(magnitude: largest)
  }
}
