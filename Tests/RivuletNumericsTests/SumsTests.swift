import RivuletNumerics
import RivuletTestSupport
import Testing

struct SumsTests {
  /// Numbers of mixed sign and magnitude from a congruential generator written out here.
  private func numbers(_ count: Int) -> [Double] {
    var state: UInt64 = 12345
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) * 0x1p-52
    }
  }

  @Test func `integers add exactly for every count`() {
    for count in 0...1030 {
      let values = (0..<count).map { Double($0) }
      #expect(Sums.sum(values) == Double(count * (count - 1) / 2))
    }
  }

  @Test func `computed terms add to the same bits as an array`() {
    for count in [0, 1, 5, 127, 128, 129, 1000, 4099] {
      let values = numbers(count)
      #expect(Sums.sum(values) == Sums.sum(count: count) { values[$0] })
    }
  }

  @Test func `the shape is the documented one`() {
    // 300 = 256 + 44 and 256 = 128 + 128; a block is four runs. Written out by hand.
    let values = numbers(300)
    func block(_ range: Range<Int>) -> Double {
      var runs = [0.0, 0.0, 0.0, 0.0]
      for index in range { runs[(index - range.lowerBound) % 4] += values[index] }
      return (runs[0] + runs[1]) + (runs[2] + runs[3])
    }
    #expect(Sums.sum(values) == (block(0..<128) + block(128..<256)) + block(256..<300))
  }

  @Test func `a tenth added a million times stays within the bound`() {
    // Bound: (35 + 13) 2^-53 of the sum; adding one by one errs by 1.3e-6, a hundred times more.
    let values = [Double](repeating: 0.1, count: 1_000_000)
    expectClose(Sums.sum(values), 100_000, within: 48 * 0x1p-53 * 100_000)
    #expect(abs(values.reduce(0, +) - 100_000) > 1e-6)
  }

  @Test func `the mean and variances of a small set are those by hand`() {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares about it 32.
    let values: [Double] = [2, 4, 4, 4, 5, 5, 7, 9]
    #expect(Sums.mean(values) == 5)
    #expect(Sums.populationVariance(values) == 4)
    #expect(Sums.sampleVariance(values) == 32.0 / 7)
    #expect(Sums.dot(values, [1, 0, 0, 0, 2, 0, 0, -1]) == 3)
    #expect(Sums.populationVariance([3.3, 3.3, 3.3]) == 0)
  }

  @Test func `a large offset does not spoil a variance`() {
    // 1e9 + (0, 1, 2): squares about the mean 2. The textbook formula has nothing left.
    let values: [Double] = [1e9, 1e9 + 1, 1e9 + 2]
    #expect(Sums.populationVariance(values) == 2.0 / 3)
    let naive = Sums.dot(values, values) / 3 - 1e9 * (1e9 + 2)
    #expect(abs(naive - 2.0 / 3) > 0.1)
  }

  @Test func `merged moments are those of the whole`() {
    let values = numbers(1000)
    var merged = Moments()
    for start in stride(from: 0, to: 1000, by: 130) {
      var tile = Moments()
      for value in values[start..<min(1000, start + 130)] { tile.add(value) }
      merged.merge(tile)
    }
    merged.merge(Moments())
    #expect(merged.count == 1000)
    expectClose(merged.mean, Sums.mean(values), within: 1e-15)
    expectRelative(merged.populationVariance, Sums.populationVariance(values), within: 1e-14)
    expectRelative(merged.sampleVariance, Sums.sampleVariance(values), within: 1e-14)
    expectRelative(Moments(values).sumOfSquares, merged.sumOfSquares, within: 1e-14)
  }

  @Test func `merged moments of pairs are those of the whole`() {
    let x = numbers(600)
    let y = x.enumerated().map { $1 * 0.5 + Double($0 % 7) }
    var merged = PairMoments()
    for start in stride(from: 0, to: 600, by: 97) {
      var tile = PairMoments()
      for index in start..<min(600, start + 97) { tile.add(x[index], y[index]) }
      merged.merge(tile)
    }
    // Two passes: the definition.
    let (meanX, meanY) = (Sums.mean(x), Sums.mean(y))
    let products = Sums.sum(count: 600) { (x[$0] - meanX) * (y[$0] - meanY) }
    expectRelative(merged.populationCovariance, products / 600, within: 1e-13)
    expectRelative(merged.sampleCovariance, products / 599, within: 1e-13)
    let scale = (Sums.populationVariance(x) * Sums.populationVariance(y)).squareRoot()
    expectRelative(merged.correlation ?? 0, products / 600 / scale, within: 1e-13)
  }

  @Test func `a side that does not vary has no correlation`() {
    var pairs = PairMoments()
    for index in 0..<5 { pairs.add(Double(index), 2) }
    #expect(pairs.correlation == nil)
    #expect(pairs.populationCovariance == 0)
  }
}
