import Rivulet
import RivuletTestSupport
import Testing

@Suite struct DataSetTests {
  private let key = RandomKey(seed: 20_260)

  private func samples(_ data: some DataSet, count: Int) -> [[Double]] {
    (0..<UInt32(count)).map { data.sample($0, key: key) }
  }

  private func mean(_ samples: [[Double]], _ value: ([Double]) -> Double) -> Double {
    Sums.mean(samples.map(value))
  }

  @Test func `a tile holds the samples of its numbers`() {
    let sets: [any DataSet] = [
      MixtureData(field: .ring(count: 8)), TwoMoons(), Checkerboard(), Spirals(),
      Discs(side: 5), Bars(side: 5),
    ]
    for data in sets {
      let tile = data.tile(3, key: key)
      for lane in [0, 17, 63] {
        expectSameBits(tile.state(lane), data.sample(UInt32(192 + lane), key: key))
      }
    }
  }

  // The correlation of two coordinates of the data by hand; false alarms at five deviations: 6e-7 each.
  @Test func `Gaussian data has its mean and covariance`() throws {
    let field = try GaussianField(
      means: [1, -2], deviations: [0.5, 2], basis: reflection(dimension: 2))
    let drawn = samples(GaussianData(field: field), count: 4000)
    let root = 4000.0.squareRoot()
    let place = field.meanState
    for row in 0..<2 {
      let spread = field.covariance[row, row].squareRoot()
      expectClose(mean(drawn) { $0[row] }, place[row], within: 5 * spread / root)
      for column in 0..<2 {
        let other = field.covariance[column, column].squareRoot()
        // The variance of a product of two Gaussian numbers is at most 2 s^2 s'^2.
        expectClose(
          mean(drawn) { ($0[row] - place[row]) * ($0[column] - place[column]) },
          field.covariance[row, column], within: 5 * 2.0.squareRoot() * spread * other / root)
      }
    }
  }

  @Test func `images have the energy of their spectrum`() throws {
    let pixels = try PixelGridField(side: 4, exponent: 2)
    let drawn = samples(GaussianData(pixels: pixels), count: 1000)
    for frequency in [0, 1, 7, 15] {
      let variance = pixels.deviations[frequency] * pixels.deviations[frequency]
      let energy = mean(drawn) { image in
        let c = pixels.basis.coordinates(of: image)[frequency]
        return c * c
      }
      // A squared Gaussian number has the standard deviation sqrt(2) s^2.
      expectClose(energy, variance, within: 5 * (2.0 / 1000).squareRoot() * variance)
    }
  }

  @Test func `components of a mixture come with their weights`() throws {
    let field = try MixtureField(
      weights: [1, 2, 5], means: [[-10], [0], [10]], deviations: [0.1, 0.2, 0.3])
    let data = MixtureData(field: field)
    var counts = [0, 0, 0]
    for index in 0..<UInt32(4000) {
      let component = data.component(of: index, key: key)
      counts[component] += 1
      let distance = data.sample(index, key: key)[0] - field.means[component][0]
      // No normal number exceeds 6.77 in size.
      #expect(abs(distance) <= 6.77 * field.deviations[component][0])
    }
    for (count, share) in zip(counts, [0.125, 0.25, 0.625]) {
      let deviation = (share * (1 - share) / 4000).squareRoot()
      expectClose(Double(count) / 4000, share, within: 5 * deviation)
    }
  }

  @Test func `checkerboard samples fill the squares of one colour evenly`() {
    let board = Checkerboard(side: 3, scale: 1.5)
    var counts = [Int](repeating: 0, count: 9)
    for sample in samples(board, count: 5000) {
      let (column, row) = (Int(sample[0] + 1.5), Int(sample[1] + 1.5))
      counts[row * 3 + column] += 1
    }
    for (index, count) in counts.enumerated() {
      guard index.isMultiple(of: 2) else {
        #expect(count == 0, "square \(index)")
        continue
      }
      // Five squares of one fifth each.
      expectClose(Double(count) / 5000, 0.2, within: 5 * (0.16 / 5000).squareRoot())
    }
  }

  // Posterior means by adaptive quadrature in 30 digits.
  @Test func `the checkerboard's velocity agrees with the independent script`() throws {
    let field = Checkerboard(side: 4, scale: 2).field
    let rows = try FlowTable("checkerboard", in: "worlds").rows
    #expect(rows.count == 20)
    for row in rows {
      let time = try row.number("time")
      let state = try row.numbers("x0", "x1")
      for (axis, value) in field.velocity(at: state, time: time).enumerated() {
        expectNear(
          value, try row.number("v\(axis)"), within: 1e-11, "axis \(axis) at \(state), \(time)")
      }
    }
    for time in [1, 0.5, 1e-6, 0] {
      let isFinite = field.velocity(at: [1e4, -3e7], time: time).allSatisfy { $0.isFinite }
      #expect(isFinite, "at \(time)")
    }
  }

  // Without noise every sample lies on its curve.
  @Test func `moons and spirals lie on their curves`() {
    let moons = TwoMoons(noise: 0, scale: 2)
    for sample in samples(moons, count: 200) {
      let (x, y) = (sample[0] / 2, sample[1] / 2)
      let upper = (x + 0.5) * (x + 0.5) + (y + 0.25) * (y + 0.25)
      let lower = (x - 0.5) * (x - 0.5) + (y - 0.25) * (y - 0.25)
      #expect(
        y + 0.25 >= -1e-15 && abs(upper - 1) < 1e-14 || y - 0.25 <= 1e-15 && abs(lower - 1) < 1e-14)
    }
    let spirals = Spirals(arms: 3, turns: 1.5, noise: 0, scale: 2)
    var quarters = 0.0
    for sample in samples(spirals, count: 2000) {
      let radius = (sample[0] * sample[0] + sample[1] * sample[1]).squareRoot()
      // Turned back by its radius, a point lies on one of three rays.
      let angle = 2 * Double.pi * 1.5 * radius / 2
      let (c, s) = (Elementary.cos(angle), Elementary.sin(angle))
      let (x, y) = (
        (c * sample[0] + s * sample[1]) / radius, (c * sample[1] - s * sample[0]) / radius
      )
      let isOnRay = [0, 1, 2].contains { ray in
        let turn = 2 * Double.pi * Double(ray) / 3
        return abs(x - Elementary.cos(turn)) + abs(y - Elementary.sin(turn)) < 1e-12
      }
      #expect(isOnRay)
      if radius < 1 { quarters += 1 }
    }
    // Half the radius holds a quarter of the samples.
    expectClose(quarters / 2000, 0.25, within: 5 * (0.1875 / 2000).squareRoot())
  }

  @Test func `shapes are bright inside and dark outside`() {
    let discs = Discs(side: 16)
    for image in samples(discs, count: 50) {
      let bright = image.filter { $0 > 0 }.count
      // Areas of discs with radius 1/8 and 1/4 in pixels are 12.6 and 50.3; an edge pixel more or less.
      #expect((8...57).contains(bright), "\(bright) bright pixels")
      let isInside = image.allSatisfy { abs($0) <= 1 }
      #expect(isInside)
    }
    for image in samples(Bars(side: 16), count: 50) {
      let rows = (0..<16).map { y in (0..<16).filter { image[y * 16 + $0] > 0 }.count }
      let isAcross = rows.allSatisfy { $0 == 0 || $0 == 16 }
      let isUpright = rows.allSatisfy { $0 == rows[0] }
      #expect(isAcross != isUpright && image.filter { $0 > 0 }.count == 64)
    }
  }
}
