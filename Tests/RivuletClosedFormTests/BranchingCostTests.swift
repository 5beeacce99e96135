import RivuletClosedForm
import RivuletFlow
import Testing

@Suite struct BranchingCostTests {
  /// Counts the evaluations one by one.
  func counted(steps: Int, seeds: Int, branches: Int, branched: Range<Int>) -> CostLedger {
    var ledger = CostLedger()
    for _ in 0..<seeds {
      for step in 0..<branched.upperBound {
        ledger.modelCalls += 1  // shared by the backbone's step and all branches of this step
        guard branched.contains(step) else { continue }
        for _ in 0..<branches {
          for _ in (step + 1)..<max(steps, step + 1) { ledger.modelCalls += 1 }
          ledger.rewardCalls += 1
        }
      }
    }
    return ledger
  }

  @Test func `published sampling costs are reproduced`() {
    // N = 4, K = 6, T = 10: SD3 N(9 + 45 K) = 1116, FLUX N(10 + 45 K) = 1120, Flow-GRPO 240.
    let sd3 = BranchingCost.branching(
      steps: 10, seeds: 4, branches: 6, branchedSteps: 0..<9, trainedSteps: 0..<9)
    #expect(sd3 == CostLedger(modelCalls: 1116, rewardCalls: 216, gradientEvaluations: 216))
    let flux = BranchingCost.branching(
      steps: 10, seeds: 4, branches: 6, branchedSteps: 0..<10, trainedSteps: 0..<9)
    #expect(flux == CostLedger(modelCalls: 1120, rewardCalls: 240, gradientEvaluations: 216))
    let flow = BranchingCost.chains(steps: 10, members: 24, trainedSteps: 9)
    #expect(flow == CostLedger(modelCalls: 240, rewardCalls: 24, gradientEvaluations: 216))
    expectPrinted(Double(sd3.modelCalls) / Double(flow.modelCalls), "4.65")
    expectPrinted(Double(flux.modelCalls) / Double(flow.modelCalls), "4.67")
    #expect(sd3.rewardCalls == 9 * flow.rewardCalls && flux.rewardCalls == 10 * flow.rewardCalls)
    // Suffixes alone: N K T (T - 1) / 2, which is (T - 1)/2 = 4.5 times Flow-GRPO.
    #expect(sd3.modelCalls - 4 * 9 == 4 * 6 * 45 && 45 * 24 * 2 == 9 * flow.modelCalls)
  }

  @Test func `closed forms count what a loop counts`() {
    for steps in [1, 2, 5, 10] {
      for first in 0..<steps {
        for last in first..<steps {
          let branched = first..<(last + 1)
          var expected = counted(steps: steps, seeds: 3, branches: 2, branched: branched)
          expected.gradientEvaluations = 6 * branched.count
          #expect(
            BranchingCost.branching(
              steps: steps, seeds: 3, branches: 2, branchedSteps: branched,
              trainedSteps: branched) == expected)
        }
      }
    }
  }

  @Test func `steps that do not branch cannot be trained`() async {
    await #expect(processExitsWith: .failure) {
      _ = BranchingCost.branching(
        steps: 10, seeds: 1, branches: 2, branchedSteps: 0..<5, trainedSteps: 0..<9)
    }
  }
}
