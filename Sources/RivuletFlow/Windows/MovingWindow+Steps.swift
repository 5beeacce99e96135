public import RivuletNumerics

extension MovingWindow {
  /// Returns the steps in the window at one iteration.
  ///
  /// A random start is drawn under `key.child("window")` at (root 0, step iteration), so all workers
  /// that share the key see the same window; the published code seeds a generator on each worker
  /// from the operating system. Its first window is the one at start 0, in the published form here too.
  ///
  /// - Parameters:
  ///   - iteration: The number of the iteration, from 0; below 2^32.
  ///   - key: The key of the run; only random starts use it.
  /// - Returns: The steps; in the published form they may be fewer than ``size``, or none.
  public func steps(at iteration: Int, key: RandomKey) -> Range<Int> {
    precondition(
      iteration >= 0 && iteration < 1 << 32, "an iteration is in 0 ..< 2^32, got \(iteration)")
    let start = start(at: iteration, key: key)
    return start..<min(start + size, max(start, bound))
  }

  /// Returns how often each step is in the window over the first iterations.
  ///
  /// - Parameters:
  ///   - iterations: The number of iterations.
  ///   - stepCount: T, at least ``bound``.
  ///   - key: The key of the run; only random starts use it.
  /// - Returns: One count for each step.
  public func coverage(iterations: Int, stepCount: Int, key: RandomKey) -> [Int] {
    precondition(stepCount >= bound, "the window reaches \(bound) of \(stepCount) steps")
    var counts = [Int](repeating: 0, count: stepCount)
    for iteration in 0..<max(0, iterations) {
      for step in steps(at: iteration, key: key) { counts[step] += 1 }
    }
    return counts
  }

  private func start(at iteration: Int, key: RandomKey) -> Int {
    if case .random = strategy {
      if form == .published && iteration == 0 { return 0 }
      var words = WordStream(
        key: key.child("window"), address: NoiseAddress(root: 0, step: UInt32(iteration)),
        expected: 1)
      return words.nextBelow(UInt64(bound - size + 1))
    }
    let starts = starts
    var lasting = 0
    for start in starts { lasting += iterations(at: start) }
    if end == .stay && iteration >= lasting { return starts[starts.count - 1] }
    var rest = iteration % lasting
    for start in starts {
      let count = iterations(at: start)
      if rest < count { return start }
      rest -= count
    }
    return starts[starts.count - 1]
  }
}

extension MovingWindow {
  /// A published recipe: 25 steps of which 23 may be in the window, which holds four of them.
  ///
  /// The bound 23 = T - 2 is the code's exclusive one, although steps 0 ... T - 2 have samples.
  ///
  /// Source: MixGRPO at e5cdd6a, `train_grpo_flux.py` line 919 and the training scripts.
  public enum Recipe: String, Sendable, Hashable, Codable, CaseIterable {
    /// MixGRPO: one step further every 25 iterations.
    case mixGRPO = "mixgrpo"
    /// MixGRPO Flash: one step further every 20 iterations.
    case flash
    /// MixGRPO Flash*: a window that never moves.
    case flashStar = "flash-star"

    /// T.
    public var stepCount: Int { 25 }
    /// The shift of the grid.
    public var shift: Double { 3 }
    /// The iterations that the scripts declare.
    public var declaredIterations: Int { 300 }
    /// The iterations at each start.
    public var iterationsPerStart: Int { self == .mixGRPO ? 25 : 20 }
    /// How far the start moves.
    public var stride: Int { self == .flashStar ? 0 : 1 }

    /// Returns the window.
    ///
    /// - Parameter form: The code's window, or one that is never cut and reaches step T - 2.
    /// - Returns: The window.
    public func window(_ form: Form = .complete) -> MovingWindow {
      MovingWindow(
        .progressive(iterations: iterationsPerStart),
        bound: form == .complete ? stepCount - 1 : stepCount - 2, size: 4, stride: stride,
        end: .rollBack, form: form)
    }
  }
}
