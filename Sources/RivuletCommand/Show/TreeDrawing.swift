import Foundation
import Rivulet

/// Draws a rollout tree as lines of text: a line for the root and one for each child of a fork.
///
/// A child's line begins with the step of the fork and goes on with the chain below it, whose neighbouring
/// steps of one state are drawn as one run. Beside it stand the value of the child and the advantage of its
/// edge, which those of the chain share, or the reward where the chain ends in a leaf; and the advantage
/// once more as a bar where there is room.
struct TreeDrawing: Sendable {
  /// What becomes of an edge in training.
  enum Edge: Sendable, Hashable {
    /// It is trained.
    case kept
    /// Pruning drops it.
    case pruned
    /// Its step adds no noise, so there is nothing to train.
    case silent
  }

  /// Who descends from whom.
  let shape: TreeShape
  /// The value of each node; at the leaves their rewards.
  let values: [Double]
  /// The advantage of the edge to each node.
  let advantages: [Double]
  /// What becomes of the edge to each node; that of the root stands for nothing.
  let edges: [Edge]

  /// A child of a fork, or the root, with the chain below it.
  private struct Segment {
    /// The marks before the label.
    let margin: String
    /// The nodes from the child down to the next fork or leaf.
    let nodes: [Int]
  }

  /// Returns the drawing.
  ///
  /// - Parameters:
  ///   - glyphs: The marks.
  ///   - style: How headings and pruned edges look.
  ///   - columns: The width for running text; runs grow shorter where the drawing is wider.
  /// - Returns: A heading and a line for each segment.
  func lines(glyphs: TreeGlyphs, style: TextStyle, columns: Int) -> [String] {
    let segments = segments(glyphs: glyphs)
    let cells = segments.map { numberCells(of: $0) }
    let headings = ["value", "reward", "advantage"]
    let widths = headings.indices.map { column in
      max(headings[column].count, cells.map { $0[column].count }.max() ?? 0)
    }
    var room = columns
    for width in widths { room -= width + 2 }
    var art = segments.map { label(of: $0, glyphs: glyphs, isShort: false) }
    if art.contains(where: { $0.count > room }) {
      art = segments.map { label(of: $0, glyphs: glyphs, isShort: true) }
    }
    let artWidth = max("step".count, art.map(\.count).max() ?? 0)
    var heading = "step".padded(to: artWidth)
    for (text, width) in zip(headings, widths) { heading += "  " + text.rightAligned(to: width) }
    let numbersEnd = heading.count
    var lines = [style.heading(heading)]
    for (index, segment) in segments.enumerated() {
      var line = art[index].padded(to: artWidth)
      for (text, width) in zip(cells[index], widths) { line += "  " + text.rightAligned(to: width) }
      line += bar(of: segment, length: (columns - numbersEnd - 3) / 2, glyphs: glyphs)
      while line.last == " " { line.removeLast() }
      let isDropped = segment.nodes.allSatisfy { $0 == 0 || edges[$0] != .kept }
      lines.append(isDropped && segment.nodes != [0] ? style.dimmed(line) : line)
    }
    return lines
  }

  /// The segments from top to bottom, each before those below it.
  private func segments(glyphs: TreeGlyphs) -> [Segment] {
    var segments: [Segment] = []
    // The last one is drawn next; its margin goes on below it.
    var pending = [(node: 0, margin: "", below: "")]
    while let next = pending.popLast() {
      var nodes = [next.node]
      var node = next.node
      while shape.children(of: node).count == 1 {
        node = shape.children(of: node).lowerBound
        nodes.append(node)
      }
      segments.append(Segment(margin: next.margin, nodes: nodes))
      let children = shape.children(of: node)
      for child in children.reversed() {
        let isLast = child == children.upperBound - 1
        pending.append(
          (
            child, next.below + (isLast ? glyphs.lastBranch : glyphs.branch),
            next.below + (isLast ? glyphs.gap : glyphs.trunk)
          ))
      }
    }
    return segments
  }

