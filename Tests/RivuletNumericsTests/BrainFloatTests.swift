import Rivulet
import RivuletTestSupport
import Testing

@Suite struct BrainFloatTests {
  // By hand: between 1 and 2 the spacing is 1/128, so 1 + 1/256 is a tie between 1 (even) and
  // 1 + 1/128 (odd), and 1 + 3/256 one between 1 + 1/128 (odd) and 1 + 1/64 (even).
  @Test func `ties go to the even neighbour`() {
    let pairs: [(Double, Double)] = [
      (1 + 1.0 / 256, 1), (1 + 3.0 / 256, 1 + 1.0 / 64), (-1 - 1.0 / 256, -1),
      ((1 + 1.0 / 256).nextUp, 1 + 1.0 / 128), ((1 + 3.0 / 256).nextDown, 1 + 1.0 / 128),
      (2 - 1.0 / 256, 2), (3.14159265, 3.140625), (1.0 / 3, 0.333984375), (0.1, 0.10009765625),
    ]
    for (value, rounded) in pairs {
      #expect(BrainFloat.rounded(value) == rounded)
    }
  }

  @Test func `every number agrees with exact fractions`() throws {
    let lines = try Fixtures.text("windows/bfloat16.csv").split(separator: "\n").dropFirst()
    try #require(lines.count > 100)
    for line in lines {
      let cells = line.split(separator: ",")
      let value = try #require(Double(cells[0]))
      let expected = try #require(Double(cells[1]))
      let rounded = BrainFloat.rounded(value)
      #expect(rounded.bitPattern == expected.bitPattern, "\(line): \(rounded)")
      // A 32-bit number is rounded once either way.
      let single = Float(value)
      if Double(single) == value {
        #expect(Double(BrainFloat.rounded(single)) == expected, "\(line)")
      }
    }
  }

  @Test func `both forms agree on 32-bit numbers, and rounding again changes nothing`() {
    var word: UInt32 = 1
    for _ in 0..<20_000 {
      word = word &* 1_664_525 &+ 1_013_904_223
      let value = Float(bitPattern: word)
      guard !value.isNaN else { continue }
      let rounded = BrainFloat.rounded(value)
      #expect(Double(rounded).bitPattern == BrainFloat.rounded(Double(value)).bitPattern)
      #expect(BrainFloat.rounded(rounded) == rounded)
      #expect(rounded.bitPattern & 0xFFFF == 0)
    }
  }

  @Test func `what is no finite number stays what it is, and zero keeps its sign`() {
    #expect(BrainFloat.rounded(Double.nan).isNaN && BrainFloat.rounded(Float.nan).isNaN)
    #expect(BrainFloat.rounded(-Double.infinity) == -.infinity)
    #expect(BrainFloat.rounded(-0.0).sign == .minus)
    #expect(BrainFloat.rounded(-0x1p-140).sign == .minus)
    #expect(BrainFloat.rounded(-0x1p-140) == 0)
    #expect(BrainFloat.rounded(BrainFloat.greatestFiniteMagnitude.nextUp) == 0x1.fep127)
    #expect(BrainFloat.rounded([0.1, 1.0 / 3]) == [0.10009765625, 0.333984375])
    // The 32-bit number next to 1 + 1/256 + 2^-40 is the tie itself, so two roundings end at 1.
    let value = 1 + 1.0 / 256 + 0x1p-40
    #expect(BrainFloat.rounded(value) == 1 + 1.0 / 128)
    #expect(BrainFloat.rounded(Float(value)) == 1)
  }
}
