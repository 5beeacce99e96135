import Rivulet

/// `rivulet show tree`: one rollout tree as a drawing, or every node of it.
enum Show: Command {
  static let name = "show"

  /// The most leaves that are drawn.
  static let largestDrawing = 64
  /// The most leaves of a JSON answer, and the most numbers in the states of its nodes.
  static let largestDocument = (leaves: 65_536, numbers: 1_000_000)

  static let syntax = CommandSyntax(
    command: "rivulet show", summary: "Draws a rollout tree with values, advantages and pruning",
    examples: [
      .init("rivulet show tree", "BranchGRPO's default tree of 16 leaves, on Gaussian data"),
      .init(
        "rivulet show tree --prune parent-top1 --reward quadratic --seed 7",
        "which edges Parent-Top1 trains on another draw"),
      .init(
        "rivulet show tree --splits 0:3,4 --fusion path --baseline siblings",
        "forks of three and two children, path-weighted values, siblings as baseline"),
      .init(
        "rivulet show tree --mix-interval 30 --mix-window 4 --format json --output tree.json",
        "every node of a tree of BranchGRPO-Mix"),
    ],
    positional: .init(name: "WHAT", help: "what is shown: tree", count: 1...1),
    groups: ShowOptions.groups,
    notes: [
      "A line is a child of a fork at the step that stands first, with the chain below it. Values are "
        + "fused rewards; advantages are centred on --baseline and divided by the sample standard "
        + "deviation plus 1e-8, zero where that is below 1e-6.",
      "Text draws up to \(largestDrawing) leaves; JSON has up to \(largestDocument.leaves), and "
        + "\(largestDocument.numbers) numbers in the states of all nodes. The drawing is ASCII where "
        + "TERM is dumb or the locale is not UTF-8.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    if let what = parsed.positionals.first, what != "tree" {
      throw UsageError.unknown(
        "something to show for", what, known: ["tree"], command: syntax.command)
    }
    let format = try parsed.value(of: ShowOptions.format) ?? .text
    let file = try parsed.value(of: Expect.output).flatMap { $0 == "-" ? nil : $0 }
    let target = try file.map { path throws(CommandFailure) in try OutputFile(path: path) }
    let leaves = try parsed.treeSetting(largest: Double(largestDocument.leaves)).tree.counts.leaves
    if format == .text, leaves > largestDrawing {
      throw UsageError(
        "the tree has \(leaves) leaves, and a drawing at most \(largestDrawing); fork less often, or "
          + "take --format json", command: syntax.command)
    }
    let tree = try parsed.shownTree(
      largest: largestDocument.leaves, largestNumbers: largestDocument.numbers)
    let glyphs = TreeGlyphs(environment: console.environment)
    func text(style: TextStyle, columns: Int) -> String {
      format == .json
        ? tree.json.document : tree.text(glyphs: glyphs, style: style, columns: columns)
    }
    if let target {
      try target.write(text(style: .plain, columns: 100))
    } else {
      try console.write(text(style: console.outputStyle, columns: console.columns))
    }
    return .success
  }
}
