import Foundation
import RivuletTestSupport
import Testing

@testable import RivuletCommand

struct ShowTests {
  struct Answer: Decodable {
    struct Node: Decodable, Equatable {
      let node: Int
      let depth: Int
      let parent: Int?
      let state: [Double]
      let value: Double
      let advantage: Double?
      let kept: Bool
      let noise: [Double]?
      let logProbability: Double?
      let leaf: Int?
      let reward: Double?
      let scoredState: [Double]?
    }
    let nodes: [Node]
    let totals: [String: Int]
  }

  func answer(_ options: [String]) throws -> Answer {
    let run = CapturedRun(["show", "tree", "--format", "json"] + options)
    #expect(run.code == .success, "\(run.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(run.output.utf8))
  }

  @Test func `the default tree fits a terminal of 80 columns and some forty lines`() {
    for columns in [80, 100] {
      let run = CapturedRun(
        ["show", "tree"], environment: ["LANG": "C.UTF-8"], columns: columns)
      #expect(run.code == .success, "\(run.errors)")
      #expect(run.lines.count <= 42)
      #expect(run.lines.allSatisfy { $0.count <= columns })
      for leaf in 0..<16 { #expect(run.output.contains("── 10 steps ─── leaf \(leaf) ")) }
    }
  }

  @Test func `the setting stands above the drawing`() {
    let run = CapturedRun(
      "show", "tree", "--seed", "7", "--prune", "parent-top1", "--fusion", "path", "--splits",
      "0:3,4")
    for words in [
      "shift 3", "eta = 0.3", "forks 0:3,4; 20 steps, 6 leaves", "s = 4, rho = 0.0588235; seed 7",
      "fusion path, beta 1, reduction sum, baseline depth, pruning parent-top1",
      // 12 edges above the second fork and 6 below it, then 6 chains of 15, of which 3 stay.
      "108 edges, 63 of them trained; 103 model calls, 109 nodes",
    ] {
      // Lines are broken between words.
      let text = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(text.contains(words), "\(words)")
    }
  }

  // By hand from the definitions: children one deeper, leaves have their reward, uniform values are
  // means over children of equal size, and the linear reward of a clean prediction is that state.
  @Test func `every node is in the document`() throws {
    let tree = try answer([])
    #expect(tree.nodes.count == 219)
    #expect(tree.totals["modelCalls"] == 203)
    var sums = [Double](repeating: 0, count: 219)
    var counts = [Double](repeating: 0, count: 219)
    for node in tree.nodes.dropFirst() {
      let parent = try #require(node.parent)
      #expect(tree.nodes[parent].depth == node.depth - 1)
      sums[parent] += node.value
      counts[parent] += 1
    }
    for node in tree.nodes {
      if node.leaf != nil {
        #expect(node.value == node.reward)
        #expect(node.scoredState == node.reward.map { [$0] })
      } else {
        expectClose(node.value, sums[node.node] / counts[node.node], within: 1e-14)
      }
    }
    for depth in 1...20 {
      var sum = 0.0
      for node in tree.nodes where node.depth == depth { sum += node.advantage ?? .nan }
      expectClose(sum, 0, within: 1e-12)
    }
    // Two nodes at a depth always have -1/sqrt(2) and 1/sqrt(2).
    expectClose(abs(tree.nodes[1].advantage ?? 0), 0.5.squareRoot(), within: 1e-6)
    #expect(tree.nodes[0].advantage == nil)
    #expect(!tree.nodes[0].kept)
  }

  // Section 3, section 4 and claim B15.
  @Test(arguments: [
    (["--prune", "parent-top1"], 138), (["--prune", "extreme:4"], 138),
    (["--prune", "mode1:0.5"], 138), (["--prune", "mode2:0.5"], 138),
    (["--prune", "depths:15...18"], 154), (["--prune", "depths:16...20"], 138),
    (["--prune", "depths:19,20", "--prune", "extreme:4"], 122),
  ])
  func `pruning changes nothing but the mask`(options: [String], kept: Int) throws {
    let whole = try answer(["--seed", "3", "--root", "2"])
    let pruned = try answer(["--seed", "3", "--root", "2"] + options)
    #expect(pruned.totals["keptEdges"] == kept)
    #expect(pruned.nodes.count { $0.kept } == kept)
    for (a, b) in zip(whole.nodes, pruned.nodes) {
      #expect(a.state == b.state && a.value == b.value && a.advantage == b.advantage)
      #expect(a.kept || !b.kept)
    }
  }

  @Test func `a mixed tree trains the steps with noise`() throws {
    let tree = try answer(["--mix-interval", "30", "--mix-window", "4"])
    #expect(tree.totals["keptEdges"] == 34)
    for node in tree.nodes.dropFirst() {
      #expect((node.noise != nil) == [0, 1, 2, 3, 6, 9].contains(node.depth - 1))
    }
  }

  @Test func `seeds and roots draw other trees, and the same one again`() throws {
    let first = try answer(["--seed", "5"]).nodes
    #expect(try answer(["--seed", "0x5"]).nodes == first)
    for other in [["--seed", "6"], ["--seed", "5", "--root", "1"]] {
      let nodes = try answer(other).nodes
      #expect(nodes[0].state != first[0].state)
      #expect(nodes[200].noise != first[200].noise)
    }
  }

  // The rewards by hand from the states that they saw.
  @Test func `rewards are those of the chosen family`() throws {
    let plane = ["--dimension", "2", "--scored", "final"]
    for node in try answer(
      plane + ["--reward", "quadratic", "--gradient", "2", "--curvature", "3"]
    )
    .nodes
    where node.leaf != nil {
      let x = try #require(node.scoredState)
      #expect(x == node.state)
      let value = 2 * x[0] - 1.5 * (x[0] * x[0] + x[1] * x[1])
      expectClose(node.reward ?? .nan, value, within: 1e-13)
    }
    for node in try answer(plane + ["--reward", "modes"]).nodes where node.leaf != nil {
      let x = try #require(node.scoredState)
      func bump(_ c: Double) -> Double {
        exp(-2 * ((x[0] - c) * (x[0] - c) + (x[1] - c) * (x[1] - c)))
      }
      expectClose(node.reward ?? .nan, log(bump(-1) + bump(1)), within: 1e-12)
    }
  }

  // Softmaxes of the children's log-probabilities, by their definitions, for one fork.
  @Test func `path weights count chains and local ones do not`() throws {
    let one = ["--steps", "3", "--noise", "constant", "--splits", "0", "--scored", "final"]
    for (fusion, depths) in [("path", [1, 2, 3]), ("local", [1])] {
      let nodes = try answer(one + ["--fusion", fusion, "--beta", "0.5"]).nodes
      // Nodes 1, 3, 5 are one chain and 2, 4, 6 the other.
      func weight(_ child: Int) -> Double {
        var sum = 0.0
        for depth in depths { sum += nodes[2 * depth - 2 + child].logProbability ?? .nan }
        return exp(0.5 * sum)
      }
      let value =
        (weight(1) * nodes[5].value + weight(2) * nodes[6].value) / (weight(1) + weight(2))
      expectClose(nodes[0].value, value, within: 1e-12)
    }
  }

  @Test func `a document may have more leaves than a drawing`() throws {
    #expect(try answer(["--width", "3"]).totals["leaves"] == 81)
    let large = CapturedRun("show", "tree", "--splits", "0:256,1:257", "--format", "json")
    #expect(large.code == .usage)
    #expect(large.errors.contains("expected at most 65536"))
  }

  @Test func `the examples of help can be typed`() throws {
    let folder = try TemporaryFolder()
    for example in Show.syntax.examples {
      let words = example.line.replacing("tree.json", with: folder.path("tree.json"))
        .split(separator: " ").map(String.init)
      let run = CapturedRun(Array(words.dropFirst()))
      #expect(run.code == .success, "\(example.line): \(run.errors)")
    }
    #expect(try folder.text("tree.json").hasPrefix("{"))
    #expect(CapturedRun("help").output.contains("rivulet show tree"))
  }
}
