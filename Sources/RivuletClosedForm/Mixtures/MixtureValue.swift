public import RivuletFlow
import RivuletNumerics

/// The expected reward of the discretised chain on data of a one-dimensional mixture, by quadrature.
///
/// A mixture's velocity is not affine, so the chain has no closed form; but in one dimension the
/// conditional expectation of the reward is a function on the line that obeys
///
///     V_N(x) = R(x),   V_k(x) = E[V_{k+1}(m_k(x) + tau_k xi)],   m_k(x) = p_k x + q_k v(x, t_k)
///
/// and its derivatives with respect to state and parameters theta follow the same recursion,
///
///     U_k = V_k',      U_k = (p_k + q_k v') E[U_{k+1}],   U_N = R'
///     G_k = dV_k/dtheta = E[G_{k+1}] + [k is trained] E[U_{k+1}] q_k dv/dtheta,   G_N = 0
///
/// with all expectations at m_k(x) + tau_k xi. The gradient of a trained step is the mean of the
/// score-function estimator of that step with an unbiased advantage. Each step's interval contains
/// every point that the next expectation asks for. With the reward exp(R / beta) the value is the
/// h-function of the Doob transform.
///
/// Quadrature is deterministic; its error is stated by ``withError(field:plan:reward:trainedSteps:resolution:)``.
public struct MixtureValue: Sendable {
  /// The mixture.
  public let field: MixtureField
  /// The steps.
  public let plan: SamplingPlan
  /// E[R] for standard normal initial noise.
  public let expectation: Double
  /// The gradient of E[R] with respect to the field's parameters at the trained steps, in the order of
  /// the field.
  public let gradient: [Double]
  private let functions: [PanelFunctions]

  /// Computes the values of a reward.
  ///
  /// - Parameters:
  ///   - field: A mixture in one dimension.
  ///   - plan: The steps.
  ///   - reward: The reward of the last state, in one dimension; it may have kinks but no jumps.
  ///   - trainedSteps: The steps at which the parameters act; none leaves the gradient zero. A step
  ///     without noise can be named too: its gradient is that of the value all the same.
  ///   - resolution: How fine to compute.
  public init(
    field: MixtureField, plan: SamplingPlan, reward: some DifferentiableReward,
    trainedSteps: some Sequence<Int> = [Int](), resolution: MixtureResolution = MixtureResolution()
  ) {
    precondition(
      field.dimension == 1 && reward.dimension == 1,
      "field and reward must have one dimension, got \(field.dimension) and \(reward.dimension)")
    var isTrained = [Bool](repeating: false, count: plan.stepCount)
    for step in trainedSteps where isTrained.indices.contains(step) { isTrained[step] = true }
    let count = isTrained.contains(true) ? field.parameters.count : 0
    let ranges = Self.ranges(field: field, plan: plan)
    var later = PanelFunctions(
      over: ranges[plan.stepCount], functions: 2 + count, resolution: resolution
    ) { x, row in
      row[0] = reward.reward(of: [x])
      row[1] = reward.gradient(at: [x])[0]
      for index in 0..<count { row[2 + index] = 0 }
    }
    var functions = [later]
    for step in (0..<plan.stepCount).reversed() {
      let kernel = plan.kernels[step]
      let next = later
      let rule =
        kernel.isStochastic
        ? NormalNodes(density: resolution.density(for: next, deviation: kernel.deviation))
        : .certain
      later = PanelFunctions(
        over: ranges[step], functions: 2 + count, resolution: resolution
      ) { x, row in
        let velocity = field.velocity(at: [x], time: kernel.time)[0]
        let pullback = field.pullback([1], at: [x], time: kernel.time)
        next.expectation(
          centre: kernel.stateFactor * x + kernel.velocityFactor * velocity,
          deviation: kernel.deviation, rule: rule, into: &row)
        if isTrained[step] {
          for index in 0..<count {
            row[2 + index] += row[1] * kernel.velocityFactor * pullback.parameters[index]
          }
        }
        row[1] *= kernel.stateFactor + kernel.velocityFactor * pullback.state[0]
      }
      functions.append(later)
    }
    self.field = field
    self.plan = plan
    self.functions = functions.reversed()
    var row = [Double](repeating: 0, count: 2 + count)
    later.standardExpectation(into: &row)
    expectation = row[0]
    gradient =
      count == 0 ? field.parameters.map { _ in 0 } : Array(row[2...])
  }

