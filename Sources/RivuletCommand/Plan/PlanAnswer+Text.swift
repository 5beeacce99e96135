import Rivulet

extension PlanAnswer {
  /// The most rows of the front that text shows.
  private static let shownPlans = 16

  /// Returns the answer for a person: the best tree first, then others, then the front.
  ///
  /// - Parameters:
  ///   - style: How headings look.
  ///   - width: The width for running text and bars; tables are as wide as they must be.
  /// - Returns: Lines with line breaks.
  func text(style: TextStyle, width: Int) -> String {
    let leaves = planner.leafCount ?? planner.largestLeafCount
    var lines = [
      style.heading("Best tree within \(shortestText(budget)) \(unit) and \(leaves) leaves")
    ]
    lines += bestLines(width: width)
    lines += ["", style.heading("Others, and the best tree for the cost of each")]
    lines += comparisonLines(style: style)
    lines += [
      "", style.heading("Best tree for each cost, \(front.count) in all; bars show the \(bar)"),
    ]
    lines += frontLines(style: style, width: width)
    lines.append("")
    lines += entries(inputs.map { ($0.name, $0.text) }, width: width)
    lines.append("")
    for (name, formula) in Self.formulas {
      let rest = wrap("\(name): \(formula)", indent: 4, columns: width)
      lines.append("  " + rest[0].dropFirst(4))
      lines += rest.dropFirst()
    }
    lines.append("")
    lines += wrap(
      "Exact for balanced trees of one root and the linear reward of a Gaussian flow. The root's "
        + "share is the same for every tree, and no plan lowers it. A flat group pays for whole "
        + "chains; with one initial noise it is a tree with one wide fork at step 0, which wide "
        + "--widths let the planner choose. Variance is that of the mean of all leaves and asks for "
        + "early forks; fidelity is that of one advantage and asks for late ones. Which of them "
        + "trains better, training must show.", indent: 0, columns: width)
    return lines.joined(separator: "\n") + "\n"
  }

  private var unit: String { countsCallsAlone ? "model calls" : "calls and what counts as calls" }
  private var bar: String { planner.objective.rawValue }

  private func bestLines(width: Int) -> [String] {
    let counts = best.nodeCounts
    var nodes: [String] = []
    for step in best.splits { nodes.append("\(counts[step]) from step \(step)") }
    let total = planner.shares.total
    var facts = [
      ("forks", best.forkText + (best.splits.isEmpty ? ", a chain" : "")),
      ("nodes", nodes.isEmpty ? "1 at every step" : nodes.joined(separator: ", ")),
      ("calls", "\(best.modelCalls)"), ("leaves", "\(best.leafCount)"),
    ]
    if !countsCallsAlone { facts.append(("cost", short(best.cost))) }
    facts += [
      (
        "variance",
        "\(short(best.variance.steps)) given the root; at least \(short(bound)) for any tree within these limits"
      ),
      (
        "rootShare",
        "\(short(best.variance.initial)), apart: \(short(100 * best.variance.initial / total, 3)) % "
          + "of the variance of a reward"
      ),
      ("fidelity", short(best.fidelity)),
    ]
    // One mark a step where that fits: the number of children of a fork, a point for a chain step.
    let marks = best.widths.map { $0 > 1 ? "\($0)" : "." }.joined(separator: " ")
    if marks.count + 13 <= width { facts.insert(("steps", marks), at: 1) }
    return entries(facts, width: width)
  }

  private func comparisonLines(style: TextStyle) -> [String] {
    var cells = [["", "calls", "leaves", "variance", "root", "fidelity", "best", "gain"]]
    if !countsCallsAlone { cells[0][1] = "cost" }
    for row in rows {
      let found = row.comparison
      cells.append([
        row.name, countsCallsAlone ? "\(found.modelCalls)" : short(found.cost),
        "\(found.leafCount)", short(found.variance.steps), short(found.variance.initial),
        short(found.fidelity), found.best.map { short(objectiveValue(of: $0)) } ?? "-",
        found.gain.map { percentText($0) } ?? "-",
      ])
    }
    return table(cells, leftAligned: [0], style: style)
  }

  private func frontLines(style: TextStyle, width: Int) -> [String] {
    let count = front.count
    let shown = min(count, Self.shownPlans)
    let chosen = (0..<shown).map { shown > 1 ? $0 * (count - 1) / (shown - 1) : count - 1 }
    let largest = chosen.map { objectiveValue(of: front[$0]) }.max() ?? 0
    var cells = [[countsCallsAlone ? "calls" : "cost", "leaves", bar, "forks"]]
    for index in chosen {
      let plan = front[index]
      cells.append([
        countsCallsAlone ? "\(plan.modelCalls)" : short(plan.cost), "\(plan.leafCount)",
        short(objectiveValue(of: plan)), plan.forkText,
      ])
    }
    let lines = table(cells, leftAligned: [3], style: .plain)
    let used = lines.map(\.count).max() ?? 0
    let room = max(8, width - used - 2)
    var result = [style.heading(lines[0])]
    for (line, index) in zip(lines.dropFirst(), chosen) {
      let part = largest > 0 ? objectiveValue(of: front[index]) / largest : 0
      let length = Int((part * Double(room)).rounded())
      let barText = String(repeating: "#", count: length)
      result.append(barText.isEmpty ? line : line.padded(to: used + 2) + barText)
    }
    if shown < count { result.append("  JSON and CSV have all \(count).") }
    return result
  }

  /// Aligned cells; the first row is the heading.
  private func table(_ cells: [[String]], leftAligned: [Int], style: TextStyle) -> [String] {
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.enumerated().map { row, texts in
      var line = ""
      for (column, text) in texts.enumerated() {
        line += "  "
        line +=
          leftAligned.contains(column)
          ? text.padded(to: widths[column]) : text.rightAligned(to: widths[column])
      }
      while line.last == " " { line.removeLast() }
      return row == 0 ? style.heading(line) : line
    }
  }

  private func entries(_ entries: [(name: String, text: String)], width: Int) -> [String] {
    let nameWidth = entries.map(\.name.count).max() ?? 0
    return entries.flatMap { entry in
      let label = "  " + entry.name.padded(to: nameWidth) + "  "
      let rest = wrap(entry.text, indent: label.count, columns: width)
      return [label + rest[0].dropFirst(label.count)] + rest.dropFirst()
    }
  }

  private func short(_ number: Double, _ digits: Int = 4) -> String {
    Numerals.significant(number, digits: digits)
  }

  private func percentText(_ fraction: Double) -> String {
    // One decimal, which a gain of a thousandth and one of a hundred times both can have.
    let tenths = (fraction * 1_000).rounded()
    return abs(tenths) < 1e15 ? "\(tenths / 10) %" : "\(short(100 * fraction)) %"
  }
}
