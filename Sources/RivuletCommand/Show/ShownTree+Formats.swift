import Rivulet

extension ShownTree {
  /// The version of the JSON form: it grows when a name changes or goes away.
  static let schemaVersion = 1

  /// Returns the drawing with the setting above it.
  ///
  /// - Parameters:
  ///   - glyphs: The marks of the drawing.
  ///   - style: How headings and pruned edges look.
  ///   - columns: The width for running text.
  /// - Returns: Lines with line breaks.
  func text(glyphs: TreeGlyphs, style: TextStyle, columns: Int) -> String {
    var lines = [style.heading("A rollout tree")]
    for (name, text) in settings {
      let label = "  " + name.padded(to: 8) + "  "
      let rest = wrap(text, indent: label.count, columns: columns)
      lines.append(label + rest[0].dropFirst(label.count))
      lines += rest.dropFirst()
    }
    lines.append("")
    lines += drawing.lines(glyphs: glyphs, style: style, columns: columns)
    let forks = rollout.shape.forkSteps.flatMap { rollout.shape.nodes(atDepth: $0 + 1) }
    if forks.contains(where: { edges[$0] == .pruned }) {
      lines.append("x: the fork's own edge is pruned too")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The setting in few lines: inputs that belong together share one.
  private var settings: [(name: String, text: String)] {
    var texts: [String: String] = [:]
    for input in inputs { texts[input.name] = input.text }
    func words(_ names: [String]) -> String {
      names.compactMap { name in texts[name].map { "\(name) \($0)" } }.joined(separator: ", ")
    }
    var lines: [(name: String, text: String)] = [
      ("schedule", texts["schedule"] ?? ""), ("tree", texts["tree"] ?? ""),
      ("noise", (texts["forkNoise"] ?? "") + "; " + words(["seed", "root"])),
      (
        "reward",
        (texts["reward"] ?? "") + ", " + words(["gradient", "curvature", "scored"])
          + ", data mean \(texts["dataMean"] ?? "")"
      ),
      ("credit", words(["fusion", "beta", "reduction", "baseline", "pruning"])),
    ]
    if let mix = texts["noisySteps"] { lines[2].text += "; noise at steps \(mix) alone" }
    let shape = rollout.shape
    lines.append(
      (
        "totals",
        "\(shape.edgeCount) edges, \(keptCount) of them trained; \(rollout.cost.modelCalls) model "
          + "calls, \(shape.nodeCount) nodes"
      ))
    return lines
  }

  /// The canonical document: what was asked, totals, and every node.
  var json: JSONValue {
    let shape = rollout.shape
    var asked: [String: JSONValue] = [:]
    for input in inputs { asked[input.name] = input.value }
    return .object([
      "schema": .integer(Self.schemaVersion),
      "shown": .text("tree"),
      "inputs": .object(asked),
      "totals": .object([
        "edges": .integer(shape.edgeCount), "keptEdges": .integer(keptCount),
        "leaves": .integer(shape.leafCount), "modelCalls": .integer(rollout.cost.modelCalls),
        "nodes": .integer(shape.nodeCount),
      ]),
      "nodes": .list((0..<shape.nodeCount).map { node(numbered: $0) }),
    ])
  }

  private func node(numbered node: Int) -> JSONValue {
    let shape = rollout.shape
    var object: [String: JSONValue] = [
      "node": .integer(node), "depth": .integer(shape.depth(of: node)),
      "parent": node == 0 ? .null : .integer(shape.parents[node]),
      "state": .numbers(rollout.states[node]), "value": .number(values[node]),
      "advantage": node == 0 ? .null : .number(advantages[node]),
      "kept": .truth(edges[node] == .kept && node > 0),
    ]
    if node > 0, edges[node] != .silent {
      object["noise"] = .numbers(rollout.noises[node])
      object["logProbability"] = .number(rollout.logProbabilities[node])
    }
    if shape.leaves.contains(node) {
      let leaf = shape.leafStarts[node]
      object["leaf"] = .integer(leaf)
      object["reward"] = .number(rollout.rewards[leaf])
      object["scoredState"] = .numbers(rollout.scoredStates[leaf])
    }
    return .object(object)
  }
}
