import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTestSupport
import Testing

@Suite struct TreeKernelTests {
  @Test func `mean kernels agree with integrals over both points`() throws {
    let table = try ReferenceTable("kernels", in: "trees")
    for row in table.rows {
      let first = GaussianLaw(
        mean: try table.number(row, "firstMean"), variance: try table.number(row, "firstVariance"))
      let second = GaussianLaw(
        mean: try table.number(row, "secondMean"), variance: try table.number(row, "secondVariance")
      )
      for (name, kernel) in [
        ("gaussian", SimilarityKernel.gaussian(width: 1.7)), ("cubic", .cubic),
      ] {
        expectClose(
          KernelMean.expectation(
            kernel, dimension: try table.integer(row, "dimension"), first, second,
            covariance: try table.number(row, "covariance")),
          try table.number(row, name), within: 1e-11)
      }
    }
  }

  @Test func `certain points have the kernel itself as mean`() {
    let x = [0.4, 0.4, 0.4]
    let y = [-1.2, -1.2, -1.2]
    for kernel in [SimilarityKernel.gaussian(width: 0.9), .cubic] {
      expectClose(
        KernelMean.expectation(
          kernel, dimension: 3, GaussianLaw(mean: 0.4, variance: 0),
          GaussianLaw(mean: -1.2, variance: 0)), kernel.value(x, y), within: 1e-14)
    }
    // (0.5 * (1 * 3 + 2 * 4) + 1)^3 and exp(-(4 + 4)/(2 * 4))
    expectClose(SimilarityKernel.cubic.value([1, 2], [3, 4]), 274.625, within: 1e-12)
    expectClose(
      SimilarityKernel.gaussian(width: 2).value([1, 2], [3, 4]), Elementary.exp(-1), within: 1e-15)
  }

  @Test func `the distance of laws is zero for equal ones and positive for others`() {
    let law = GaussianLaw(mean: 0.5, variance: 0.2)
    for kernel in [SimilarityKernel.gaussian(width: 0.7), .cubic] {
      for dimension in [1, 2, 64] {
        #expect(KernelMean.squaredDiscrepancy(kernel, dimension: dimension, law, law) == 0)
        let wider = GaussianLaw(mean: 0.5, variance: 0.22)
        #expect(KernelMean.squaredDiscrepancy(kernel, dimension: dimension, law, wider) > 0)
        let moved = GaussianLaw(mean: 0.6, variance: 0.2)
        #expect(KernelMean.squaredDiscrepancy(kernel, dimension: dimension, law, moved) > 0)
      }
    }
    // One dimension, Gaussian kernel of width w, laws N(0, p) and N(0, q): w is 1, p is 0, q is 3.
    expectClose(
      KernelMean.squaredDiscrepancy(
        .gaussian(width: 1), dimension: 1, GaussianLaw(mean: 0, variance: 0),
        GaussianLaw(mean: 0, variance: 3)), 1 + 1 / 7.0.squareRoot() - 1, within: 1e-15)
  }

  @Test func `the estimate is what three samples give by hand`() {
    // x = 0, 1, 3; y = 2, 2. Cubic kernel of one dimension: (x y + 1)^3.
    // Within x: pairs 01: 1, 03: 1, 13: 64; mean 22. Within y: 125. Between: 1, 27, 343; mean 371/3.
    let estimate = KernelDistance.unbiasedSquaredMMD([0, 1, 3], [2, 2], kernel: .cubic)
    expectClose(estimate, 22 + 125 - 2 * 371.0 / 3, within: 1e-12)
  }

  @Test func `the estimate has no bias: its mean over all samples of a law of two points`() {
    // x is 0 or 2 with chance 1/2 each, y is 0 or 2 with chances 1/4 and 3/4; three x and two y.
    let kernel = SimilarityKernel.gaussian(width: 1)
    let far = Elementary.exp(-2)
    var mean = 0.0
    for pattern in 0..<32 {
      let bits = (0..<5).map { Double((pattern >> $0) & 1) }
      var chance = 1.0 / 8
      for bit in bits[3...] { chance *= bit == 1 ? 0.75 : 0.25 }
      mean +=
        chance
        * KernelDistance.unbiasedSquaredMMD(
          bits[..<3].map { 2 * $0 }, bits[3...].map { 2 * $0 }, kernel: kernel)
    }
    // (p - q)' K (p - q) with p - q = (1/4, -1/4)
    expectClose(mean, (2 - 2 * far) / 16, within: 1e-15)
  }

