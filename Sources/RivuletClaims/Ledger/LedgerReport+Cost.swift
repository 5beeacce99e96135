import RivuletFlow

extension LedgerReport {
  /// What all checks cost together, in words.
  public var costDescription: String {
    var total = CostLedger()
    for row in rows { if let cost = row.cost { total += cost } }
    return description(of: total)
  }
}

extension LedgerReport.Row {
  /// What the check cost, in words; nil if it stopped with an error.
  public var costDescription: String? { cost.map(description) }
}

private func description(of cost: CostLedger) -> String {
  "\(cost.modelCalls) model calls, \(cost.rewardCalls) reward calls, "
    + "\(cost.gradientEvaluations) gradient evaluations"
}
