public import RivuletCredit
import RivuletNumerics

/// Prompts whose members each draw their own law of the reward, divided by the spread of the batch.
///
/// Flow-GRPO-Fast's published code draws a window of stochastic steps for each call, so a group compares
/// rewards of different windows. Member i draws s with probability p_s, and its reward is
/// N(m_s, V_s), all members independent; each prompt is centred on its own mean, and all n = P G rewards
/// are divided by their spread about the common mean. For noise xi of step k with influence w on the reward
///
///     E[A xi | s] = w f_s,   f_s = E[A (R - m_s) | s]/V_s.
///
/// With T the sum of squares about the common mean, 1/sqrt(T) = (2/sqrt(pi)) int_0^inf exp(-u^2 T) du, and
/// exp(u^2 (sum R)^2/n) is the mean of exp(c z sum R) over a standard normal z, c = u sqrt(2/n). Then all
/// members are independent again, their laws tilted by exp(-u^2 R^2 + c z R): with a_s = 1 + 2 u^2 V_s
///
///     phi_s = a_s^(-1/2) exp((c z m_s - u^2 m_s^2 + c^2 z^2 V_s/2)/a_s),   mu_s = (m_s + c z V_s)/a_s,
///     f_s = sqrt(n) (2/sqrt(pi)) (1 - 1/G) int_0^inf E_z[ phi_s Phi^(n-2)
///           ( Phi (1/a_s + (mu_s^2 - m_s mu_s)/V_s) - (sum_r p_r phi_r mu_r)(mu_s - m_s)/V_s ) ] du,
///
/// Phi = sum_r p_r phi_r. One window is ``PromptBatch`` with equal prompts. Derived; epsilon is zero.
public struct WindowedBatch: Sendable, Hashable {
  /// What the members of one window earn.
  public struct Window: Sendable, Hashable {
    /// p_s, the probability of the window; positive.
    public let probability: Double
    /// m_s, the mean of the reward.
    public let mean: Double
    /// sqrt(V_s), the standard deviation of the reward; positive.
    public let deviation: Double

    /// Makes a window.
    ///
    /// - Parameters:
    ///   - probability: p_s, positive.
    ///   - mean: m_s.
    ///   - deviation: sqrt(V_s), positive.
    public init(probability: Double, mean: Double, deviation: Double) {
      precondition(
        probability > 0 && probability <= 1 && mean.isFinite && deviation > 0
          && deviation.isFinite,
        "a window has a probability, a finite mean and a positive deviation, got \(probability), "
          + "\(mean) and \(deviation)")
      self.probability = probability
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// P, the number of prompts, all of one law.
  public let promptCount: Int
  /// G, the members of each prompt.
  public let groupSize: Int
  /// The windows; their probabilities sum to one.
  public let windows: [Window]

  /// Makes a batch.
  ///
  /// - Parameters:
  ///   - promptCount: P, one or more.
  ///   - groupSize: G, two or more.
  ///   - windows: One or more, with probabilities that sum to one.
  public init(promptCount: Int, groupSize: Int, windows: [Window]) {
    precondition(
      promptCount >= 1 && groupSize >= 2,
      "a batch has one or more prompts of two or more members, got \(promptCount) and \(groupSize)")
    var total = 0.0
    for window in windows { total += window.probability }
    precondition(abs(total - 1) < 1e-12, "probabilities must sum to one, got \(total)")
    self.promptCount = promptCount
    self.groupSize = groupSize
    self.windows = windows
  }

  /// Returns f_s, the mean of A xi over the influence of the noise for members of one window.
  ///
  /// - Parameters:
  ///   - window: s, the number of the window.
  ///   - convention: What centred rewards are divided by.
  /// - Returns: f_s; one over a reward where the convention divides.
  public func factor(window: Int, convention: AdvantageRule.Convention) -> Double {
    precondition(
      windows.indices.contains(window), "there are \(windows.count) windows, got \(window)")
    let count = groupSize * promptCount
    let divisor: Int
    switch convention {
    case .none, .leaveOneOut:
      return AdvantageFactor.standardisationFactor(groupSize: groupSize, convention: convention)
    case .population: divisor = count
    case .sample: divisor = count - 1
    }
    let share = 1 - 1 / Double(groupSize)
    return share * (Double(divisor) / Double.pi).squareRoot() * 2 * integral(window)
  }

  /// The integral over u by the trapezoidal rule in y, u = scale sinh(y), and over z by Gauss-Hermite.
  private func integral(_ window: Int) -> Double {
    let rule = GaussHermite(count: 64)
    var widest = 0.0
    for window in windows { widest = max(widest, window.deviation * window.deviation) }
    let mesh = 1.0 / 8
    let scale = 1 / expectedSquares.squareRoot()
    var sum = 0.0
    var index = 0
    while true {
      let root = Elementary.exp(mesh * Double(index))
      let u = scale * (root - 1 / root) / 2
      let slope = scale * (root + 1 / root) / 2
      // In z the tilted laws leave a Gaussian of about this variance in place of the standard one.
      let spread = 1 + 2 * u * u * widest
      let stretch = spread.squareRoot()
      let term =
        slope * stretch
        * rule.expectation { y in
          integrand(window, u: u, z: stretch * y, exponent: (1 - spread) * y * y / 2)
        }
      sum += index == 0 ? term / 2 : term
      guard abs(term) > 1e-18 * abs(sum) else { break }
      index += 1
    }
    return sum * mesh
  }

  /// E[T], to first order in 1/n.
  private var expectedSquares: Double {
    var mean = 0.0
    for window in windows { mean += window.probability * window.mean }
    var variance = 0.0
    for window in windows {
      let distance = window.mean - mean
      variance +=
        window.probability * (window.deviation * window.deviation + distance * distance)
    }
    return variance * Double(groupSize * promptCount)
  }

  /// The integrand times exp(exponent).
  private func integrand(_ window: Int, u: Double, z: Double, exponent: Double) -> Double {
    let count = Double(groupSize * promptCount)
    let c = u * (2 / count).squareRoot()
    var whole = 0.0
    var means = 0.0
    var own = (exponent: 0.0, weight: 1.0, mean: 0.0)
    // Only the ratios to the largest factor are formed: a factor itself may overflow.
    var largest = -Double.infinity
    for item in windows { largest = max(largest, logFactor(item, u: u, tilt: c * z).exponent) }
    for (index, item) in windows.enumerated() {
      let factor = logFactor(item, u: u, tilt: c * z)
      let phi = item.probability * Elementary.exp(factor.exponent - largest)
      whole += phi
      means += phi * factor.mean
      if index == window { own = factor }
    }
    let item = windows[window]
    let shift = (own.mean - item.mean) / (item.deviation * item.deviation)
    let inner = whole * (1 / own.weight + own.mean * shift) - means * shift
    // phi Phi^(n-2) times a factor of the order Phi.
    let power = own.exponent - largest + (count - 2) * Elementary.log(whole) + count * largest
    return Elementary.exp(power + exponent) * inner
  }

  /// log phi, a and mu of one window.
  private func logFactor(
    _ item: Window, u: Double, tilt: Double
  ) -> (exponent: Double, weight: Double, mean: Double) {
    let variance = item.deviation * item.deviation
    let weight = 1 + 2 * u * u * variance
    let exponent =
      (tilt * item.mean - u * u * item.mean * item.mean + tilt * tilt * variance / 2) / weight
    return (
      exponent - Elementary.log(weight) / 2, weight, (item.mean + tilt * variance) / weight
    )
  }
}
