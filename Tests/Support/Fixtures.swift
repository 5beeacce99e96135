import Foundation

/// The data under `Fixtures/`, found from where this file stands in the package.
public enum Fixtures {
  /// Returns the text of a file, named by its path from the root of the package.
  public static func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
