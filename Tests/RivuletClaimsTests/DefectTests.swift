import RivuletClaims
import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import Testing

@Suite struct DefectTests {
  @Test func `every defect that can be expressed is caught by the check that it names`() throws {
    let report = DefectReport(of: Defect.all, in: try PinnedRun.report.get().rows)
    for row in report.rows { #expect(row.outcome != .missed, "\(row.id): \(row.check ?? "-")") }
    #expect(report.isComplete)
    // D9, D10 and D17 are seen in training; D11, D19 and D20 are settings of scripts and texts.
    #expect(
      report.rows.filter { $0.outcome == .onRecord }.map(\.id) == [
        "branchgrpo/D11", "branchgrpo/D19", "branchgrpo/D20",
      ])
  }

  @Test func `the catalogue has D1 to D21 and the 19 entries of the neighbours, each once`() {
    let numbers = (1...21).map { "branchgrpo/D\($0)" } + (1...19).map { "neighbours/\($0)" }
    let ids = Defect.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(numbers.allSatisfy { ids.contains($0) })
    #expect(ids.filter { !numbers.contains($0) } == ["branchgrpo/D12b"])
  }

  @Test func `the effect is the number that the specification gives`() throws {
    let report = DefectReport(of: Defect.all, in: try PinnedRun.report.get().rows)
    func effect(_ id: String) throws -> Double {
      try #require(report.rows.first { $0.id == id }?.observed)
    }
    // The 16 leaves alone; e and 3 weights summed; 218 of 34 edges; 2^4 of 3^4 leaves.
    #expect(try effect("branchgrpo/D3") == 16)
    #expect(try effect("branchgrpo/D5") == 4)
    #expect(try effect("branchgrpo/D6") == 0.5)
    #expect(try effect("branchgrpo/D7") == 16)
    // 436 edges, twelve to a step, and 36 steps where 37 are right.
    #expect(try effect("branchgrpo/D9") == 37)
    #expect(try effect("branchgrpo/D10") > 10)
    #expect(try effect("branchgrpo/D17") == 36)
    #expect(try effect("branchgrpo/D12") == 218)
    #expect(try effect("branchgrpo/D14") == 16)
    #expect(try effect("branchgrpo/D16") == 2)
    // c^2 = 16 with 1.3 % of sampling error; the rounding's exact mean at step 1 with its scatter.
    let chain = GaussianChain(
      plan: try .fullSDE(grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3)), deviation: 1)
    let state = GaussianLaw(mean: 0, variance: chain.variances[2])
    let mean = RoundingDefect.expectedLogRatio(of: state, deviation: chain.deviations[1])
    let scatter = RoundingDefect.logRatioDeviation(
      of: state, deviation: chain.deviations[1], dimension: 129_600)
    let observed = try effect("branchgrpo/D8")
    #expect(mean < -5e-4)
    #expect(abs(observed - mean) < 5 * scatter)
    #expect(5 * scatter < -mean)
  }

  @Test func `a defect whose check is not run is missed`() {
    let one = Defect.all.filter { $0.id == "branchgrpo/D4" }
    let report = DefectReport(of: one, in: [])
    #expect(report.rows.map(\.outcome) == [.missed])
    #expect(!report.isComplete)
  }
}
