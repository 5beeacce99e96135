import Foundation

/// Data files under `Fixtures/`, found from the place of this source file.
public enum Fixtures {
  /// Returns the text of a file.
  ///
  /// - Parameter path: The path below `Fixtures/`, for example `elementary/exp.csv`.
  /// - Returns: The whole text.
  /// - Throws: An error of Foundation if the file cannot be read.
  public static func text(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "Fixtures/\(path)"), encoding: .utf8)
  }
}
