import RivuletNumerics

/// The law of the length of D standard normal numbers, for integrals over it.
///
///     density of rho = |xi|:  const rho^{D-1} exp(-rho^2/2)
///
/// The density is taken relative to its top at rho_0 = sqrt(D - 1) and the constant found by the same
/// quadrature, which keeps thirteen digits at D = 65536, where logarithms of gamma functions would not.
/// Beyond nine units on either side of rho_0 lies less than 1e-17 of the law.
struct RadialLaw {
  /// D.
  let dimension: Int
  /// Where the law begins, for the purposes of double precision.
  let lower: Double
  /// Where it ends.
  let upper: Double
  /// Nodes for each panel.
  let rule: GaussLegendre
  private let top: Double
  private var scale: Double

  init(dimension: Int, nodes: Int) {
    precondition(dimension >= 1, "a space has one or more dimensions, got \(dimension)")
    self.dimension = dimension
    top = Double(dimension - 1).squareRoot()
    lower = max(0, top - 9)
    upper = top + 9
    rule = GaussLegendre(count: nodes)
    scale = 1
    scale = 1 / integral(from: lower, to: upper) { _ in 1 }
  }

  /// The density at rho >= 0.
  func density(_ rho: Double) -> Double {
    guard dimension > 1 else { return scale * Elementary.exp(-rho * rho / 2) }
    guard rho > 0 else { return 0 }
    let u = (rho - top) / top
    let exponent = Double(dimension - 1) * (Elementary.log1p(u) - u - u * u / 2)
    return scale * Elementary.exp(exponent)
  }

  /// The probability of a length above rho.
  func tail(_ rho: Double) -> Double {
    Special.upperRegularizedGamma(rho * rho / 2, a: Double(dimension) / 2)
  }

  /// The integral of f times the density over a part of the law, in panels of at most two units.
  func integral(from: Double, to: Double, _ f: (Double) -> Double) -> Double {
    let low = max(lower, from)
    let high = min(upper, to)
    guard low < high else { return 0 }
    let panels = Int(((high - low) / 2).rounded(.up))
    let width = (high - low) / Double(panels)
    var sum = 0.0
    for panel in 0..<panels {
      let start = low + Double(panel) * width
      sum += rule.integral(from: start, to: start + width) { f($0) * density($0) }
    }
    return sum
  }
}
