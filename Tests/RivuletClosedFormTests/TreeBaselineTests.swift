import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreeBaselineTests {
  @Test func `factors of the gradient are those printed in B10 and B11`() {
    func sibling(_ count: Int, _ s: Double) -> Double {
      TreeGradientFactor.siblingFork(siblings: count, correlation: 1 / (1 + s * s))
    }
    expectPrinted([sibling(2, 4), sibling(4, 1), sibling(3, 0.5)], "0.4706 .375 .1333")
    func depth(_ rho: Double) -> Double {
      TreeGradientFactor.depthFork(siblings: 2, nodes: 4, correlation: rho)
    }
    expectPrinted([depth(0), depth(0.5)], ".75 .625")
    expectClose(TreeGradientFactor.depthChain(nodes: 16), 1 - 1.0 / 16, within: 1e-16)
    expectClose(TreeGradientFactor.siblingChain(siblings: 2), 0.5, within: 1e-16)
  }

  @Test func `leaving the edge out multiplies a factor by the group over one less`() {
    for (siblings, forks, rho) in [(2, 4, 0.5), (3, 1, 0.2), (4, 4, 0)] {
      let nodes = siblings * forks
      let group = Double(siblings) / Double(siblings - 1)
      let depth = Double(nodes) / Double(nodes - 1)
      expectClose(
        TreeGradientFactor.siblingFork(siblings: siblings, correlation: rho, leavesOneOut: true),
        group * TreeGradientFactor.siblingFork(siblings: siblings, correlation: rho), within: 1e-15)
      for sharing in ForkNoise.Sharing.allCases {
        func factor(_ leavesOneOut: Bool) -> Double {
          TreeGradientFactor.depthFork(
            siblings: siblings, nodes: nodes, correlation: rho, sharing: sharing,
            leavesOneOut: leavesOneOut)
        }
        expectClose(factor(true), depth * factor(false), within: 1e-15)
      }
      // One fork is its depth.
      if forks == 1 {
        expectClose(
          TreeGradientFactor.depthFork(siblings: siblings, nodes: siblings, correlation: rho),
          TreeGradientFactor.siblingFork(siblings: siblings, correlation: rho), within: 1e-15)
      }
      // A step that shares xi_0 makes its depth one group of siblings.
      expectClose(
        TreeGradientFactor.depthFork(
          siblings: siblings, nodes: nodes, correlation: rho, sharing: .step),
        TreeGradientFactor.siblingFork(siblings: nodes, correlation: rho), within: 1e-15)
    }
    #expect(TreeGradientFactor.depthChain(nodes: 1, leavesOneOut: true) == 0)
    #expect(TreeGradientFactor.siblingChain(siblings: 1, leavesOneOut: true) == 0)
  }

  @Test func `means and variances agree with exact moments of polynomials in the noises`() throws {
    let table = try ReferenceTable("sibling-baselines", in: "trees")
    for row in table.rows {
      let count = try table.integer(row, "siblings")
      let rho = try table.number(row, "rho")
      let offset = try table.number(row, "offset")
      let slope = try table.number(row, "slope")
      let curvature = try table.number(row, "curvature")
      let plain = try table.number(row, "plainVariance")
      let centred = try table.number(row, "centredVariance")
      let factor = TreeGradientFactor.siblingFork(siblings: count, correlation: rho)
      expectClose(
        factor * (try table.number(row, "plainMean")), try table.number(row, "centredMean"),
        within: 1e-15)
      if curvature == 0 {
        expectRelative(
          SiblingBaseline.linearPlainVariance(
            siblings: count, offset: offset, slope: slope, correlation: rho), plain, within: 1e-14)
        expectRelative(
          SiblingBaseline.linearShrunkVariance(siblings: count, slope: slope, correlation: rho),
          centred, within: 1e-14)
        expectRelative(
          SiblingBaseline.linearRescaledVariance(siblings: count, slope: slope),
          centred / (factor * factor), within: 1e-14)
      }
      guard rho == 0 else { continue }
      let moments = RewardMoments { offset + slope * $0 + curvature * $0 * $0 }
      expectRelative(
        SiblingBaseline.plainVariance(siblings: count, moments: moments), plain, within: 1e-12)
      expectRelative(
        SiblingBaseline.shrunkVariance(siblings: count, moments: moments), centred, within: 1e-12)
    }
  }

  @Test func `moments by formula are those by quadrature`() {
    func expectSame(_ left: RewardMoments, _ right: RewardMoments, within tolerance: Double) {
      expectClose(
        [
          left.mean, left.product, left.square, left.squaredProduct, left.noiseSquare,
        ],
        [
          right.mean, right.product, right.square, right.squaredProduct, right.noiseSquare,
        ], within: tolerance)
    }
    expectSame(
      .linear(offset: 0.4, slope: -2), RewardMoments { 0.4 - 2 * $0 }, within: 1e-12)
    expectSame(.curved(0.7), RewardMoments { $0 + 0.7 * $0 * $0 }, within: 1e-12)
  }

  @Test func `a baseline adds variance where the reward is one over the noise`() throws {
    let table = try ReferenceTable("reciprocal", in: "trees")
    for row in table.rows {
      let moments = RewardMoments.truncatedReciprocal(edge: try table.number(row, "edge"))
      expectClose(
        SiblingBaseline.plainVariance(siblings: 2, moments: moments),
        try table.number(row, "plainVariance"), within: 1e-10)
      expectClose(
        SiblingBaseline.shrunkVariance(siblings: 2, moments: moments),
        try table.number(row, "centredVariance"), within: 1e-10)
      expectClose(moments.product / 2, try table.number(row, "centredMean"), within: 1e-10)
    }
    let moments = RewardMoments.truncatedReciprocal(edge: 0.3)
    expectPrinted(SiblingBaseline.plainVariance(siblings: 2, moments: moments), ".051")
    expectPrinted(SiblingBaseline.shrunkVariance(siblings: 2, moments: moments), ".431")
  }

  @Test func `the offset of a linear reward decides which baseline varies less`() {
    for count in [2, 3, 4, 16] {
      let boundary = SiblingBaseline.boundarySquaredOffset(siblings: count)
      let rescaled = SiblingBaseline.linearRescaledVariance(siblings: count)
      func plain(_ square: Double) -> Double {
        SiblingBaseline.linearPlainVariance(siblings: count, offset: square.squareRoot())
      }
      expectClose(plain(boundary), rescaled, within: 1e-14)
      #expect(plain(1.01 * boundary) > rescaled && plain(0.99 * boundary) < rescaled)
      // The shrunk estimator varies less whatever the offset.
      #expect(SiblingBaseline.linearShrunkVariance(siblings: count) < plain(0))
    }
    expectPrinted(SiblingBaseline.boundarySquaredOffset(siblings: 2).squareRoot(), "1.414")
    expectPrinted(SiblingBaseline.linearRescaledVariance(siblings: 4), ".667")
    expectPrinted(SiblingBaseline.linearPlainVariance(siblings: 4, offset: 0), ".5")
  }

  @Test func `estimators of a second fork agree with exact moments of polynomials`() throws {
    let table = try ReferenceTable("two-forks", in: "trees")
    for row in table.rows {
      let rho = try table.number(row, "rho")
      let a = try table.number(row, "a")
      let b = try table.number(row, "b")
      let c = try table.number(row, "c")
      let forks = TwoForks(
        parents: try table.integer(row, "parents"), children: try table.integer(row, "children"),
        correlation: rho)
      func expect(_ law: EstimatorLaw, _ name: String) throws {
        expectClose(law.mean, try table.number(row, name + "Mean"), within: 1e-12)
        expectRelative(law.variance, try table.number(row, name + "Variance"), within: 1e-11)
      }
      if b == 0 && c == 0 {
        try expect(forks.siblingLaw, "sibling")
        try expect(forks.depthLaw(parentSlope: a), "depth")
        expectClose(
          forks.depthLaw(parentSlope: a).mean,
          TreeGradientFactor.depthFork(
            siblings: forks.children, nodes: forks.parents * forks.children, correlation: rho),
          within: 1e-15)
      }
      guard rho == 0 else { continue }
      func reward(_ u: Double, _ x: Double) -> Double { a * u + x + b * u * x + c * x * x }
      try expect(forks.siblingLaw(nodes: 20, reward: reward), "sibling")
      try expect(forks.depthLaw(nodes: 20, reward: reward), "depth")
    }
  }

  @Test func `a cosine of both noises agrees with an integral over all six of them`() throws {
    let table = try ReferenceTable("two-forks-cosine", in: "trees")
    let forks = TwoForks(parents: 2, children: 2)
    for row in table.rows {
      let a = try table.number(row, "a")
      func reward(_ u: Double, _ x: Double) -> Double { Elementary.cos(a * u + x + 0.6) }
      for (name, law) in [
        ("sibling", forks.siblingLaw(reward: reward)), ("depth", forks.depthLaw(reward: reward)),
      ] {
        expectRelative(law.mean, try table.number(row, name + "Mean"), within: 2e-6)
        expectRelative(law.variance, try table.number(row, name + "Variance"), within: 2e-6)
      }
      expectClose(
        forks.depthLaw(nodes: 24, reward: reward).variance,
        forks.depthLaw(nodes: 48, reward: reward).variance, within: 1e-11)
    }
  }

  @Test func `little reward above the fork favours the depth, much the siblings`() {
    for count in [2, 3, 4] {
      let forks = TwoForks(parents: count, children: count)
      let sibling = forks.siblingLaw.relativeVariance
      func depth(_ a: Double) -> Double { forks.depthLaw(parentSlope: a).relativeVariance }
      #expect(depth(0.1) < sibling && depth(3) > sibling)
      // a^2 = 2 (K + 1)/K^2
      let k = Double(count)
      let boundary = 2 * (k + 1) / (k * k)
      expectClose(forks.boundarySquaredSlope ?? 0, boundary, within: 1e-13)
      expectClose(depth(boundary.squareRoot()), sibling, within: 1e-13)
    }
    #expect(TwoForks(parents: 1, children: 2).boundarySquaredSlope == nil)
    // A reward that bends the same way: sin(a u + x), whose gradient does not vanish at a = 0.
    let forks = TwoForks(parents: 2, children: 2)
    func gain(_ a: Double) -> Double {
      func reward(_ u: Double, _ x: Double) -> Double { Elementary.sin(a * u + x / 2) }
      return forks.siblingLaw(reward: reward).relativeVariance
        / forks.depthLaw(reward: reward).relativeVariance
    }
    #expect(gain(0.1) > 1.2 && gain(0.9) < 1)
  }
}
