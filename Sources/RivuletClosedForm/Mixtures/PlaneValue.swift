public import RivuletFlow
import RivuletKernels
import RivuletNumerics

/// The expected reward of a discretised chain in the plane, by quadrature on a square grid.
///
///     V_N(x) = R(x),   V_k(x) = (V_{k+1} * N(0, tau_k^2 I))(p_k x + q_k v(x, t_k))
///
/// The convolution is separable and taken by the trapezoidal rule on the grid's own points, which
/// converges geometrically; between points the convolved value is interpolated with degree seven.
/// Values beyond the grid are those at its edge, so the grid must reach where chains hardly come. The
/// velocity may be any field in two dimensions: a mixture, a checkerboard, a sum with a network.
///
/// The error is stated by ``withError(field:plan:reward:halfWidth:pointsPerSide:)``, with the points
/// doubled. Derivatives with respect to parameters are central differences of ``expectation``, which is
/// a smooth function of them.
public struct PlaneValue: Sendable {
  /// The steps.
  public let plan: SamplingPlan
  /// E[R] for standard normal initial noise.
  public let expectation: Double
  /// Half the width of the grid, which has its middle at the origin.
  public let halfWidth: Double
  /// The number of points in a row.
  public let pointsPerSide: Int
  private let values: [[Double]]

  /// Computes the values of a reward.
  ///
  /// - Parameters:
  ///   - field: A field in two dimensions.
  ///   - plan: The steps; the noise of each stochastic one must be at least 1.2 spacings of the grid.
  ///   - reward: The reward of the last state, smooth on the scale of the grid.
  ///   - halfWidth: Half the width of the grid; at least 6, to hold the initial noise.
  ///   - pointsPerSide: At least 16.
  public init(
    field: some VelocityField, plan: SamplingPlan, reward: some Reward, halfWidth: Double = 8,
    pointsPerSide: Int = 129
  ) {
    precondition(
      field.dimension == 2 && reward.dimension == 2,
      "field and reward must have two dimensions, got \(field.dimension) and \(reward.dimension)")
    precondition(
      halfWidth >= 6 && halfWidth.isFinite, "half the width must be 6 or more, got \(halfWidth)")
    precondition(
      pointsPerSide >= 16, "a row needs 16 or more points, got \(pointsPerSide)")
    let grid = Grid(side: pointsPerSide, halfWidth: halfWidth)
    for (step, kernel) in plan.kernels.enumerated() where kernel.isStochastic {
      precondition(
        kernel.deviation >= 1.2 * grid.spacing,
        "the noise \(kernel.deviation) of step \(step) is finer than 1.2 spacings \(grid.spacing)")
    }
    var later = grid.tabulate { tile in reward.rewards(of: tile) }
    var values = [later]
    for kernel in plan.kernels.reversed() {
      let smooth = kernel.isStochastic ? grid.convolve(later, deviation: kernel.deviation) : later
      var velocity = StateTile(dimension: 2)
      later = grid.tabulate { tile in
        field.velocity(of: tile, time: kernel.time, into: &velocity)
        return grid.interpolate(smooth, after: kernel, from: tile, velocity: velocity)
      }
      values.append(later)
    }
    self.plan = plan
    self.halfWidth = halfWidth
    self.pointsPerSide = pointsPerSide
    self.values = values.reversed()
    expectation = grid.standardExpectation(of: later)
  }

  /// Returns the expected reward given the state before a step.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N; N gives the reward itself.
  ///   - state: x, two numbers; beyond the grid it is moved to the edge.
  /// - Returns: V_k(x).
  public func value(at step: Int, state: [Double]) -> Double {
    precondition(
      values.indices.contains(step),
      "the chain stands at steps 0 to \(plan.stepCount), got \(step)")
    precondition(state.count == 2, "a state has two numbers, got \(state.count)")
    let grid = Grid(side: pointsPerSide, halfWidth: halfWidth)
    var value = 0.0
    interpolateOnGrid(
      values[step], side: grid.side, origin: -halfWidth, spacing: grid.spacing,
      across: [state[0]], down: [state[1]], count: 1, output: &value)
    return value
  }

