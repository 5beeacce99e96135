import Rivulet
import RivuletTestSupport
import Testing

@Suite struct CosineTransformTests {
  // The definition, added up in 50 digits by the independent script.
  @Test func `coefficients agree with the independent script`() throws {
    let lines = try Fixtures.text("worlds/cosines.csv").split(separator: "\n").dropFirst()
    #expect(lines.count == 35)
    for line in lines {
      let cells = line.split(separator: ",")
      let size = try #require(Int(cells[0]))
      let frequency = try #require(Int(cells[1]))
      let row = (0..<size).map { Double((7 * $0 + 3) % 11 - 5) / 4 }
      expectClose(
        CosineTransform(size: size).coefficients(ofRow: row)[frequency],
        try #require(Double(cells[2])), within: 2e-15)
    }
  }

  @Test(arguments: [1, 2, 3, 8, 16])
  func `coefficients lead back and keep the length`(size: Int) {
    var cases = CaseGenerator(seed: UInt64(size))
    let transform = CosineTransform(size: size)
    let row = (0..<size).map { _ in cases.number() }
    let coefficients = transform.coefficients(ofRow: row)
    expectClose(transform.row(of: coefficients), row, within: 1e-14)
    expectClose(Sums.dot(coefficients, coefficients), Sums.dot(row, row), within: 1e-13)
    let grid = (0..<size * size).map { _ in cases.number() }
    let waves = transform.coefficients(ofGrid: grid)
    expectClose(transform.grid(of: waves), grid, within: 1e-14)
    expectClose(Sums.dot(waves, waves), Sums.dot(grid, grid), within: 1e-12)
  }

  // Separately along both axes: a product of rows has the product of their coefficients.
  @Test func `the transform of a product is the product of transforms`() {
    let transform = CosineTransform(size: 5)
    let (down, across) = ([1, -2, 0.5, 3, 1], [0.25, 1, -1, 2, 0])
    let grid = down.flatMap { y in across.map { x in y * x } }
    let (first, second) = (
      transform.coefficients(ofRow: down), transform.coefficients(ofRow: across)
    )
    expectClose(
      transform.coefficients(ofGrid: grid), first.flatMap { p in second.map { q in p * q } },
      within: 1e-14)
  }

  @Test func `mirroring changes the sign of odd frequencies to the bit`() {
    for size in [2, 3, 7, 16] {
      let transform = CosineTransform(size: size)
      for frequency in 0..<size {
        for place in 0..<size {
          let sign: Double = frequency.isMultiple(of: 2) ? 1 : -1
          #expect(
            transform[frequency, size - 1 - place] == sign * transform[frequency, place],
            "\(frequency), \(place) of \(size)")
        }
      }
    }
  }
}
