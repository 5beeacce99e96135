import RivuletNumerics

/// The folder of a run.
///
///     manifest.json    the recipe, and the versions that decide the bits
///     metrics.jsonl    a record in one line for an iteration
///     trail.txt        a hash of the state after each iteration
///     checkpoints/     the last two checkpoints
///     .claim           an empty file that belongs to whoever writes the run
///
/// A checkpoint is written only after the lines of its iterations are on the disk, and takes its name
/// in one step. So whenever a process ends, the newest checkpoint is whole and has all its lines. Only
/// one process at a time can write; anybody may read meanwhile.
public struct RunDirectory: Sendable {
  /// The number of checkpoints that stay.
  public static let keptCheckpoints = 2

  /// The path of the folder.
  public let path: String
  /// What the run is.
  public let manifest: RunManifest
  /// The files.
  let files: any FileStore
  /// What keeps other writers out; nil where the run was opened to be read.
  private(set) var claim: FileClaim?

  var manifestPath: String { path + "/manifest.json" }
  var metricsPath: String { path + "/metrics.jsonl" }
  var trailPath: String { path + "/trail.txt" }
  var checkpointFolder: String { path + "/checkpoints" }

  /// Makes the folder of a new run.
  ///
  /// The manifest comes last: a folder without one is no run, and may be used again.
  ///
  /// - Parameters:
  ///   - path: The folder; empty or new, the folder above it must exist.
  ///   - recipe: The recipe.
  ///   - packageVersion: The version of the package.
  ///   - files: The files.
  /// - Returns: The folder, without a checkpoint, claimed for this process.
  /// - Throws: ``RunError``, and ``RunError/alreadyARun(path:)`` for a folder that has a manifest.
  public static func create(
    at path: String, recipe: Recipe, packageVersion: String, files: any FileStore = DiskFiles()
  ) throws(RunError) -> RunDirectory {
    let manifest: RunManifest
    let text: String
    do {
      manifest = try RunManifest(recipe: recipe, packageVersion: packageVersion)
      text = try manifest.json()
    } catch {
      throw .recipe(error)
    }
    var run = RunDirectory(path: path, manifest: manifest, files: files)
    do {
      try files.makeFolder(path)
      // A folder of somebody else must be left as it is: look before anything is made in it.
      let ours = [".claim", ".manifest.json.partial", "checkpoints", "metrics.jsonl", "trail.txt"]
      for name in try files.names(in: path) {
        if name == "manifest.json" { throw RunError.alreadyARun(path: path) }
        guard ours.contains(name) else { throw RunError.occupied(path: path, name: name) }
      }
      run = try run.claimed()
      if try files.contains(run.manifestPath) { throw RunError.alreadyARun(path: path) }
      try files.makeFolder(run.checkpointFolder)
      for path in [run.metricsPath, run.trailPath] {
        try files.write([], to: path)
        try files.synchronise(path)
      }
      try files.replace("manifest.json", in: path, with: Array(text.utf8))
      try files.synchroniseFolder(Self.folder(of: path))
    } catch let error as FileFailure {
      throw .files(error)
    } catch let error as RunError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
    return run
  }

  /// Opens the folder of a run to read it.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - files: The files.
  /// - Throws: ``RunError`` with what is wrong with the manifest.
  public init(at path: String, files: any FileStore = DiskFiles()) throws(RunError) {
    let place = path + "/manifest.json"
    let bytes: [UInt8]
    do {
      guard try files.contains(place) else { throw RunError.noRun(path: path) }
      bytes = try files.read(place)
    } catch let error as FileFailure {
      throw .files(error)
    } catch {
      throw .noRun(path: path)
    }
    let text = try Self.text(bytes, of: place)
    let manifest: RunManifest
    do {
      manifest = try RunManifest(json: text)
    } catch {
      throw .manifest(path: place, error)
    }
    guard manifest.streamVersion == RandomKey.streamVersion else {
      throw .wrongStream(
        path: place, expected: RandomKey.streamVersion, found: manifest.streamVersion)
    }
    self.init(path: path, manifest: manifest, files: files)
  }

  private init(path: String, manifest: RunManifest, files: any FileStore) {
    self.path = path
    self.manifest = manifest
    self.files = files
  }

