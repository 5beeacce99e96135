import RivuletKernels

extension RandomKey {
  /// Returns uniform numbers in (0, 1), four a block.
  ///
  ///     u = (word + 1/2) 2^-32
  ///
  /// Exact; the smallest is 2^-33 and the largest 1 - 2^-33.
  ///
  /// - Parameters:
  ///   - count: How many; at most 2^34. A longer list begins with the shorter one.
  ///   - address: Where the draw stands.
  /// - Returns: `count` independent numbers; number i is word i mod 4 of block i / 4.
  public func uniforms(count: Int, at address: NoiseAddress = NoiseAddress(root: 0)) -> [Double] {
    Self.check(address, count: count)
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let output = buffer.baseAddress else { return }
      fillUniforms(
        key: word, step: address.step, node: address.node, root: address.root, count: count,
        output: output)
    }
  }

  /// Returns independent standard normal numbers, four a block.
  ///
  /// Box-Muller on words (0, 1) and (2, 3) of each block:
  ///
  ///     u_i = (word_i + 1/2) 2^-32,   z_0 = r cos(2 pi u_1),  z_1 = r sin(2 pi u_1),
  ///     r = sqrt(-2 log u_0)
  ///
  /// in IEEE + - * / and square root without fused operations, so the bits are the same everywhere.
  /// Each number is within 4 units in the last place of this formula at its words. No number exceeds
  /// 6.77 in size, and the normal law's tail beyond 6.66, with mass 3e-11, is lost.
  ///
  /// - Parameters:
  ///   - count: How many; at most 2^34. A longer list begins with the shorter one.
  ///   - address: Where the draw stands.
  /// - Returns: `count` independent numbers with mean 0 and variance 1.
  public func standardNormals(
    count: Int, at address: NoiseAddress = NoiseAddress(root: 0)
  ) -> [Double] {
    Self.check(address, count: count)
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let output = buffer.baseAddress else { return }
      fillNormals(
        key: word, step: address.step, node: address.node, root: address.root, count: count,
        output: output)
    }
  }

  /// Fills rows of standard normals for consecutive roots, one row for each dimension.
  ///
  /// `output[d * lanes + l]` is dimension d of root `address.root + l`, bit-equal to element d of
  /// ``standardNormals(count:at:)`` at that root.
  ///
  /// - Parameters:
  ///   - dimension: The number of rows.
  ///   - lanes: The length of a row; the last root is still below the reserved one.
  ///   - address: Where the draw of the first lane stands.
  ///   - output: Room for exactly `dimension` times `lanes` numbers.
  public func fillStandardNormals(
    dimension: Int, lanes: Int, at address: NoiseAddress,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(
      dimension >= 0 && lanes >= 0 && output.count == dimension * lanes,
      "\(dimension) rows of \(lanes) normals do not fill \(output.count) places")
    precondition(
      lanes <= Int(NoiseAddress.reservedRoot) - Int(address.root),
      "the roots \(address.root) and the \(lanes) from it reach the reserved root")
    guard let base = output.baseAddress else { return }
    fillNormalRows(
      key: word, step: address.step, node: address.node, firstRoot: address.root,
      dimension: dimension, lanes: lanes, output: base)
  }

  /// Refuses the reserved root and counts that would use a block twice.
  static func check(_ address: NoiseAddress, count: Int) {
    precondition(
      address.root != NoiseAddress.reservedRoot, "root \(address.root) is reserved for keys")
    precondition(
      count >= 0 && count <= 1 << 34, "an address holds 0 to 2^34 numbers, asked for \(count)")
  }
}
