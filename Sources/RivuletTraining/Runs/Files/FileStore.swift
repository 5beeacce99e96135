/// The few things that a run does with files, so that tests can let each of them fail.
///
/// Paths are plain texts with slashes. Nothing is safe from a power failure before it is
/// synchronised: a file's bytes by ``synchronise(_:)``, its name by ``synchroniseFolder(_:)``.
public protocol FileStore: Sendable {
  /// Returns all bytes of a file.
  ///
  /// - Parameter path: A file.
  /// - Returns: Its bytes.
  /// - Throws: ``FileFailure`` with the reason.
  func read(_ path: String) throws(FileFailure) -> [UInt8]

  /// Returns the names in a folder.
  ///
  /// - Parameter path: A folder.
  /// - Returns: The names without the folder, in ascending order of their bytes.
  /// - Throws: ``FileFailure`` with the reason.
  func names(in path: String) throws(FileFailure) -> [String]

  /// Returns whether a file or folder is there.
  ///
  /// - Parameter path: A file or folder.
  /// - Returns: Whether the name leads to something.
  /// - Throws: ``FileFailure`` where that cannot be found out.
  func contains(_ path: String) throws(FileFailure) -> Bool

  /// Makes a folder where there is none; the folder above it must exist.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``FileFailure`` with the reason.
  func makeFolder(_ path: String) throws(FileFailure)

  /// Writes a file anew.
  ///
  /// - Parameters:
  ///   - bytes: All of its bytes.
  ///   - path: The file; what it held is lost.
  /// - Throws: ``FileFailure`` with the reason; a part may have been written.
  func write(_ bytes: [UInt8], to path: String) throws(FileFailure)

  /// Writes at the end of a file.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - path: The file; made where there is none.
  /// - Throws: ``FileFailure`` with the reason; a part may have been written.
  func append(_ bytes: [UInt8], to path: String) throws(FileFailure)

  /// Waits until the bytes of a file are on the disk.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileFailure`` with the reason.
  func synchronise(_ path: String) throws(FileFailure)

  /// Waits until the names in a folder are on the disk.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``FileFailure`` with the reason.
  func synchroniseFolder(_ path: String) throws(FileFailure)

  /// Gives a file another name in one step; a file of that name is replaced.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - newPath: The name that it gets, on the same disk.
  /// - Throws: ``FileFailure`` with the reason.
  func rename(_ path: String, to newPath: String) throws(FileFailure)

  /// Removes a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileFailure`` with the reason.
  func remove(_ path: String) throws(FileFailure)

  /// Claims a file for one holder; made where there is none.
  ///
  /// - Parameter path: The file; its bytes do not matter.
  /// - Returns: What holds the claim, which ends with it or with the process, however that ends; nil
  ///   where somebody else holds one.
  /// - Throws: ``FileFailure`` with the reason.
  func claim(_ path: String) throws(FileFailure) -> FileClaim?
}

/// A claim to a file, which ends when this is no longer referred to.
public final class FileClaim: Sendable {
  private let release: @Sendable () -> Void

  /// Makes a claim.
  ///
  /// - Parameter release: What ends it.
  public init(release: @escaping @Sendable () -> Void) { self.release = release }

  deinit { release() }
}

/// A file operation that failed.
public struct FileFailure: Error, Hashable, CustomStringConvertible {
  /// What was tried, such as `write`.
  public let action: String
  /// The file or folder.
  public let path: String
  /// Why it failed, in the words of the system.
  public let reason: String

  /// Makes a failure.
  ///
  /// - Parameters:
  ///   - action: What was tried.
  ///   - path: The file or folder.
  ///   - reason: Why it failed.
  public init(action: String, path: String, reason: String) {
    self.action = action
    self.path = path
    self.reason = reason
  }

  /// The action, the place and the reason.
  public var description: String { "cannot \(action) '\(path)': \(reason)" }
}

extension FileStore {
  /// Writes a file whole or not at all, so that it survives a power failure afterwards.
  ///
  /// The bytes go to a file `.NAME.partial` beside it, which is synchronised, takes the name in one
  /// step, and then the folder is synchronised. Whatever fails, the file is as it was or whole.
  func replace(_ name: String, in folder: String, with bytes: [UInt8]) throws(FileFailure) {
    let partial = folder + "/" + Self.partialName(of: name)
    do {
      try write(bytes, to: partial)
      try synchronise(partial)
      try rename(partial, to: folder + "/" + name)
    } catch {
      // The first failure counts; a file that is left over is harmless.
      try? remove(partial)
      throw error
    }
    try synchroniseFolder(folder)
  }

  static func partialName(of name: String) -> String { ".\(name).partial" }
}
