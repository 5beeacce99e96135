import Rivulet

extension Train {
  /// Where a run is, and which recipe it has.
  struct Place {
    /// The recipe.
    let recipe: Recipe
    /// The folder.
    let path: String
    /// Whether the folder above is made where there is none.
    let makesParent: Bool
    /// The run that is there already; nil for a new one.
    let existing: RunDirectory?

    /// Opens or makes the folder.
    ///
    /// - Returns: The folder, claimed for this process.
    /// - Throws: ``CommandFailure``.
    func opened() throws(CommandFailure) -> RunDirectory {
      try CommandFailure.ofRun(syntax.command) { () throws(RunError) in
        if let existing { return try existing.claimed() }
        if makesParent {
          do throws(FileFailure) {
            try DiskFiles().makeFolder(Train.parentFolder)
          } catch {
            throw .files(error)
          }
        }
        return try RunDirectory.create(
          at: path, recipe: recipe, packageVersion: Version.package)
      }
    }
  }

  /// The folder of the folders of runs.
  static let parentFolder = "runs"

  /// Returns where the run of a command line is.
  ///
  /// - Parameter arguments: The options that were given.
  /// - Returns: The recipe and the folder, of which nothing is changed yet.
  /// - Throws: ``UsageError`` or ``CommandFailure``.
  static func place(_ arguments: ParsedArguments) throws -> Place {
    let isResumed = arguments.has(resume.declaration)
    let given = try arguments.value(of: run)
    guard let recipe = try recipe(arguments) else {
      guard isResumed, let given else {
        throw UsageError(
          "'\(syntax.command)' needs RECIPE: \(RecipeArgument.positionalHelp); or --resume with "
            + "--run FOLDER", command: syntax.command)
      }
      let existing = try existing(given)
      return Place(
        recipe: existing.manifest.recipe, path: given, makesParent: false, existing: existing)
    }
    let path = given ?? defaultPath(of: recipe.recipe, digest: recipe.digest)
    var found: RunDirectory?
    if isResumed {
      do {
        found = try RunDirectory(at: path)
      } catch .noRun {
      } catch {
        throw CommandFailure(error, command: syntax.command)
      }
    }
    if let found, found.manifest.recipeDigest != recipe.digest {
      throw UsageError(
        "'\(path)' holds a run of another recipe: "
          + differences(recipe.recipe, found.manifest.recipe) + "; choose another folder, or leave "
          + "the recipe away to go on with that run", command: syntax.command)
    }
    return Place(
      recipe: recipe.recipe, path: path, makesParent: given == nil, existing: found)
  }

  private static func existing(_ path: String) throws(CommandFailure) -> RunDirectory {
    try CommandFailure.ofRun(syntax.command) { () throws(RunError) in try RunDirectory(at: path) }
  }

  /// The recipe of the command line with its changes; nil where none is named.
  private static func recipe(
    _ arguments: ParsedArguments
  ) throws -> (recipe: Recipe, digest: String)? {
    var changes = try arguments.values(of: RecipeArgument.changes)
    if let count = try arguments.value(of: iterations) {
      if changes.contains(where: { $0.path == "iterations" }) {
        throw UsageError(
          "--iterations and --set iterations exclude each other", command: syntax.command)
      }
      changes.append(try Recipe.Change(parsing: "iterations=\(count)"))
    }
    guard let name = arguments.positionals.first else {
      guard changes.isEmpty else {
        throw UsageError(
          "a run that goes on keeps its recipe: \(changes[0]) needs RECIPE and a new folder",
          command: syntax.command)
      }
      return nil
    }
    let recipe = try RecipeArgument.recipe(name, changes: changes, command: syntax.command)
    return (recipe, try recipe.digest())
  }

  private static func differences(_ recipe: Recipe, _ other: Recipe) -> String {
    let all = (try? recipe.differences(from: other)) ?? []
    let shown = all.prefix(3).map { "\($0.path) is \($0.other ?? "absent") there" }
    return shown.joined(separator: ", ")
      + (all.count > 3 ? " and \(all.count - 3) more" : "")
  }

  /// The folder of a recipe: its name and the first digits of its digest.
  static func defaultPath(of recipe: Recipe, digest: String) -> String {
    let name = recipe.name.unicodeScalars.map { letter -> Character in
      let isPlain =
        ("a"..."z").contains(letter) || ("A"..."Z").contains(letter)
        || ("0"..."9").contains(letter) || letter == "_"
      return isPlain ? Character(letter) : "-"
    }
    return "\(parentFolder)/\(String(name.prefix(60)))-\(digest.prefix(8))"
  }
}