  /// The step of the fork, the runs of the chain, and the number of the leaf.
  private func label(of segment: Segment, glyphs: TreeGlyphs, isShort: Bool) -> String {
    let first = segment.nodes[0]
    var words: [String] = []
    if first == 0 {
      words.append("root")
    } else {
      // A fork's own edge is one step, so a letter behind its number marks it.
      let mark =
        switch edges[first] {
        case .kept: ""
        case .pruned: "x"
        case .silent: "o"
        }
      words.append("\(shape.depth(of: first) - 1)\(mark)")
    }
    words += runs(of: segment.nodes.dropFirst(), glyphs: glyphs, isShort: isShort)
    if let last = segment.nodes.last, shape.leaves.contains(last) {
      words.append("leaf \(shape.leafStarts[last])")
    }
    return segment.margin + (first == 0 ? "" : " ") + words.joined(separator: " ")
  }

  private func runs(
    of chain: ArraySlice<Int>, glyphs: TreeGlyphs, isShort: Bool
  ) -> [String] {
    guard !chain.isEmpty else { return [] }
    var runs: [(edge: Edge, count: Int)] = []
    for node in chain {
      if let last = runs.last, last.edge == edges[node] {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((edges[node], 1))
      }
    }
    // Many short runs, such as those of Mix, say less than their counts.
    guard runs.count <= 3, !isShort || runs.count == 1 else {
      var parts = ["\(chain.count) steps"]
      for (edge, name) in [(Edge.pruned, "pruned"), (.silent, "ODE")] {
        let count = chain.count { edges[$0] == edge }
        if count > 0 { parts.append("\(count) \(name)") }
      }
      let dash = String(glyphs.kept.prefix(1))
      return [dash + " " + parts.joined(separator: ", ") + " " + dash]
    }
    return runs.map { run in
      let (glyph, noun) =
        switch run.edge {
        case .kept: (glyphs.kept, run.count == 1 ? "step" : "steps")
        case .pruned: (glyphs.pruned, "pruned")
        case .silent: (glyphs.silent, "ODE")
        }
      let dash = isShort ? String(glyph.prefix(1)) : glyph
      return "\(dash) \(run.count) \(noun) \(dash)"
    }
  }

  /// The value or the reward, and the advantage.
  private func numberCells(of segment: Segment) -> [String] {
    let first = segment.nodes[0]
    let isLeaf = segment.nodes.last.map { shape.leaves.contains($0) } ?? false
    let value = Self.short(values[first], plan: values)
    let advantage = first == 0 ? "" : Self.short(advantages[first], plan: advantages, signed: true)
    return isLeaf ? ["", value, advantage] : [value, "", advantage]
  }

  /// The advantage as a bar from zero to the left or to the right, where there is room for one.
  private func bar(of segment: Segment, length: Int, glyphs: TreeGlyphs) -> String {
    let node = segment.nodes[0]
    let half = min(length, 10)
    guard half >= 4, node > 0 else { return "" }
    var largest = 0.0
    for advantage in advantages.dropFirst() { largest = max(largest, advantage.magnitude) }
    let part = largest > 0 ? advantages[node].magnitude / largest : 0
    let filled = String(repeating: glyphs.bar, count: Int((part * Double(half)).rounded()))
    let isNegative = advantages[node] < 0
    return "  " + (isNegative ? filled : "").rightAligned(to: half) + glyphs.axis
      + (isNegative ? "" : filled)
  }

  /// A number with as many decimals as its neighbours: four, or three and an exponent.
  private static func short(_ number: Double, plan: [Double], signed: Bool = false) -> String {
    var largest = 0.0
    for other in plan { largest = max(largest, other.magnitude) }
    let isPlain = largest == 0 || (0.01..<100_000).contains(largest)
    let sign = signed ? "+" : ""
    return String(format: isPlain ? "%\(sign).4f" : "%\(sign).3e", number)
  }
}
