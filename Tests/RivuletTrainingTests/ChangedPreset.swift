import Rivulet
import Testing

extension Recipe {
  static let four = #"prompts={"count": 4, "perIteration": 4, "order": "cycle"}"#
  static let whole = #"updates.schedule={"kind": "batches", "count": 1}"#
  static let kept = "updates.zeroAdvantageRows=kept"

  /// A preset with changes as they stand behind `--set`.
  static func preset(_ id: String, _ changes: [String]) throws -> Recipe {
    try #require(Recipe.preset(id)).recipe.changed(
      by: changes.map { try Recipe.Change(parsing: $0) })
  }
}
