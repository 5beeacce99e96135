public import RivuletFlow

extension Recipe {
  /// Which steps of a chain or tree add noise; the others follow the ODE.
  public enum NoisySteps: Sendable, Hashable {
    /// Every step.
    case all
    /// A window that moves from iteration to iteration: MixGRPO, Flow-GRPO-Fast, BranchGRPO-Mix.
    case window(Window)
    /// Each step whose number is below `size` after division by `interval`: BranchGRPO-Mix's code.
    ///
    /// It does not move. See `MixPattern`.
    case pattern(interval: Int, size: Int)
  }

  /// A window of steps that add noise.
  public struct Window: Sendable, Hashable {
    /// How long the window stands at a start, or that starts are drawn.
    public var strategy: Strategy
    /// The number of steps that it may hold: steps 0 ..< bound.
    public var bound: Int
    /// The number of steps in it.
    public var size: Int
    /// How far the start moves at once.
    public var stride: Int
    /// What follows the last start.
    public var end: MovingWindow.End
    /// Which last start it has.
    public var form: MovingWindow.Form

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - strategy: How long the window stands at a start, or that starts are drawn.
    ///   - bound: The number of steps that it may hold.
    ///   - size: The number of steps in it.
    ///   - stride: How far the start moves at once.
    ///   - end: What follows the last start.
    ///   - form: Which last start it has.
    public init(
      strategy: Strategy, bound: Int, size: Int, stride: Int = 1,
      end: MovingWindow.End = .rollBack, form: MovingWindow.Form = .complete
    ) {
      self.strategy = strategy
      self.bound = bound
      self.size = size
      self.stride = stride
      self.end = end
      self.form = form
    }

    /// How long a window stands at a start, or how the start is drawn.
    public enum Strategy: Sendable, Hashable {
      /// The same number of iterations everywhere.
      case progressive(iterations: Int)
      /// Starts drawn uniformly, one for each iteration, prompt or member of a group.
      case random(for: Draws)
      /// A number of iterations that falls linearly.
      case decay(first: Int, last: Int)
      /// A number of iterations that falls exponentially from a start on.
      case exponentialDecay(iterations: Int, rate: Double, threshold: Int)
    }

    /// What has a random start of its own.
    public enum Draws: String, Sendable, Hashable, Codable, CaseIterable {
      /// Each iteration.
      case iteration
      /// Each prompt.
      case prompt
      /// Each member of a group, so that a group compares rewards of different steps.
      ///
      /// The published code draws for each call of its pipeline, and groups straddle calls.
      case member
    }

    /// The window of a recipe that was read or validated.
    ///
    /// A random window draws for each iteration here; what draws for prompts or members passes a key
    /// of theirs.
    public var movingWindow: MovingWindow {
      let strategy: MovingWindow.Strategy =
        switch self.strategy {
        case .progressive(let iterations): .progressive(iterations: iterations)
        case .random: .random
        case .decay(let first, let last): .decay(first: first, last: last)
        case .exponentialDecay(let iterations, let rate, let threshold):
          .exponentialDecay(iterations: iterations, rate: rate, threshold: threshold)
        }
      return MovingWindow(
        strategy, bound: bound, size: size, stride: stride, end: end, form: form)
    }
  }
}

extension Recipe.NoisySteps: RecipePart {
  private enum Kind: String, CaseIterable { case all, window, pattern }

  private var kind: Kind {
    switch self {
    case .all: .all
    case .window: .window
    case .pattern: .pattern
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let most = 1_000_000
    switch try fields.kind(current?.kind) {
    case .all: self = .all
    case .window:
      let window: Recipe.Window? = if case .window(let window) = current { window } else { nil }
      self = .window(
        Recipe.Window(
          strategy: try fields.part("strategy", window?.strategy),
          bound: try fields.count("bound", window?.bound, in: 1...most),
          size: try fields.count("size", window?.size, in: 1...most),
          stride: try fields.count("stride", window?.stride, in: 0...most),
          end: try fields.choice("end", window?.end),
          form: try fields.choice("form", window?.form)))
    case .pattern:
      var interval: Int?
      var size: Int?
      if case .pattern(let first, let second) = current { (interval, size) = (first, second) }
      self = .pattern(
        interval: try fields.count("interval", interval, in: 1...most),
        size: try fields.count("size", size, in: 1...most))
    }
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard case .window(let window) = self, window.size > window.bound else { return }
    throw .contradiction(
      path: path.field("size"), value: "\(window.size)",
      rule: "the window lies in the first \(window.bound) steps")
  }
}

extension Recipe.Window.Strategy: RecipePart {
  private enum Kind: String, CaseIterable { case progressive, random, decay, exponentialDecay }

  private var kind: Kind {
    switch self {
    case .progressive: .progressive
    case .random: .random
    case .decay: .decay
    case .exponentialDecay: .exponentialDecay
    }
  }

  private var iterations: Int? {
    switch self {
    case .progressive(let iterations), .exponentialDecay(let iterations, _, _): iterations
    case .random, .decay: nil
    }
  }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let counts = 1...1_000_000_000
    switch try fields.kind(current?.kind) {
    case .progressive:
      self = .progressive(
        iterations: try fields.count("iterations", current?.iterations, in: counts))
    case .random:
      let draws: Recipe.Window.Draws? = if case .random(let draws) = current { draws } else { nil }
      self = .random(for: try fields.choice("for", draws))
    case .decay:
      var ends: (Int?, Int?)
      if case .decay(let first, let last) = current { ends = (first, last) }
      self = .decay(
        first: try fields.count("first", ends.0, in: counts),
        last: try fields.count("last", ends.1, in: counts))
    case .exponentialDecay:
      var rate: Double?
      var threshold: Int?
      if case .exponentialDecay(_, let second, let third) = current {
        (rate, threshold) = (second, third)
      }
      self = .exponentialDecay(
        iterations: try fields.count("iterations", current?.iterations, in: counts),
        rate: try fields.number("rate", rate, in: .notNegative),
        threshold: try fields.count("threshold", threshold, in: 0...1_000_000))
    }
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard case .decay(let first, let last) = self, first < last else { return }
    throw .contradiction(
      path: path.field("last"), value: "\(last)",
      rule: "the number of iterations falls from the first, \(first)")
  }
}
