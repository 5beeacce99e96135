import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import Synchronization

extension Claim {
  /// Times fall to zero, and state, integrator and field agree on the time.
  static let codeSchedule = Claim(
    id: "code/schedule",
    title: "state, integrator and field agree on the time",
    statement: """
      A schedule ends at time 0, each step begins at the time at which the one before it ended, and the \
      velocity is evaluated at the time of the state.
      """,
    source: """
      MixGRPO e5cdd6a, sampling_utils.py:44-54; DanceGRPO 15cc71d, train_grpo_flux.py:231; VisualGRPO \
      ae619bf, flux_sampler.py:386-387 and 541-560
      """,
    scope: "T = 25, 20 and 16, shift 3; compression .4 and .2; a merged step of 2 or 4 steps",
    recorded: .holds,
    checks: [endsAtZero(), toldTime(), suffixStart()])
}

/// The largest last time of the compressed schedules of all places of the window.
private func endsAtZero() -> Check {
  let largest = { @Sendable (form: ScheduleSuffix.Form, ratio: Double) -> Double in
    var largest = 0.0
    // The last step of the window is at least w - 1 and, in the code, at most T - 3.
    for start in 4...23 {
      let times = ScheduleSuffix(
        stepCount: 25, shift: 3, start: start, ratio: ratio, form: form
      ).times
      largest = larger(largest, times[times.count - 1])
    }
    return largest
  }
  return Check(
    id: "ends-at-zero",
    subject: "largest last time of a compressed schedule over all places of the window",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "flash",
        defect: "points counted for steps, ratio 0.4: one point is left behind the last two places"
      ) { _ in .identity(observed: largest(.points, 0.4), expected: 0, tolerance: 0) },
      Control(
        id: "flash-ratio-0.2", defect: "points counted for steps, ratio 0.2: the last seven places"
      ) { _ in .identity(observed: largest(.points, 0.2), expected: 0, tolerance: 0) },
    ]
  ) { _ in
    Finding(
      stating: .identity(
        observed: larger(largest(.steps, 0.4), largest(.steps, 0.2)), expected: 0, tolerance: 0))
  }
}

/// A field that notes the times for which it is asked.
private final class TimeRecorder: VelocityField {
  private let base: GaussianField
  private let noted = Mutex<[Double]>([])

  init(_ base: GaussianField) { self.base = base }

  var dimension: Int { base.dimension }
  var times: [Double] { noted.withLock { $0 } }

  func velocity(at state: [Double], time: Double) -> [Double] {
    noted.withLock { $0.append(time) }
    return base.velocity(at: state, time: time)
  }
}

/// The largest difference of the time of a step and the time that the field is told.
private func toldTime() -> Check {
  let largest = { @Sendable (run: CheckRun, isTruncated: Bool) throws -> Double in
    let schedule = PublishedSchedule.branch20
    let recorder = TimeRecorder(try GaussianField(means: [0.4], deviations: [1]))
    let reward = LinearReward(gradient: [1])
    if isTruncated {
      _ = try ChainSampler(
        plan: schedule.plan(), field: TruncatedTimeField(recorder), reward: reward
      ).rollout(root: 0, key: run.key)
    } else {
      _ = try ChainSampler(plan: schedule.plan(), field: recorder, reward: reward)
        .rollout(root: 0, key: run.key)
    }
    let told = recorder.times
    guard told.count == schedule.grid.stepCount else { return .infinity }
    var largest = 0.0
    for step in schedule.grid.steps {
      largest = larger(largest, abs(told[step] - schedule.grid.times[step]))
    }
    return largest
  }
  return Check(
    id: "told-time",
    subject: "largest |time of a step - time that the field is told| over 20 steps",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "dancegrpo", defect: "the field is told int(1000 t) / 1000, train_grpo_flux.py:231"
      ) { run in .identity(observed: try largest(run, true), expected: 0, tolerance: 0) }
    ]
  ) { run in
    Finding(stating: .identity(observed: try largest(run, false), expected: 0, tolerance: 0))
  }
}

/// The largest gap between the end of a step and the beginning of the next around a merged step.
private func suffixStart() -> Check {
  let start = 4
  let largest = { @Sendable (merged: Int, beginsAtNextStep: Bool) throws -> Double in
    let grid = TimeGrid.shifted(steps: 16, shift: 3)
    let noise = NoiseSchedule.constant(0.3)
    var times = grid.times
    times.removeSubrange((start + 1)..<(start + merged))
    let plan = try SamplingPlan.singleStep(
      grid: try TimeGrid(times: times), noise: noise, step: start)
    var kernels = plan.kernels
    if beginsAtNextStep {
      kernels =
        Array(plan.kernels[...start]) + SamplingPlan.ode(grid: grid).kernels[(start + 1)...]
    }
    var largest = abs(kernels[kernels.count - 1].nextTime)
    for index in kernels.indices.dropFirst() {
      largest = larger(largest, abs(kernels[index].time - kernels[index - 1].nextTime))
    }
    return largest
  }
  return Check(
    id: "suffix-start",
    subject: "largest gap between the end of a step and the next, a merged step at step 4 of 16",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "visualgrpo-2", defect: "after 2 merged steps the suffix begins at start + 1"
      ) { _ in .identity(observed: try largest(2, true), expected: 0, tolerance: 0) },
      Control(
        id: "visualgrpo-4", defect: "after 4 merged steps the suffix begins at start + 1"
      ) { _ in .identity(observed: try largest(4, true), expected: 0, tolerance: 0) },
    ]
  ) { _ in
    let observed = larger(
      larger(try largest(1, true), try largest(2, false)), try largest(4, false))
    return Finding(stating: .identity(observed: observed, expected: 0, tolerance: 0))
  }
}
