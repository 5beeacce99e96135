import RivuletNumerics

/// The clipped surrogate of one step after an update, for the advantage that the step's noise has.
///
/// The samples are of the old policy, the mean has moved since by delta > 0 standard deviations in the
/// direction of a unit vector, and the advantage is A = |w| xi (an update that `improves`) or -|w| xi, xi the
/// noise in that direction: the exact advantage of a linear reward. With the summed log-ratio
/// l = delta xi - delta^2/2 the surrogate is E[min(r A, clip(r, 1 - below, 1 + above) A)], r = exp(l). A sample
/// has a gradient where A > 0 and r < 1 + above, or A < 0 and r > 1 - below, hence for xi in
///
///     improving   (min(low, 0), high)
///     worsening   outside (0, max(low, 0))
///
///     low = (ln(1 - below) + delta^2/2)/delta,   high = (ln(1 + above) + delta^2/2)/delta.
///
/// Once delta exceeds sqrt(-2 ln(1 - below)) an improving update has clipped every sample with A < 0. Advantages
/// that hold noise of other steps too, and means over dimensions, have no such closed form.
///
/// Source: derived; the objective is that of PPO, arXiv 1707.06347, equation 7, as Flow-GRPO uses it.
public struct ClippedSurrogateLaw: Sendable, Hashable {
  /// delta, how far the mean has moved, in standard deviations; positive.
  public let shift: Double
  /// Whether the mean has moved to where the advantage is positive.
  public let improves: Bool
  /// How far the range reaches below one.
  public let below: Double
  /// How far the range reaches above one.
  public let above: Double

  /// Where samples begin and end to have a gradient; where they begin and end to have none if worsening.
  private let start: Double
  private let end: Double

  /// Makes the surrogate of one step.
  ///
  /// - Parameters:
  ///   - shift: delta, positive.
  ///   - improves: Whether the mean has moved to where the advantage is positive.
  ///   - below: How far the range reaches below one, in (0, 1).
  ///   - above: How far the range reaches above one; positive, infinite for no bound.
  public init(shift: Double, improves: Bool, below: Double, above: Double) {
    precondition(shift > 0 && shift.isFinite, "the shift must be positive, got \(shift)")
    precondition(below > 0 && below < 1, "the lower clip lies in (0, 1), got \(below)")
    precondition(above > 0, "the upper clip is positive, got \(above)")
    self.shift = shift
    self.improves = improves
    self.below = below
    self.above = above
    let low = Elementary.log1p(-below) / shift + shift / 2
    if improves {
      start = min(low, 0)
      end = above.isFinite ? Elementary.log1p(above) / shift + shift / 2 : .infinity
    } else {
      start = 0
      end = max(low, 0)
    }
  }

  /// The part of the samples that have no gradient.
  public var clippedFraction: Double {
    let inside = Special.normalCDF(end) - Special.normalCDF(start)
    return improves ? Special.normalCDF(start) + Special.normalCDF(-end) : inside
  }

  /// The gradient of the surrogate in delta over that of E[A] under the new policy.
  ///
  ///     E[(eta^2 + delta eta) of the samples that have a gradient],   eta = xi - delta
  ///
  /// One without a clip, whatever delta.
  public var gradientFactor: Double {
    let (a, b) = (start - shift, end - shift)
    let inside =
      Special.normalCDF(b) - Special.normalCDF(a) - (moment(b) - moment(a))
      - shift * (density(b) - density(a))
    return improves ? inside : 1 - inside
  }

  /// The surrogate over |w|; its slope in delta is the gradient factor, negative if worsening.
  public var value: Double {
    let (a, b) = (start - shift, end - shift)
    let inside =
      shift * (Special.normalCDF(b) - Special.normalCDF(a)) - (density(b) - density(a))
    if improves {
      let upper = above.isFinite ? (1 + above) * density(end) : 0
      return inside + upper - (1 - below) * density(start)
    }
    return -(shift - inside) - (1 - below) * (density(start) - density(end))
  }

  private func density(_ x: Double) -> Double {
    Elementary.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  private func moment(_ x: Double) -> Double { x.isFinite ? x * density(x) : 0 }
}
