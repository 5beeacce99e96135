import RivuletLanes

/// The components of a mixture of round Gaussians at one time, one number for each, or one for each and
/// every row.
///
/// With c = 1 - t, V = c² s² + t² and the slope alpha = (t - c s²) / V.
public struct SingleMixtureFrame {
  /// The number of components.
  public var components: Int
  /// 1 / V.
  public var precisions: UnsafePointer<Float>
  /// alpha.
  public var slopes: UnsafePointer<Float>
  /// c mu, component by component.
  public var centres: UnsafePointer<Float>
  /// mu, component by component.
  public var means: UnsafePointer<Float>
  /// c.
  public var rest: Float

  /// Makes a frame.
  ///
  /// - Parameters:
  ///   - components: The number of components, at least one.
  ///   - precisions: 1 / V.
  ///   - slopes: alpha.
  ///   - centres: c mu, component by component.
  ///   - means: mu, component by component.
  ///   - rest: c.
  public init(
    components: Int, precisions: UnsafePointer<Float>, slopes: UnsafePointer<Float>,
    centres: UnsafePointer<Float>, means: UnsafePointer<Float>, rest: Float
  ) {
    self.components = components
    self.precisions = precisions
    self.slopes = slopes
    self.centres = centres
    self.means = means
    self.rest = rest
  }
}

/// Turns logarithms of weights into posterior weights of components, and writes the velocity:
/// v = sum_j gamma_j (alpha_j (x - c mu_j) - mu_j), gamma the softmax of b_j - |x - c mu_j|² / (2 V_j).
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - frame: The components.
///   - weights: b, a row for each component; becomes gamma.
///   - velocity: Room for `rows` rows.
public func mixtureVelocity(
  state: UnsafePointer<Float>, rows: Int, lanes: Int, frame: SingleMixtureFrame,
  weights: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>
) {
  for lane in Eights(below: lanes) {
    var largest = FloatLanes.splat(-.greatestFiniteMagnitude)
    for component in 0..<frame.components {
      var square = FloatLanes.splat(0)
      for row in 0..<rows {
        let u = distance(state, row, lanes, lane, frame, component, rows)
        square = square + u * u
      }
      let place = weights + component * lanes + lane
      let half: FloatLanes = square * .splat(0.5 * frame.precisions[component])
      let exponent: FloatLanes = FloatLanes(at: place) - half
      exponent.store(to: place)
      largest = largest.maximum(exponent)
    }
    var sum = FloatLanes.splat(0)
    for component in 0..<frame.components {
      let place = weights + component * lanes + lane
      let power = exp(FloatLanes(at: place) - largest)
      power.store(to: place)
      sum = sum + power
    }
    for component in 0..<frame.components {
      let place = weights + component * lanes + lane
      (FloatLanes(at: place) / sum).store(to: place)
    }
    for row in 0..<rows {
      var total = FloatLanes.splat(0)
      for component in 0..<frame.components {
        let own = componentVelocity(state, row, lanes, lane, frame, component, rows)
        total = total + FloatLanes(at: weights + component * lanes + lane) * own
      }
      total.store(to: velocity + row * lanes + lane)
    }
  }
}

/// Writes the derivative of a·v with respect to each exponent of the posterior, and to the state.
///
/// With q_j = a·v_j it is g_j = gamma_j (q_j - sum_m gamma_m q_m); the state gets
/// sum_j (gamma_j alpha_j a - g_j u_j / V_j), u_j = x - c mu_j.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - delta: a, as many.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - frame: The components.
///   - weights: gamma, a row for each component.
///   - pulls: Room for g, a row for each component.
///   - stateDelta: Room for `rows` rows, or nil.
public func mixturePulls(
  state: UnsafePointer<Float>, delta: UnsafePointer<Float>, rows: Int, lanes: Int,
  frame: SingleMixtureFrame, weights: UnsafePointer<Float>, pulls: UnsafeMutablePointer<Float>,
  stateDelta: UnsafeMutablePointer<Float>?
) {
  for lane in Eights(below: lanes) {
    var mean = FloatLanes.splat(0)
    for component in 0..<frame.components {
      var product = FloatLanes.splat(0)
      for row in 0..<rows {
        let own = componentVelocity(state, row, lanes, lane, frame, component, rows)
        product = product + FloatLanes(at: delta + row * lanes + lane) * own
      }
      let place = component * lanes + lane
      product.store(to: pulls + place)
      mean = mean + FloatLanes(at: weights + place) * product
    }
    for component in 0..<frame.components {
      let place = component * lanes + lane
      let pull: FloatLanes =
        FloatLanes(at: weights + place) * (FloatLanes(at: pulls + place) - mean)
      pull.store(to: pulls + place)
    }
    guard let stateDelta else { continue }
    for row in 0..<rows {
      let a = FloatLanes(at: delta + row * lanes + lane)
      var total = FloatLanes.splat(0)
      for component in 0..<frame.components {
        let place = component * lanes + lane
        let u = distance(state, row, lanes, lane, frame, component, rows)
        let direct: FloatLanes =
          FloatLanes(at: weights + place) * (.splat(frame.slopes[component]) * a)
        let share: FloatLanes =
          FloatLanes(at: pulls + place) * (.splat(frame.precisions[component]) * u)
        total = total + (direct - share)
      }
      total.store(to: stateDelta + row * lanes + lane)
    }
  }
}

