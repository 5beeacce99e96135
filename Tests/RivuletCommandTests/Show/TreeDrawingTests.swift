import Rivulet
import Testing

@testable import RivuletCommand

/// Drawings of trees that are small enough to be drawn by hand.
struct TreeDrawingTests {
  /// A chain step, a fork, a chain step, and a fork of the first child alone.
  let shape: TreeShape

  init() throws { shape = try TreeShape(childCounts: [[1], [2], [1, 1], [2, 1]]) }

  // Nodes: 0 root, 1, then 2 and 3, then 4 and 5, then leaves 6 and 7 below 4 and leaf 8 below 5.
  func drawing(_ edges: [TreeDrawing.Edge]? = nil) -> TreeDrawing {
    TreeDrawing(
      shape: shape, values: [1.5, 1.5, 2, 1, 2, 1, 3, 1, 1],
      advantages: [0, 0, 0.5, -0.5, 0.5, -0.5, 1, -0.5, -0.5],
      edges: edges ?? [TreeDrawing.Edge](repeating: .kept, count: 9))
  }

  func lines(
    _ drawing: TreeDrawing, _ environment: [String: String] = ["LANG": "C.UTF-8"], columns: Int = 40
  ) -> [String] {
    drawing.lines(
      glyphs: TreeGlyphs(environment: environment), style: .plain, columns: columns)
  }

  @Test func `forks are branches and chains are runs`() {
    #expect(
      lines(drawing(), columns: 60) == [
        "step                          value  reward  advantage",
        "root ─── 1 step ───          1.5000",
        "├─ 1 ─── 1 step ───          2.0000            +0.5000",
        "│ ├─ 3 leaf 0                        3.0000    +1.0000",
        "│ └─ 3 leaf 1                        1.0000    -0.5000",
        "└─ 1 ─── 2 steps ─── leaf 2          1.0000    -0.5000",
      ])
  }

  @Test func `a narrow terminal has shorter runs, a wide one bars, a dumb one ASCII`() {
    #expect(
      lines(drawing(), ["TERM": "dumb", "LANG": "C.UTF-8"], columns: 52) == [
        "step                      value  reward  advantage",
        "root - 1 step -          1.5000",
        "+- 1 - 1 step -          2.0000            +0.5000",
        "| +- 3 leaf 0                    3.0000    +1.0000",
        "| `- 3 leaf 1                    1.0000    -0.5000",
        "`- 1 - 2 steps - leaf 2          1.0000    -0.5000",
      ])
    #expect(
      lines(drawing(), [:], columns: 65) == [
        "step                          value  reward  advantage",
        "root --- 1 step ---          1.5000",
        "+- 1 --- 1 step ---          2.0000            +0.5000      |##",
        "| +- 3 leaf 0                        3.0000    +1.0000      |####",
        "| `- 3 leaf 1                        1.0000    -0.5000    ##|",
        "`- 1 --- 2 steps --- leaf 2          1.0000    -0.5000    ##|",
      ])
  }

  @Test func `what is not trained is marked by words`() {
    // The edges to 2, 7 and 8 are pruned; step 2, which leads to 4 and 5, adds no noise.
    let edges: [TreeDrawing.Edge] = [
      .kept, .kept, .pruned, .kept, .silent, .silent, .kept, .pruned, .pruned,
    ]
    #expect(
      lines(drawing(edges), [:], columns: 69) == [
        "step                                         value  reward  advantage",
        "root --- 1 step ---                         1.5000",
        "+- 1x ... 1 ODE ...                         2.0000            +0.5000",
        "| +- 3 leaf 0                                       3.0000    +1.0000",
        "| `- 3x leaf 1                                      1.0000    -0.5000",
        "`- 1 ... 1 ODE ... - - 1 pruned - - leaf 2          1.0000    -0.5000",
      ])
  }

  @Test func `segments that are not trained at all are dim, and only where colours are on`() {
    let edges: [TreeDrawing.Edge] = [
      .kept, .kept, .kept, .pruned, .kept, .pruned, .kept, .kept, .pruned,
    ]
    let coloured = drawing(edges).lines(
      glyphs: .ascii, style: TextStyle(isColoured: true), columns: 60)
    #expect(coloured[5].hasPrefix("\u{1B}[2m`- 1x - - 2 pruned - - leaf 2"))
    #expect(coloured.dropFirst().count { $0.contains("\u{1B}") } == 1)
    #expect(!lines(drawing(edges)).joined().contains("\u{1B}"))
  }

  @Test func `more than three runs are counted instead`() throws {
    let shape = try TreeShape(widths: [2, 1, 1, 1, 1, 1])
    var edges = [TreeDrawing.Edge](repeating: .kept, count: shape.nodeCount)
    for depth in [3, 5] { for node in shape.nodes(atDepth: depth) { edges[node] = .silent } }
    for node in shape.nodes(atDepth: 6) { edges[node] = .pruned }
    let zeros = [Double](repeating: 0, count: shape.nodeCount)
    let drawing = TreeDrawing(shape: shape, values: zeros, advantages: zeros, edges: edges)
    #expect(lines(drawing, [:])[2].hasPrefix("+- 0 - 5 steps, 1 pruned, 2 ODE - leaf 0"))
  }

  @Test(arguments: [
    (["LANG": "en_GB.UTF-8"], true), (["LANG": "C"], false), ([:], false),
    (["LANG": "C", "LC_ALL": "C.utf8"], true), (["LANG": "de_DE.UTF-8", "LC_CTYPE": "C"], false),
    (["LANG": "C.UTF-8", "LC_ALL": ""], true), (["LANG": "C.UTF-8", "TERM": "dumb"], false),
  ])
  func `boxes need a locale that has them`(environment: [String: String], hasBoxes: Bool) {
    #expect(TreeGlyphs(environment: environment) == (hasBoxes ? .boxes : .ascii))
  }
}