  /// Claims the run for this process, so that it can write.
  ///
  /// - Returns: The run, which stays claimed while a copy of it or a recorder is there.
  /// - Throws: ``RunError/claimed(path:)`` where another process, or another part of this one, writes.
  public func claimed() throws(RunError) -> RunDirectory {
    guard claim == nil else { return self }
    do {
      guard let claim = try files.claim(path + "/.claim") else {
        throw RunError.claimed(path: path)
      }
      var run = self
      run.claim = claim
      return run
    } catch let error as FileFailure {
      throw .files(error)
    } catch {
      throw .claimed(path: path)
    }
  }

  /// Reads the metrics.
  ///
  /// - Returns: The records; a line that was cut off is left out.
  /// - Throws: ``RunError`` with the line that is wrong.
  public func metrics() throws(RunError) -> RunMetrics {
    let text = try text(of: metricsPath)
    do {
      return try RunMetrics(text: text)
    } catch {
      throw .metrics(path: metricsPath, error)
    }
  }

  /// Reads the hash trail.
  ///
  /// - Returns: The hashes; a line that was cut off is left out.
  /// - Throws: ``RunError`` with the line that is wrong.
  public func trail() throws(RunError) -> HashTrail {
    let text = try text(of: trailPath)
    do {
      return try HashTrail(text: text)
    } catch {
      throw .trail(path: trailPath, error)
    }
  }

  private func text(of path: String) throws(RunError) -> String {
    try Self.text(try bytes(of: path), of: path)
  }

  func bytes(of path: String) throws(RunError) -> [UInt8] {
    do {
      return try files.read(path)
    } catch {
      throw .files(error)
    }
  }

  static func text(_ bytes: [UInt8], of path: String) throws(RunError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .notText(path: path)
    }
    return text
  }

  /// The folder that a folder is in.
  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// What is wrong with the folder of a run.
public enum RunError: Error, Hashable, CustomStringConvertible {
  /// A file operation failed.
  case files(FileFailure)
  /// The recipe is refused.
  case recipe(RecipeError)
  /// There is a run already.
  case alreadyARun(path: String)
  /// There is something else already.
  case occupied(path: String, name: String)
  /// Another process writes the run.
  case claimed(path: String)
  /// There is no manifest.
  case noRun(path: String)
  /// The manifest is refused.
  case manifest(path: String, ManifestError)
  /// The run was made with other random streams.
  case wrongStream(path: String, expected: Int, found: Int)
  /// A file is no UTF-8.
  case notText(path: String)
  /// A line of the metrics is wrong.
  case metrics(path: String, RunMetrics.Invalid)
  /// A line of the trail is wrong.
  case trail(path: String, HashTrail.Invalid)
  /// There are checkpoints, and none can be used.
  case noUsableCheckpoint([SkippedCheckpoint])
  /// The trail has fewer lines than a checkpoint has iterations.
  case shortTrail(path: String, lines: Int, iteration: Int)
  /// The trail has more lines than the recipe has iterations.
  case longTrail(path: String, lines: Int, iterations: Int)

  /// The place, the value and what would be right.
  public var description: String {
    switch self {
    case .files(let error): error.description
    case .recipe(let error): "the recipe is refused: \(error)"
    case .alreadyARun(let path): "'\(path)' holds a run already; resume it or choose another folder"
    case .occupied(let path, let name):
      "'\(path)' holds '\(name)'; a new run needs an empty folder"
    case .claimed(let path):
      "'\(path)' is being written by another process; wait for its end, or stop it"
    case .noRun(let path): "'\(path)' is no run: it has no manifest.json"
    case .manifest(let path, let error): "'\(path)': \(error)"
    case .wrongStream(let path, let expected, let found):
      "'\(path)': streamVersion is \(found); this program draws by version \(expected)"
    case .notText(let path): "'\(path)' is no text in UTF-8"
    case .metrics(let path, let error): "'\(path)': \(error)"
    case .trail(let path, let error): "'\(path)': \(error)"
    case .noUsableCheckpoint(let skipped):
      "no checkpoint can be used: " + skipped.map(\.description).joined(separator: "; ")
    case .shortTrail(let path, let lines, let iteration):
      "'\(path)' has \(lines) lines, and the newest checkpoint has \(iteration) iterations"
    case .longTrail(let path, let lines, let iterations):
      "'\(path)' has \(lines) lines, and the recipe \(iterations) iterations"
    }
  }
}

/// A checkpoint that was not used, and why.
public struct SkippedCheckpoint: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let error: CheckpointError

  /// The file and what is wrong with it.
  public var description: String { "'\(path)': \(error)" }
}
