import Rivulet

/// The bar of a run: reward, divergence, clipped share, gradient and speed, some times a second.
struct TrainingProgress {
  private let bar: ProgressBar?
  private let total: Int
  private let start = ContinuousClock.now
  private var lastDraw: ContinuousClock.Instant
  private var lastIteration: Int
  private var rate: Double?

  /// Makes the bar of a console; nothing is drawn where nobody watches.
  ///
  /// - Parameters:
  ///   - console: Where it is drawn.
  ///   - total: The number of iterations of the run.
  ///   - done: The number of iterations that are done already.
  init(console: Console, total: Int, done: Int) {
    bar = ProgressBar(console: console, unit: "", cells: 12)
    self.total = total
    lastDraw = start
    lastIteration = done
  }

  /// Draws the state of the run, unless it was drawn a moment ago.
  ///
  /// - Parameters:
  ///   - iteration: The number of iterations that are done.
  ///   - label: What is measured, made only where it is drawn.
  mutating func show(_ iteration: Int, _ label: () -> String) {
    guard let bar else { return }
    let now = ContinuousClock.now
    let seconds = (now - lastDraw).seconds
    guard seconds >= 0.1 || iteration == total else { return }
    let latest = Double(iteration - lastIteration) / max(seconds, 1e-9)
    rate = rate.map { 0.7 * $0 + 0.3 * latest } ?? latest
    lastDraw = now
    lastIteration = iteration
    bar.show(
      done: iteration, total: total,
      label: Self.words(rate: rate ?? 0) + " " + label())
  }

  /// Returns a number of iterations in a second, whole from 100 on.
  static func words(rate: Double) -> String {
    let whole = rate.rounded()
    return (rate >= 100 && whole < 1e15 ? "\(Int(whole))" : Numerals.significant(rate, digits: 3))
      + "/s"
  }

  /// Takes the bar away.
  func clear() { bar?.clear() }

  /// The time since the start, in seconds.
  var seconds: Double { (ContinuousClock.now - start).seconds }
}

extension Duration {
  /// The time in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension IterationSummary {
  /// The numbers that a bar shows.
  var label: String {
    func short(_ number: Double) -> String { Numerals.significant(number, digits: 3) }
    var parts: [String] = []
    if isPretraining {
      parts.append("pre-training loss \(short(loss))")
      if let velocityError { parts.append("error \(short(velocityError))") }
    } else {
      if let reward { parts.append("reward \(short(reward))") }
      if let divergence { parts.append("KL \(short(divergence))") }
      if let clippedShare { parts.append("clip \(short(100 * clippedShare))%") }
    }
    parts.append("grad \(short(gradientNorm))")
    return parts.joined(separator: " ")
  }
}
