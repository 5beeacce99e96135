public import RivuletNumerics

/// What a run is: its recipe, and the versions that decide its bits.
public struct RunManifest: Sendable, Hashable {
  /// The version of the fields of the document.
  public static let format = 1

  /// The recipe.
  public let recipe: Recipe
  /// SHA-256 of the recipe.
  public let recipeDigest: String
  /// The version of the random streams.
  public let streamVersion: Int
  /// The version of the package.
  public let packageVersion: String

  /// Makes the manifest of a new run.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - packageVersion: The version of the package.
  /// - Throws: ``RecipeError`` for a recipe that could not be read again.
  public init(recipe: Recipe, packageVersion: String) throws(RecipeError) {
    self.recipe = recipe
    recipeDigest = try recipe.digest()
    streamVersion = RandomKey.streamVersion
    self.packageVersion = packageVersion
  }

  /// Reads a manifest and checks it.
  ///
  /// - Parameter text: The document.
  /// - Throws: ``ManifestError`` with the place and the value.
  public init(json text: String) throws(ManifestError) {
    let document: JSONElement
    do {
      document = try JSONElement(parsing: text)
    } catch {
      throw .malformed(error)
    }
    guard case .record(let fields) = document else { throw .noRecord(kind: document.kind) }
    let names = ["format", "packageVersion", "recipe", "recipeDigest", "streamVersion"]
    for name in names where document[name] == nil { throw .missing(field: name) }
    for field in fields where !names.contains(field.name) { throw .unknown(field: field.name) }
    guard document["format"] == .number(Self.format) else {
      throw .invalid(
        field: "format", value: document["format"]?.line ?? "", expected: "\(Self.format)")
    }
    guard let version = document["packageVersion"], case .text(let package) = version else {
      throw .invalid(
        field: "packageVersion", value: document["packageVersion"]?.line ?? "",
        expected: "a text")
    }
    guard let stream = document["streamVersion"], case .number(let digits) = stream,
      let streamVersion = Int(digits), streamVersion >= 0
    else {
      throw .invalid(
        field: "streamVersion", value: document["streamVersion"]?.line ?? "",
        expected: "a whole number")
    }
    do {
      recipe = try Recipe(document: document["recipe"] ?? .null)
      recipeDigest = try recipe.digest()
    } catch {
      throw .recipe(error)
    }
    guard document["recipeDigest"] == .text(recipeDigest) else {
      throw .invalid(
        field: "recipeDigest", value: document["recipeDigest"]?.line ?? "",
        expected: "\(recipeDigest), the digest of the recipe beside it")
    }
    self.streamVersion = streamVersion
    packageVersion = package
  }

  /// The canonical document, with a line break at the end.
  ///
  /// - Returns: The text.
  /// - Throws: ``RecipeError`` for a recipe that could not be read again.
  public func json() throws(RecipeError) -> String {
    JSONElement.record([
      JSONElement.Field("format", .number(Self.format)),
      JSONElement.Field("packageVersion", .text(packageVersion)),
      JSONElement.Field("recipe", try recipe.document()),
      JSONElement.Field("recipeDigest", .text(recipeDigest)),
      JSONElement.Field("streamVersion", .number(streamVersion)),
    ]).document
  }
}

/// What is wrong with a manifest.
public enum ManifestError: Error, Hashable, CustomStringConvertible {
  /// The text is no JSON document.
  case malformed(JSONError)
  /// The document is another value than a record.
  case noRecord(kind: String)
  /// A field is not there.
  case missing(field: String)
  /// A field has a name that manifests do not have.
  case unknown(field: String)
  /// A value is not what it must be.
  case invalid(field: String, value: String, expected: String)
  /// The recipe is refused.
  case recipe(RecipeError)

  /// The rule that is broken, with the place and the value.
  public var description: String {
    switch self {
    case .malformed(let error): error.description
    case .noRecord(let kind): "a manifest is a record, not \(kind)"
    case .missing(let field): "\(field) is missing"
    case .unknown(let field): "\(field) is no field of a manifest"
    case .invalid(let field, let value, let expected):
      "\(field) is \(value); it must be \(expected)"
    case .recipe(let error): "recipe: \(error)"
    }
  }
}
