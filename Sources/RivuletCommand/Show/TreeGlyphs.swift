/// The marks that a drawing of a tree is made of.
struct TreeGlyphs: Sendable, Hashable {
  /// Beside a child that has siblings below it.
  let branch: String
  /// Beside the last child.
  let lastBranch: String
  /// Past a node whose siblings come further down.
  let trunk: String
  /// Past the last child.
  let gap: String
  /// Before a run of trained steps and behind it.
  let kept: String
  /// Before a run of pruned steps and behind it.
  let pruned: String
  /// Before a run of steps without noise and behind it.
  let silent: String
  /// A piece of a bar.
  let bar: String
  /// Where bars begin.
  let axis: String

  /// Box-drawing characters.
  static let boxes = TreeGlyphs(
    branch: "├─", lastBranch: "└─", trunk: "│ ", gap: "  ", kept: "───", pruned: "╌╌╌",
    silent: "···", bar: "▒", axis: "│")
  /// The same in ASCII.
  static let ascii = TreeGlyphs(
    branch: "+-", lastBranch: "`-", trunk: "| ", gap: "  ", kept: "---", pruned: "- -",
    silent: "...", bar: "#", axis: "|")

  /// Chooses the marks that a terminal can show.
  ///
  /// - Parameter environment: The variables of the process.
  init(environment: [String: String]) {
    self = Console.showsUnicode(environment) ? .boxes : .ascii
  }

  private init(
    branch: String, lastBranch: String, trunk: String, gap: String, kept: String, pruned: String,
    silent: String, bar: String, axis: String
  ) {
    self.branch = branch
    self.lastBranch = lastBranch
    self.trunk = trunk
    self.gap = gap
    self.kept = kept
    self.pruned = pruned
    self.silent = silent
    self.bar = bar
    self.axis = axis
  }
}
