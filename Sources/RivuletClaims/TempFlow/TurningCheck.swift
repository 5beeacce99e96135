import RivuletClosedForm
import RivuletFlow
import RivuletStatistics

/// Returns the check of the data scale at which a statement turns on a published schedule.
///
/// The expected roots are those of `Fixtures/origin/closedform.py`, an independent script; a scan finds
/// no other in [1e-4, 1e4].
func turningCheck(
  _ turn: BranchingLaw.Turn, _ schedule: PublishedSchedule, expected: Double
) -> Check {
  let root = { @Sendable (steps: [Int]) throws -> Double in
    try BranchingLaw.turningScale(
      of: turn, grid: schedule.grid, noise: schedule.noise, trainedSteps: steps) ?? .nan
  }
  let subject =
    switch turn {
    case .spread: "the spread at step 8 equals the largest of steps 0 to 2"
    case .correlation(let level):
      "the correlation of spread and noise level over the trained steps is \(level)"
    }
  return Check(
    id: "\(schedule.id)-turn",
    subject: "data scale s where " + subject,
    requirement: .absolute(0, because: "a root of the closed form"),
    controls: [
      Control(id: "all-steps", defect: "the untrained last step taken in") { _ in
        .identity(
          observed: try root(Array(schedule.grid.steps)), expected: expected, tolerance: 1e-13)
      }
    ]
  ) { _ in
    let scale = try root(schedule.trainedSteps)
    return Finding(
      .identity(observed: scale, expected: expected, tolerance: 1e-13),
      region: "s > \(scale.fixed(5)) (\(schedule.id))")
  }
}