  /// Returns the interval on which the values of a step are known.
  ///
  /// - Parameter step: k, 0 to N.
  /// - Returns: An interval that a chain leaves with a probability below 1e-15.
  public func range(at step: Int) -> ClosedRange<Double> {
    requireStanding(step)
    return functions[step].range
  }

  /// Returns the expected reward given the state before a step.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N; N gives the reward itself.
  ///   - state: x, inside ``range(at:)``.
  /// - Returns: V_k(x).
  public func value(at step: Int, state: Double) -> Double { row(at: step, state: state)[0] }

  /// Returns the derivative of the expected reward in the state before a step.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N.
  ///   - state: x, inside ``range(at:)``.
  /// - Returns: V_k'(x).
  public func slope(at step: Int, state: Double) -> Double { row(at: step, state: state)[1] }

  /// Computes the values twice, with nodes and terms doubled the second time.
  ///
  /// - Parameters:
  ///   - field: A mixture in one dimension.
  ///   - plan: The steps.
  ///   - reward: The reward of the last state, in one dimension.
  ///   - trainedSteps: The steps at which the parameters act.
  ///   - resolution: How fine to compute the first time.
  /// - Returns: The finer values, and the largest change of the expectation or of a number of the
  ///   gradient, which bounds the error of the coarser ones.
  public static func withError(
    field: MixtureField, plan: SamplingPlan, reward: some DifferentiableReward,
    trainedSteps: some Sequence<Int> = [Int](), resolution: MixtureResolution = MixtureResolution()
  ) -> (value: MixtureValue, error: Double) {
    let steps = Array(trainedSteps)
    let coarse = MixtureValue(
      field: field, plan: plan, reward: reward, trainedSteps: steps, resolution: resolution)
    let fine = MixtureValue(
      field: field, plan: plan, reward: reward, trainedSteps: steps,
      resolution: resolution.doubled)
    var error = abs(fine.expectation - coarse.expectation)
    for index in fine.gradient.indices {
      error = max(error, abs(fine.gradient[index] - coarse.gradient[index]))
    }
    return (fine, error)
  }

  private func row(at step: Int, state: Double) -> [Double] {
    requireStanding(step)
    let range = functions[step].range
    precondition(
      range.contains(state), "values at step \(step) are known in \(range), got the state \(state)")
    var row = [Double](repeating: 0, count: functions[step].functionCount)
    functions[step].expectation(centre: state, deviation: 0, rule: .certain, into: &row)
    return row
  }

  private func requireStanding(_ step: Int) {
    precondition(
      functions.indices.contains(step),
      "the chain stands at steps 0 to \(plan.stepCount), got \(step)")
  }

  /// Returns an interval for each step, from which no expectation leads out of the next one.
  ///
  /// The velocity lies between those of the components, which are affine in the state.
  private static func ranges(field: MixtureField, plan: SamplingPlan) -> [ClosedRange<Double>] {
    var ranges = [-10.0...10.0]
    for (step, kernel) in plan.kernels.enumerated() {
      var (low, high) = (Double.infinity, -Double.infinity)
      for component in 0..<field.componentCount {
        let line = kernel.affineStep(
          mean: field.means[component][0], deviation: field.deviations[component][0])
        for end in [ranges[step].lowerBound, ranges[step].upperBound] {
          low = min(low, line.slope * end + line.offset)
          high = max(high, line.slope * end + line.offset)
        }
      }
      // A little more than the reach, so that rounding stays inside.
      let margin = kernel.deviation * NormalNodes.reach + 1e-9 * (1 + abs(low) + abs(high))
      ranges.append((low - margin)...(high + margin))
    }
    return ranges
  }
}
