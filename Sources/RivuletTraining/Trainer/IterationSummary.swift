/// What one iteration of a run measured.
public struct IterationSummary: Sendable, Hashable {
  /// Whether it was one of pre-training.
  public internal(set) var isPretraining = false
  /// The mean of the trained reward: of the weighted sum of the terms.
  public internal(set) var reward: Double?
  /// The mean of each term of the reward.
  public internal(set) var rewards: [Double] = []
  /// The mean of each gold reward.
  public internal(set) var gold: [Double] = []
  /// The divergence of the trained steps of a rollout from the reference, in nats; nil without one.
  ///
  /// The mean exact divergence of the edges that updates trained, times the number of trained steps.
  public internal(set) var divergence: Double?
  /// The share of the edges whose ratio was clipped.
  public internal(set) var clippedShare: Double?
  /// The mean ratio of the edges.
  public internal(set) var meanRatio: Double?
  /// The mean length of the gradients of the updates, before they were shortened.
  public internal(set) var gradientNorm = 0.0
  /// The mean loss of the updates.
  public internal(set) var loss = 0.0
  /// The number of updates.
  public internal(set) var updates = 0
  /// The root of the mean squared distance from the exact velocity; nil where it is unknown.
  public internal(set) var velocityError: Double?

  /// The numbers for a line of metrics, with their names.
  public var metrics: [RunMetrics.Value] {
    var values: [RunMetrics.Value] = []
    func add(_ name: String, _ number: Double?) {
      if let number { values.append(RunMetrics.Value(name, number)) }
    }
    add("pretraining", isPretraining ? 1 : nil)
    add("reward", reward)
    if rewards.count > 1 {
      for (index, number) in rewards.enumerated() { add("reward\(index)", number) }
    }
    for (index, number) in gold.enumerated() { add("gold\(index)", number) }
    add("kl", divergence)
    add("clipFraction", clippedShare)
    add("meanRatio", meanRatio)
    add("gradientNorm", gradientNorm)
    add("loss", loss)
    add("updates", isPretraining ? nil : Double(updates))
    add("velocityError", velocityError)
    return values
  }

  /// The sums over the updates of an iteration.
  struct Sums {
    private var edges = 0.0
    private var clipped = 0.0
    private var ratio = 0.0
    private var divergence = 0.0
    private var norm = 0.0
    private var loss = 0.0
    private(set) var updates = 0

    mutating func add(_ summary: GradientSummary) {
      edges += summary.edges
      clipped += summary.edges * summary.clippedShare
      ratio += summary.edges * summary.meanRatio
      divergence += summary.edges * summary.divergence
      norm += summary.norm
      loss += summary.loss
      updates += 1
    }

    func write(into summary: inout IterationSummary, trainedSteps: Int, hasReference: Bool) {
      summary.updates = updates
      summary.gradientNorm = 0
      summary.loss = 0
      summary.clippedShare = nil
      summary.meanRatio = nil
      summary.divergence = nil
      guard updates > 0 else { return }
      summary.gradientNorm = norm / Double(updates)
      summary.loss = loss / Double(updates)
      guard edges > 0 else { return }
      summary.clippedShare = clipped / edges
      summary.meanRatio = ratio / edges
      if hasReference { summary.divergence = divergence / edges * Double(trainedSteps) }
    }
  }
}
