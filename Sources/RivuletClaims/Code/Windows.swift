import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// A moving window is never empty and reaches every step that has samples.
  static let codeWindows = Claim(
    id: "code/windows",
    title: "a moving window trains every step",
    statement: """
      A window of w steps holds w steps at every iteration, and one way of it through the schedule \
      trains every step that has samples.
      """,
    source: "MixGRPO e5cdd6a, grpo_states.py:95-99 and 148, train_grpo_flux.py:919",
    scope: "T = 25, w = 4, stride 1, 25 or 20 iterations a start; steps 0 ... T - 2 have samples",
    recorded: .holds,
    checks: [neverEmpty(), coverage()])
}

/// The smallest number of steps in the window over the first thousand iterations.
private func neverEmpty() -> Check {
  let smallest = { @Sendable (window: MovingWindow, run: CheckRun) -> Double in
    var smallest = window.size
    for iteration in 0..<1000 {
      smallest = min(smallest, window.steps(at: iteration, key: run.key).count)
    }
    return Double(smallest)
  }
  let published = {
    (id: String, defect: String, window: MovingWindow) in
    Control(id: id, defect: defect) { run in
      .identity(observed: smallest(window, run), expected: 4, tolerance: 0)
    }
  }
  return Check(
    id: "never-empty",
    subject: "smallest number of steps in the window over 1000 iterations, MixGRPO and Flash",
    requirement: .absolute(0, because: "a count"),
    controls: [
      published(
        "mixgrpo", "a start at the bound is not past it: empty from iteration 575 to 599",
        MovingWindow.Recipe.mixGRPO.window(.published)),
      published(
        "flash", "the same with 20 iterations a start: empty from iteration 460 to 479",
        MovingWindow.Recipe.flash.window(.published)),
      published(
        "clipped", "without roll-back the start is clipped to the bound: empty for ever from 575",
        MovingWindow(
          .progressive(iterations: 25), bound: 23, size: 4, stride: 1, end: .stay, form: .published)
      ),
    ]
  ) { run in
    let windows = [MovingWindow.Recipe.mixGRPO, .flash, .flashStar].map {
      smallest($0.window(), run)
    }
    return Finding(
      stating: .identity(
        observed: min(windows[0], windows[1], windows[2]), expected: 4, tolerance: 0))
  }
}

/// How many of the steps with samples one way of the window leaves out.
private func coverage() -> Check {
  let leftOut = { @Sendable (form: MovingWindow.Form, run: CheckRun) -> Double in
    let recipe = MovingWindow.Recipe.mixGRPO
    let window = recipe.window(form)
    let counts = window.coverage(
      iterations: recipe.iterationsPerStart * window.starts.count, stepCount: recipe.stepCount,
      key: run.key)
    var leftOut = 0
    for count in counts.dropLast() where count == 0 { leftOut += 1 }
    return Double(leftOut)
  }
  return Check(
    id: "coverage",
    subject: "number of the steps 0 ... T - 2 that one way of the window never trains",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(
        id: "mixgrpo", defect: "T - 2 passed as an exclusive bound, train_grpo_flux.py:919"
      ) { run in .identity(observed: leftOut(.published, run), expected: 0, tolerance: 0) }
    ]
  ) { run in
    Finding(stating: .identity(observed: leftOut(.complete, run), expected: 0, tolerance: 0))
  }
}
