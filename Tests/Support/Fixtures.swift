import Foundation

/// The files under `Fixtures/`, found from the place of this source file.
public enum Fixtures {
  /// Returns the text of a file.
  ///
  /// - Parameter path: The path below `Fixtures/`, such as `random/philox.txt`.
  /// - Returns: The whole text.
  /// - Throws: The error of Foundation if the file cannot be read.
  public static func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "Fixtures/\(path)"), encoding: .utf8)
  }
}
