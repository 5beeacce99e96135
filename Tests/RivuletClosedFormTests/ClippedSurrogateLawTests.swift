import RivuletClosedForm
import RivuletCredit
import RivuletTestSupport
import Testing

@Suite struct ClippedSurrogateLawTests {
  @Test func `the clipped surrogate, its slope and its clipped samples agree with their integrals`()
    throws
  {
    let table = try ReferenceTable("clips", in: "optimum")
    for row in table.rows {
      let surrogate = ClippedSurrogateLaw(
        shift: try table.number(row, "shift"), improves: try table.integer(row, "sign") > 0,
        below: try table.number(row, "below"), above: try table.number(row, "above"))
      expectClose(surrogate.value, try table.number(row, "value"), within: 1e-14)
      expectClose(
        surrogate.gradientFactor, try table.number(row, "gradientFactor"), within: 1e-14)
      expectClose(surrogate.clippedFraction, try table.number(row, "clipped"), within: 1e-14)
    }
  }

  @Test func `the gradient factor is the slope of the surrogate`() {
    for shift in [0.2, 0.7, 1.4] {
      for improves in [true, false] {
        func value(_ shift: Double) -> Double {
          ClippedSurrogateLaw(shift: shift, improves: improves, below: 0.2, above: 0.3).value
        }
        // Central difference, error of order 1e-8 from the third derivative and 1e-12 from rounding.
        let slope = (value(shift + 1e-4) - value(shift - 1e-4)) / 2e-4
        let factor = ClippedSurrogateLaw(
          shift: shift, improves: improves, below: 0.2, above: 0.3
        ).gradientFactor
        expectClose(improves ? slope : -slope, factor, within: 1e-7)
      }
    }
  }

  @Test func `without bounds the surrogate is the reward's rise, and a far update clips one half`()
  {
    // E[r xi] = delta: a range of almost everything clips nothing.
    let open = ClippedSurrogateLaw(shift: 0.8, improves: true, below: 1 - 1e-15, above: .infinity)
    expectClose(open.value, 0.8, within: 1e-12)
    expectClose(open.gradientFactor, 1, within: 1e-12)
    expectClose(open.clippedFraction, 0, within: 1e-12)
    // delta > sqrt(-2 ln 0.8) = 0.668: every sample with A < 0 is clipped.
    let far = ClippedSurrogateLaw(shift: 0.67, improves: true, below: 0.2, above: 100)
    expectClose(far.clippedFraction, 0.5, within: 1e-10)
  }

  @Test func `a clamp leaves the part of the gradient that the law of one advantage gives`() throws
  {
    let table = try ReferenceTable("clamps", in: "optimum")
    for row in table.rows {
      let share = AdvantageMagnitude.clampedShare(
        clamp: try table.number(row, "clamp"), groupSize: try table.integer(row, "groupSize"),
        convention: try #require(.init(rawValue: table.text(row, "convention"))))
      expectRelative(share, try table.number(row, "share"), within: 1e-12)
    }
  }
}
