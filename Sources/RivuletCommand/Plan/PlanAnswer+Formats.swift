import Rivulet

extension PlanAnswer {
  /// The version of the JSON and CSV forms: it grows when a name changes or goes away.
  static let schemaVersion = 1

  /// Returns the answer in a format, with a line break at the end.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - style: How headings of text look.
  ///   - columns: The width for running text.
  /// - Returns: The text.
  func rendered(as format: ExpectationFormat, style: TextStyle, columns: Int) -> String {
    switch format {
    case .text: text(style: style, width: columns)
    case .json: json.document
    case .csv: csv
    }
  }

  /// The canonical document.
  var json: JSONValue {
    var formulas: [String: JSONValue] = [:]
    for (name, formula) in Self.formulas { formulas[name] = .text(formula) }
    var asked: [String: JSONValue] = [:]
    for input in inputs { asked[input.name] = input.value }
    return .object([
      "schema": .integer(Self.schemaVersion),
      "title": .text("Plan of a rollout tree"),
      "inputs": .object(asked),
      "formulas": .object(formulas),
      "shares": .object([
        "initial": .number(planner.shares.initial), "steps": .numbers(planner.shares.steps),
      ]),
      "best": .object(Self.object(best)),
      "bound": .number(bound),
      "comparisons": .list(rows.map { .object(object($0)) }),
      "front": .list(front.map { .object(Self.object($0)) }),
    ])
  }

  private static func object(_ plan: SplitPlan) -> [String: JSONValue] {
    [
      "splits": .integers(plan.splits), "widths": .integers(plan.widths),
      "nodeCounts": .integers(plan.nodeCounts), "cost": .number(plan.cost),
      "calls": .integer(plan.modelCalls), "leaves": .integer(plan.leafCount),
      "variance": .number(plan.variance.steps), "rootShare": .number(plan.variance.initial),
      "fidelity": .number(plan.fidelity),
    ]
  }

  private func object(_ row: Row) -> [String: JSONValue] {
    let comparison = row.comparison
    var object: [String: JSONValue] = [
      "name": .text(row.name), "cost": .number(comparison.cost),
      "calls": .integer(comparison.modelCalls), "leaves": .integer(comparison.leafCount),
      "variance": .number(comparison.variance.steps),
      "rootShare": .number(comparison.variance.initial),
      "fidelity": .number(comparison.fidelity),
      "best": comparison.best.map { .object(Self.object($0)) } ?? .null,
      "gain": comparison.gain.map { .number($0) } ?? .null,
    ]
    if case .tree(let widths) = comparison.subject { object["widths"] = .integers(widths) }
    return object
  }

  /// A header, then the best plan, the comparisons and the front, a line each.
  var csv: String {
    var lines = ["kind,name,splits,cost,calls,leaves,variance,rootShare,fidelity,best,gain"]
    func line(_ kind: String, _ plan: SplitPlan) -> String {
      [
        kind, "", csvField(plan.forkText), shortestText(plan.cost), "\(plan.modelCalls)",
        "\(plan.leafCount)", shortestText(plan.variance.steps),
        shortestText(plan.variance.initial), shortestText(plan.fidelity), "", "",
      ].joined(separator: ",")
    }
    lines.append(line("best", best))
    for row in rows {
      let comparison = row.comparison
      var splits = ""
      if case .tree(let widths) = comparison.subject { splits = forkListText(widths) }
      lines.append(
        [
          "comparison", csvField(row.name), csvField(splits), shortestText(comparison.cost),
          "\(comparison.modelCalls)", "\(comparison.leafCount)",
          shortestText(comparison.variance.steps), shortestText(comparison.variance.initial),
          shortestText(comparison.fidelity),
          comparison.best.map { shortestText(objectiveValue(of: $0)) } ?? "",
          comparison.gain.map(shortestText) ?? "",
        ].joined(separator: ","))
    }
    for plan in front { lines.append(line("front", plan)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The number by which the planner judges a plan.
  func objectiveValue(of plan: SplitPlan) -> Double {
    planner.objective == .variance ? plan.variance.steps : plan.fidelity
  }
}
