public import RivuletFlow

extension Recipe {
  /// The times at which a sampler stands.
  public enum Grid: Sendable, Hashable {
    /// Equal steps.
    case uniform(steps: Int)
    /// Equal steps moved towards noise: DanceGRPO, MixGRPO, BranchGRPO.
    case shift(steps: Int, shift: Double)
    /// The scheduler of Stable Diffusion 3.5, whose end point is shifted twice.
    case doubleShift(steps: Int, shift: Double)
    /// The exponential shift of FLUX.
    case flux(steps: Int, mu: Double)
    /// The exponential shift of Qwen-Image, stretched to a terminal time.
    case qwen(steps: Int, mu: Double, terminal: Double)
    /// Times of one's own, from 1 down to 0.
    case times([Double])

    /// The number of steps N.
    public var stepCount: Int {
      switch self {
      case .uniform(let steps), .shift(let steps, _), .doubleShift(let steps, _),
        .flux(let steps, _), .qwen(let steps, _, _):
        steps
      case .times(let times): times.count - 1
      }
    }

    /// The grid of a recipe that was read or validated.
    public var timeGrid: TimeGrid {
      switch self {
      case .uniform(let steps): return .uniform(steps: steps)
      case .shift(let steps, let shift): return .shifted(steps: steps, shift: shift)
      case .doubleShift(let steps, let shift): return .stableDiffusion3(steps: steps, shift: shift)
      case .flux(let steps, let mu): return .flux(steps: steps, mu: mu)
      case .qwen(let steps, let mu, let terminal):
        return .qwen(steps: steps, mu: mu, terminal: terminal)
      case .times(let times):
        do {
          return try TimeGrid(times: times)
        } catch {
          preconditionFailure("\(error)")
        }
      }
    }
  }
}

extension Recipe.Grid: RecipePart {
  private enum Kind: String, CaseIterable { case uniform, shift, doubleShift, flux, qwen, times }

  private var kind: Kind {
    switch self {
    case .uniform: .uniform
    case .shift: .shift
    case .doubleShift: .doubleShift
    case .flux: .flux
    case .qwen: .qwen
    case .times: .times
    }
  }

  private var shift: Double? {
    switch self {
    case .shift(_, let shift), .doubleShift(_, let shift): shift
    default: nil
    }
  }

  private var mu: Double? {
    switch self {
    case .flux(_, let mu), .qwen(_, let mu, _): mu
    default: nil
    }
  }

  private var terminal: Double? {
    if case .qwen(_, _, let terminal) = self { terminal } else { nil }
  }

  private var times: [Double]? { if case .times(let times) = self { times } else { nil } }

  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError) {
    let most = 100_000
    let shifts = ValueRange.closed(1e-6...1e6)
    let exponents = ValueRange.closed(-14...14)
    switch try fields.kind(current?.kind) {
    case .uniform:
      self = .uniform(steps: try fields.count("steps", current?.stepCount, in: 1...most))
    case .shift:
      self = .shift(
        steps: try fields.count("steps", current?.stepCount, in: 1...most),
        shift: try fields.number("shift", current?.shift, in: shifts))
    case .doubleShift:
      self = .doubleShift(
        steps: try fields.count("steps", current?.stepCount, in: 2...most),
        shift: try fields.number("shift", current?.shift, in: shifts))
    case .flux:
      self = .flux(
        steps: try fields.count("steps", current?.stepCount, in: 2...most),
        mu: try fields.number("mu", current?.mu, in: exponents))
    case .qwen:
      self = .qwen(
        steps: try fields.count("steps", current?.stepCount, in: 2...most),
        mu: try fields.number("mu", current?.mu, in: exponents),
        terminal: try fields.number("terminal", current?.terminal, in: .inside))
    case .times:
      self = .times(try fields.numbers("times", current?.times, in: .unit))
    }
  }

  func check(at path: RecipePath) throws(RecipeError) {
    guard case .times(let times) = self else { return }
    do {
      _ = try TimeGrid(times: times)
    } catch {
      throw .contradiction(path: path.field("times"), value: "\(times)", rule: "\(error)")
    }
  }
}