  @Test func `points of more dimensions are read one after another`() {
    let x = RandomKey(seed: 3).standardNormals(count: 12)
    let y = RandomKey(seed: 4).standardNormals(count: 9)
    let kernel = SimilarityKernel.gaussian(width: 1.3)
    func point(_ list: [Double], _ index: Int) -> [Double] {
      Array(list[(3 * index)..<(3 * index + 3)])
    }
    var within = 0.0
    var other = 0.0
    var between = 0.0
    for i in 0..<4 {
      for j in 0..<4 where i != j { within += kernel.value(point(x, i), point(x, j)) / 12 }
      for j in 0..<3 { between += kernel.value(point(x, i), point(y, j)) / 12 }
    }
    for i in 0..<3 {
      for j in 0..<3 where i != j { other += kernel.value(point(y, i), point(y, j)) / 6 }
    }
    expectClose(
      KernelDistance.unbiasedSquaredMMD(x, y, dimension: 3, kernel: kernel),
      within + other - 2 * between, within: 1e-14)
  }

  @Test func `pooling the leaves of trees adds the share of pairs from one tree`() throws {
    for noise in [ForkNoise.correlated(branchParameter: 1), .scaled(4)] {
      let law = try TreeLeafLawTests.fixture(
        "uneven", noise: noise == .scaled(4) ? "scaled:4" : "fork:1", scored: "finalState")
      for kernel in [SimilarityKernel.gaussian(width: 0.8), .cubic] {
        // The mean kernel of all pairs of 3 trees' pooled leaves, pair by pair.
        let count = law.leafCount
        var sum = 0.0
        for i in 0..<(3 * count) {
          for j in 0..<(3 * count) where i != j {
            sum += KernelMean.expectation(
              kernel, dimension: 2, law.marginal(ofLeaf: i % count),
              law.marginal(ofLeaf: j % count),
              covariance: i / count == j / count ? law.covariance(i % count, j % count) : 0)
          }
        }
        let pooled = sum / Double(3 * count * (3 * count - 1))
        expectRelative(
          law.pooledDiscrepancyBias(kernel, dimension: 2, trees: 3),
          pooled - law.meanKernelBetweenTrees(kernel, dimension: 2), within: 1e-10)
      }
    }
  }

  @Test func `pooling 256 trees of 16 leaves weighs the pairs of a tree with 15 in 4095`() throws {
    let law = try TreeLeafLawTests.toy(.published)
    let kernel = SimilarityKernel.gaussian(width: 0.5)
    let gap =
      law.meanKernelWithinTree(kernel, dimension: 2)
      - law.meanKernelBetweenTrees(kernel, dimension: 2)
    #expect(gap > 0.1)
    expectRelative(
      law.pooledDiscrepancyBias(kernel, dimension: 2, trees: 256), gap * 15 / 4095, within: 1e-14)
  }

  @Test func `published fork noise is at a distance from a sequential rollout`() throws {
    let scaled = try TreeLeafLawTests.toy(.scaled(4))
    let paper = try TreeLeafLawTests.toy(.published)
    let kernel = SimilarityKernel.gaussian(width: 0.5)
    let plain = paper.chain.terminalLaw
    // By hand for w^2 = .25 and variances p, q: w^2/(w^2 + 2p) + w^2/(w^2 + 2q) - 2 w^2/(w^2 + p + q).
    expectPrinted(
      KernelMean.squaredDiscrepancy(kernel, dimension: 2, scaled.marginal(ofLeaf: 0), plain),
      ".00128")
    #expect(
      abs(KernelMean.squaredDiscrepancy(kernel, dimension: 2, paper.marginal(ofLeaf: 0), plain))
        < 1e-15)
  }
}