/// Adds the derivative of a·v with respect to the means:
/// sum over lanes of g_j c u_j / V_j - gamma_j (c alpha_j + 1) a.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - delta: a, as many.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - frame: The components.
///   - weights: gamma, a row for each component.
///   - pulls: g, a row for each component.
///   - gradient: Component by component; added to.
public func addMixtureMeans(
  state: UnsafePointer<Float>, delta: UnsafePointer<Float>, rows: Int, lanes: Int,
  frame: SingleMixtureFrame, weights: UnsafePointer<Float>, pulls: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>
) {
  for component in 0..<frame.components {
    let shift = FloatLanes.splat(frame.rest * frame.precisions[component])
    let direct = FloatLanes.splat(frame.rest * frame.slopes[component] + 1)
    for row in 0..<rows {
      var sum = FloatLanes.splat(0)
      for lane in Eights(below: lanes) {
        let place = component * lanes + lane
        let u = distance(state, row, lanes, lane, frame, component, rows)
        let a = FloatLanes(at: delta + row * lanes + lane)
        let moved: FloatLanes = FloatLanes(at: pulls + place) * (shift * u)
        let carried: FloatLanes = FloatLanes(at: weights + place) * (direct * a)
        sum = sum + (moved - carried)
      }
      gradient[component * rows + row] += sum.sumOfLanes
    }
  }
}

/// Adds the derivative of a·v with respect to the logarithms of the standard deviations:
/// sum over lanes of g_j (c² s² / V) (|u|² / V - D) - gamma_j (2 c t s² / V²) a·u.
///
/// - Parameters:
///   - state: x, `rows` rows of `lanes` numbers.
///   - delta: a, as many.
///   - rows: The dimension D.
///   - lanes: A multiple of eight.
///   - frame: The components.
///   - spreads: c² s² / V of each component.
///   - bends: 2 c t s² / V² of each component.
///   - weights: gamma, a row for each component.
///   - pulls: g, a row for each component.
///   - gradient: One number for each component; added to.
public func addMixtureScales(
  state: UnsafePointer<Float>, delta: UnsafePointer<Float>, rows: Int, lanes: Int,
  frame: SingleMixtureFrame, spreads: UnsafePointer<Float>, bends: UnsafePointer<Float>,
  weights: UnsafePointer<Float>, pulls: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>
) {
  for component in 0..<frame.components {
    var sum = FloatLanes.splat(0)
    for lane in Eights(below: lanes) {
      var square = FloatLanes.splat(0)
      var product = FloatLanes.splat(0)
      for row in 0..<rows {
        let u = distance(state, row, lanes, lane, frame, component, rows)
        square = square + u * u
        product = product + FloatLanes(at: delta + row * lanes + lane) * u
      }
      let place = component * lanes + lane
      let excess: FloatLanes =
        square * .splat(frame.precisions[component]) - .splat(Float(rows))
      let spread: FloatLanes = FloatLanes(at: pulls + place) * (.splat(spreads[component]) * excess)
      let bend: FloatLanes = FloatLanes(at: weights + place) * (.splat(bends[component]) * product)
      sum = sum + (spread - bend)
    }
    gradient[component] += sum.sumOfLanes
  }
}

/// u = x - c mu of one component in one row.
@inline(__always)
private func distance(
  _ state: UnsafePointer<Float>, _ row: Int, _ lanes: Int, _ lane: Int,
  _ frame: SingleMixtureFrame, _ component: Int, _ rows: Int
) -> FloatLanes {
  FloatLanes(at: state + row * lanes + lane) - .splat(frame.centres[component * rows + row])
}

/// alpha u - mu of one component in one row.
@inline(__always)
private func componentVelocity(
  _ state: UnsafePointer<Float>, _ row: Int, _ lanes: Int, _ lane: Int,
  _ frame: SingleMixtureFrame, _ component: Int, _ rows: Int
) -> FloatLanes {
  let u = distance(state, row, lanes, lane, frame, component, rows)
  return .splat(frame.slopes[component]) * u - .splat(frame.means[component * rows + row])
}
