import RivuletCredit
import RivuletNumerics

/// How one rollout becomes updates: what each averages over, and in which order they come.
struct UpdatePlan: Sendable {
  private let recipe: Recipe
  private let form: RolloutForm
  private let key: RandomKey
  /// The factor of each edge in the mean over its tree, or 1; 0 where it is not trained.
  ///
  /// `[node][tree]`.
  private var factors: [Double]
  /// Whether the engine has the weights of an update of all rows.
  private var isWhole = false

  /// What one update averages over.
  enum Update: Sendable {
    /// All rows.
    case whole
    /// Some rows.
    case rows(ArraySlice<Int>)
    /// Some edges at their places in `[node][tree]`, with the weight of each.
    case edges(ArraySlice<Int>, weight: Double, clips: Bool)

    /// Whether the norm of the gradient is bounded.
    var clips: Bool { if case .edges(_, _, let clips) = self { clips } else { true } }
  }

  /// The updates of most recipes, as one list for all of them.
  private static let wholeUpdate = [Update.whole]

  /// Makes the plan of a run.
  init(_ recipe: Recipe, form: RolloutForm) {
    self.recipe = recipe
    self.form = form
    key = RandomKey(seed: recipe.seed).child("order")
    factors = [Double](repeating: 0, count: form.shape.nodeCount * form.trees)
  }

  /// Whether pruning changes what is trained from one rollout to the next.
  private var prunes: Bool { recipe.tree?.widthPruning != nil || recipe.tree?.depthPruning != nil }

  /// Takes over which edges of a rollout are trained.
  ///
  /// - Parameters:
  ///   - trained: `[node][tree]`.
  ///   - isNew: Whether it differs from the rollout before.
  ///   - scores: What width pruning compares, `[node][tree]`.
  ///   - iteration: The iteration.
  mutating func train(
    _ trained: [Bool], isNew: Bool, scores: @autoclosure () -> [Double], iteration: Int
  ) {
    guard isNew || prunes else { return }
    isWhole = false
    guard let tree = recipe.tree else {
      for place in factors.indices { factors[place] = trained[place] ? 1 : 0 }
      return
    }
    var mask = EdgeMask(keeps: trained, lanes: form.trees)
    if tree.prunes(at: iteration, of: recipe.iterations) {
      if let depths = tree.depthPruning {
        mask = mask.intersection(
          EdgeMask(
            droppingDepths: depths.dropped(at: iteration), shape: form.shape, lanes: form.trees))
      }
      if let width = tree.widthPruning {
        mask = width.mask(of: scores(), shape: form.shape, lanes: form.trees, within: mask)
      }
    }
    factors = tree.averaging.factors(
      shape: form.shape, lanes: form.trees, mask: mask, divisor: tree.divisor)
  }

  /// Whether an epoch is one update of all rows, whatever was rolled out.
  var isAlwaysWhole: Bool {
    guard case .batches(1) = recipe.updates.schedule else { return false }
    return recipe.updates.zeroAdvantageRows == .kept
  }

  /// Returns the updates of one epoch.
  ///
  /// - Parameters:
  ///   - iteration: The iteration.
  ///   - epoch: The epoch in it.
  ///   - advantages: `[node][tree]`, to find the rows without any.
  /// - Returns: The updates in their order; none where no row is left.
  func updates(iteration: Int, epoch: Int, advantages: [Double]) -> [Update] {
    if isAlwaysWhole { return Self.wholeUpdate }
    let order = key.child(UInt64(iteration)).child(UInt64(epoch))
    switch recipe.updates.schedule {
    case .edges(let count, let loss, let clipsLeftOver):
      return edgeUpdates(
        of: count, loss: loss, clipsLeftOver: clipsLeftOver, order: order, advantages: advantages)
    case .batches(let count):
      var rows = keptRows(advantages, batches: count, order: order)
      if count == 1 && rows.count == form.rows { return [.whole] }
      if recipe.updates.shuffles {
        let places = order.child("rows").permutation(count: rows.count)
        rows = places.map { rows[$0] }
      }
      return (0..<count).compactMap { batch in
        let part = rows[(batch * rows.count / count)..<((batch + 1) * rows.count / count)]
        return part.isEmpty ? nil : .rows(part)
      }
    }
  }

  /// The rows that are not left out for want of an advantage, ascending.
  private func keptRows(_ advantages: [Double], batches: Int, order: RandomKey) -> [Int] {
    let rows = Array(0..<form.rows)
    guard recipe.updates.zeroAdvantageRows != .kept else { return rows }
    var kept = rows.filter { hasAdvantage(row: $0, advantages) }
    guard recipe.updates.zeroAdvantageRows == .droppedThenPadded else { return kept }
    let missing = kept.count.isMultiple(of: batches) ? 0 : batches - kept.count % batches
    let others = rows.filter { !hasAdvantage(row: $0, advantages) }
    let places = order.child("padding").permutation(count: others.count)
    kept += places.prefix(missing).map { others[$0] }
    return kept.sorted()
  }

  private func hasAdvantage(row: Int, _ advantages: [Double]) -> Bool {
    var found = false
    form.forEachEdge(ofRow: row) { place in
      if factors[place] != 0 && advantages[place] != 0 { found = true }
    }
    return found
  }

  private func edgeUpdates(
    of count: Int, loss: Recipe.Updates.EdgeLoss, clipsLeftOver: Bool, order: RandomKey,
    advantages: [Double]
  ) -> [Update] {
    var edges = factors.indices.filter { factors[$0] != 0 }
    let perTree = max(1, edges.count / form.trees)
    if recipe.updates.zeroAdvantageRows != .kept {
      edges = edges.filter { hasAdvantage(row: $0 % form.trees, advantages) }
    }
    let places = order.child("edges").permutation(count: edges.count)
    let shuffled = places.map { edges[$0] }
    return stride(from: 0, to: shuffled.count, by: count).map { start in
      let part = shuffled[start..<min(start + count, shuffled.count)]
      let isLeftOver = part.count < count
      // The published loss is divided by one number, that of a full update, for the left-over one too.
      let divisor = loss == .mean ? part.count : count * perTree
      // The published code clips a left-over update where no other came before it.
      return .edges(
        part, weight: 1 / Double(divisor), clips: clipsLeftOver || !isLeftOver || start == 0)
    }
  }

  /// Writes the weights of an update.
  ///
  /// - Parameters:
  ///   - update: What it averages over.
  ///   - weights: `[node][tree]`; what it held is lost, unless it is known to be right.
  mutating func write(_ update: Update, into weights: inout [Double]) {
    switch update {
    case .whole:
      guard !isWhole else { return }
      write(rows: 0..<form.rows, into: &weights)
      isWhole = true
    case .rows(let rows):
      write(rows: rows, into: &weights)
      isWhole = false
    case .edges(let edges, let weight, _):
      for place in weights.indices { weights[place] = 0 }
      for place in edges { weights[place] = weight }
      isWhole = false
    }
  }

  /// A tree's factors sum to one, so a batch of trees is their mean; other rows share one mean of edges.
  private func write(rows: some Collection<Int>, into weights: inout [Double]) {
    for place in weights.indices { weights[place] = 0 }
    var count = 0
    for row in rows { form.forEachEdge(ofRow: row) { if factors[$0] != 0 { count += 1 } } }
    let total = recipe.tree == nil ? Double(count) : Double(rows.count)
    guard total > 0 else { return }
    for row in rows { form.forEachEdge(ofRow: row) { weights[$0] = factors[$0] / total } }
  }
}
