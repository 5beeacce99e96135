import Foundation
import Rivulet

/// The recipe that a command line names: a preset or a file, with changes.
enum RecipeArgument {
  static let changes = Option(
    "--set", "PATH=VALUE", .recipeChange,
    help: "Give a field of the recipe another value, such as optimiser.learningRate=1e-3",
    isRepeated: true)

  static let positionalHelp =
    "a preset of 'rivulet recipes', a JSON file, or - for standard input"

  /// Returns a recipe.
  ///
  /// - Parameters:
  ///   - name: The name of a preset or a file; the preset counts where both exist.
  ///   - changes: What is changed in it.
  ///   - command: The command, for messages.
  /// - Returns: A recipe that is checked.
  /// - Throws: ``UsageError`` for an unknown name and a change that is refused, ``CommandFailure`` for
  ///   a file that cannot be read or is no recipe.
  static func recipe(
    _ name: String, changes: [Recipe.Change] = [], command: String
  ) throws -> Recipe {
    let base = try Recipe.preset(name)?.recipe ?? file(name, command: command)
    guard !changes.isEmpty else { return base }
    do {
      return try base.changed(by: changes)
    } catch {
      throw UsageError("\(self.changes.declaration.name): \(error)", command: command)
    }
  }

  private static func file(_ path: String, command: String) throws -> Recipe {
    if path != "-", !path.hasSuffix(".json"), access(path, F_OK) != 0 {
      var message = "there is no preset and no file '\(path)'"
      if let near = nearestName(to: path, among: Recipe.presets.map(\.id)) {
        message += "; did you mean '\(near)'?"
      }
      throw UsageError(message + "; 'rivulet recipes' lists the presets", command: command)
    }
    if access(path + "/manifest.json", F_OK) == 0 {
      throw UsageError(
        "'\(path)' is the folder of a run; go on with it by --resume --run \(path)",
        command: command)
    }
    let bytes = try readInput(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.badData, "\(path): it is no text in UTF-8")
    }
    do {
      return try Recipe(json: text)
    } catch {
      throw CommandFailure(.badData, "\(path): \(error)")
    }
  }
}

extension ValueReading where Value == Recipe.Change {
  /// A field of a recipe with a new value.
  static let recipeChange = ValueReading(
    "PATH=VALUE such as optimiser.learningRate=1e-3, lastStep=ode or kl=null"
  ) { text in try? Recipe.Change(parsing: text) }
}

extension CommandFailure {
  /// What is wrong with the folder of a run.
  ///
  /// - Parameters:
  ///   - error: What is wrong.
  ///   - command: The command, where a wrong choice of the folder is a wrong command line.
  init(_ error: RunError, command: String) {
    switch error {
    case .alreadyARun(let path):
      self.init(
        UsageError(
          "'\(path)' holds a run already; go on with --resume, or choose another folder with --run",
          command: command))
    case .occupied: self.init(UsageError(error.description, command: command))
    case .files, .claimed, .noRun: self.init(.inputOutput, error.description)
    default: self.init(.badData, error.description)
    }
  }

  /// Runs a body and turns what is wrong with the folder of a run into a message and a code.
  static func ofRun<Result>(
    _ command: String, _ body: () throws(RunError) -> Result
  ) throws(CommandFailure) -> Result {
    do {
      return try body()
    } catch {
      throw CommandFailure(error, command: command)
    }
  }
}