  /// Computes the values twice, the second time with half the spacing.
  ///
  /// - Parameters:
  ///   - field: A field in two dimensions.
  ///   - plan: The steps.
  ///   - reward: The reward of the last state.
  ///   - halfWidth: Half the width of the grid.
  ///   - pointsPerSide: The number of points in a row the first time.
  /// - Returns: The finer values, and the change of the expectation, which bounds the error of the
  ///   coarser one. It does not see what the edge of the grid does.
  public static func withError(
    field: some VelocityField, plan: SamplingPlan, reward: some Reward, halfWidth: Double = 8,
    pointsPerSide: Int = 129
  ) -> (value: PlaneValue, error: Double) {
    let coarse = PlaneValue(
      field: field, plan: plan, reward: reward, halfWidth: halfWidth, pointsPerSide: pointsPerSide)
    let fine = PlaneValue(
      field: field, plan: plan, reward: reward, halfWidth: halfWidth,
      pointsPerSide: 2 * pointsPerSide - 1)
    return (fine, abs(fine.expectation - coarse.expectation))
  }
}

/// A square grid around the origin; value y n + x belongs to column x of row y.
private struct Grid {
  let side: Int
  let halfWidth: Double
  var spacing: Double { 2 * halfWidth / Double(side - 1) }

  func place(_ index: Int) -> Double { Double(index) * spacing - halfWidth }

  /// Returns a function at every point; the last tile repeats the last point.
  func tabulate(_ function: (StateTile) -> [Double]) -> [Double] {
    let lanes = StateTile.lanes
    let count = side * side
    var values = [Double](repeating: 0, count: count)
    var tile = StateTile(dimension: 2)
    for first in stride(from: 0, to: count, by: lanes) {
      for lane in 0..<lanes {
        let index = min(first + lane, count - 1)
        tile.values[lane] = place(index % side)
        tile.values[lanes + lane] = place(index / side)
      }
      let numbers = function(tile)
      for lane in 0..<min(lanes, count - first) { values[first + lane] = numbers[lane] }
    }
    return values
  }

  func interpolate(
    _ values: [Double], after kernel: TransitionKernel, from tile: StateTile, velocity: StateTile
  ) -> [Double] {
    let lanes = StateTile.lanes
    let places = tile.values.indices.map {
      kernel.stateFactor * tile.values[$0] + kernel.velocityFactor * velocity.values[$0]
    }
    var output = [Double](repeating: 0, count: lanes)
    places.withUnsafeBufferPointer { places in
      guard let start = places.baseAddress else { return }
      interpolateOnGrid(
        values, side: side, origin: -halfWidth, spacing: spacing, across: start,
        down: start + lanes, count: lanes, output: &output)
    }
    return output
  }

  func convolve(_ values: [Double], deviation: Double) -> [Double] {
    let reach = Int((NormalNodes.reach * deviation / spacing).rounded(.up))
    let heights = (-reach...reach).map { offset in
      let z = Double(offset) * spacing / deviation
      return Elementary.exp(-z * z / 2)
    }
    let sum = Sums.sum(heights)
    let weights = heights.map { $0 / sum }
    return convolveDown(convolveDown(values, weights), weights)
  }

  /// Convolves every column, then exchanges rows and columns.
  private func convolveDown(_ values: [Double], _ weights: [Double]) -> [Double] {
    let reach = weights.count / 2
    var sums = [Double](repeating: 0, count: side * side)
    values.withUnsafeBufferPointer { from in
      sums.withUnsafeMutableBufferPointer { into in
        guard let from = from.baseAddress, let into = into.baseAddress else { return }
        for row in 0..<side {
          for (index, weight) in weights.enumerated() {
            let other = min(max(row + index - reach, 0), side - 1)
            accumulateProduct(
              from + other * side, factor: weight, into: into + row * side, count: side)
          }
        }
      }
    }
    return (0..<side * side).map { sums[$0 % side * side + $0 / side] }
  }

  func standardExpectation(of values: [Double]) -> Double {
    let heights = (0..<side).map { Elementary.exp(-place($0) * place($0) / 2) }
    let sum = Sums.sum(heights)
    return Sums.sum(count: side * side) { index in
      values[index] * (heights[index % side] / sum) * (heights[index / side] / sum)
    }
  }
}
