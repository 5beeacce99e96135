import Foundation

/// The files of the computer.
public struct DiskFiles: FileStore {
  /// Makes the store; all have the same files.
  public init() {}

  /// Returns all bytes of a file.
  ///
  /// - Parameter path: A file.
  /// - Returns: Its bytes.
  /// - Throws: ``FileFailure`` with the reason.
  public func read(_ path: String) throws(FileFailure) -> [UInt8] {
    let descriptor = try opened(path, O_RDONLY, action: "read")
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = block.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        bytes += block[..<count]
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw failure("read", path)
      }
    }
  }

  /// Returns the names in a folder.
  ///
  /// - Parameter path: A folder.
  /// - Returns: The names without the folder, in ascending order of their bytes.
  /// - Throws: ``FileFailure`` with the reason.
  public func names(in path: String) throws(FileFailure) -> [String] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw FileFailure(action: "list", path: path, reason: error.localizedDescription)
    }
  }

  /// Returns whether a file or folder is there.
  ///
  /// - Parameter path: A file or folder.
  /// - Returns: Whether the name leads to something.
  /// - Throws: ``FileFailure`` where that cannot be found out.
  public func contains(_ path: String) throws(FileFailure) -> Bool {
    if access(path, F_OK) == 0 { return true }
    guard errno == ENOENT else { throw failure("find", path) }
    return false
  }

  /// Makes a folder where there is none; the folder above it must exist.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``FileFailure`` with the reason.
  public func makeFolder(_ path: String) throws(FileFailure) {
    if mkdir(path, 0o777) == 0 { return }
    var isFolder: ObjCBool = false
    let reason = errno
    if reason == EEXIST, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      return
    }
    throw FileFailure(action: "make the folder", path: path, reason: words(reason))
  }

  /// Writes a file anew.
  ///
  /// - Parameters:
  ///   - bytes: All of its bytes.
  ///   - path: The file; what it held is lost.
  /// - Throws: ``FileFailure`` with the reason; a part may have been written.
  public func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    try put(bytes, to: path, flags: O_TRUNC)
  }

  /// Writes at the end of a file.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - path: The file; made where there is none.
  /// - Throws: ``FileFailure`` with the reason; a part may have been written.
  public func append(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    try put(bytes, to: path, flags: O_APPEND)
  }

  /// Waits until the bytes of a file are on the disk.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileFailure`` with the reason.
  public func synchronise(_ path: String) throws(FileFailure) {
    let descriptor = try opened(path, O_RDONLY, action: "synchronise")
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("synchronise", path) }
  }

  /// Waits until the names in a folder are on the disk.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``FileFailure`` with the reason.
  public func synchroniseFolder(_ path: String) throws(FileFailure) {
    let descriptor = try opened(path, O_RDONLY | O_DIRECTORY, action: "synchronise")
    defer { close(descriptor) }
    // Some network disks cannot do this for folders and say so; that is no failure of the file.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("synchronise", path) }
  }

  /// Gives a file another name in one step; a file of that name is replaced.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - newPath: The name that it gets, on the same disk.
  /// - Throws: ``FileFailure`` with the reason.
  public func rename(_ path: String, to newPath: String) throws(FileFailure) {
    guard Foundation.rename(path, newPath) == 0 else { throw failure("rename", path) }
  }

  /// Removes a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileFailure`` with the reason.
  public func remove(_ path: String) throws(FileFailure) {
    guard unlink(path) == 0 else { throw failure("remove", path) }
  }

  /// Claims a file for one holder, whichever process that is in.
  ///
  /// - Parameter path: The file; made where there is none.
  /// - Returns: What holds the claim; nil where somebody else holds one.
  /// - Throws: ``FileFailure`` with the reason.
  public func claim(_ path: String) throws(FileFailure) -> FileClaim? {
    let descriptor = try opened(path, O_RDWR | O_CREAT, action: "claim")
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EINTR { continue }
      // Some network disks know no claims and say so; then there is none to be respected.
      if reason == ENOTSUP || reason == ENOSYS || reason == ENOLCK { break }
      close(descriptor)
      if reason == EWOULDBLOCK { return nil }
      throw FileFailure(action: "claim", path: path, reason: words(reason))
    }
    return FileClaim { close(descriptor) }
  }

  private func put(_ bytes: [UInt8], to path: String, flags: Int32) throws(FileFailure) {
    let descriptor = try opened(path, O_WRONLY | O_CREAT | flags, action: "write")
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count > 0 {
        written += count
      } else if count == 0 || errno != EINTR {
        let failure = failure("write", path)
        close(descriptor)
        throw failure
      }
    }
    // A disk may report a failed write only here.
    guard close(descriptor) == 0 else { throw failure("write", path) }
  }

  private func opened(
    _ path: String, _ flags: Int32, action: String
  ) throws(FileFailure) -> Int32 {
    while true {
      let descriptor = open(path, flags | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return descriptor }
      guard errno == EINTR else { throw failure(action, path) }
    }
  }

  private func failure(_ action: String, _ path: String) -> FileFailure {
    FileFailure(action: action, path: path, reason: words(errno))
  }

  private func words(_ errorNumber: Int32) -> String { String(cString: strerror(errorNumber)) }
}
