import Foundation

/// A file that is written whole or not at all.
///
/// The text goes to a temporary file in the same folder, which then takes the file's name in one
/// step. A run that is cut off, or a full disk, leaves an existing file as it was.
struct OutputFile: Sendable {
  /// The name as it was given.
  let path: String
  /// The file that the name leads to through links.
  let target: String
  /// The permissions of the existing file.
  private let mode: mode_t?
  /// Whether the name leads to a device or a pipe, which cannot be replaced.
  private let isDevice: Bool

  /// Finds out whether the file can be written, before a long run starts, and changes nothing.
  ///
  /// - Parameter path: The name of a file; its folder must exist.
  /// - Throws: ``CommandFailure`` with the code for input and output and the reason.
  init(path: String) throws(CommandFailure) {
    self.path = path
    var resolved = path
    if let real = realpath(path, nil) {
      resolved = String(cString: real)
      free(real)
    } else if !path.hasSuffix("/") {
      // A file that does not exist yet: its folder has one name all the same.
      let place = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
      if place < path.endIndex,
        let folder = realpath(place == path.startIndex ? "." : String(path[..<place]), nil)
      {
        let real = String(cString: folder)
        resolved = (real == "/" ? "" : real) + "/" + path[place...]
        free(folder)
      }
    }
    target = resolved
    var status = stat()
    if stat(resolved, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      if kind == S_IFDIR { throw Self.failure(path, EISDIR) }
      if access(resolved, W_OK) != 0 { throw Self.failure(path, errno) }
      mode = status.st_mode & 0o777
      isDevice = kind != S_IFREG
    } else {
      let reason = errno
      guard reason == ENOENT, !path.hasSuffix("/") else {
        throw Self.failure(path, reason == ENOENT ? EISDIR : reason)
      }
      mode = nil
      isDevice = false
    }
    if !isDevice {
      let (descriptor, temporary) = try openTemporary()
      close(descriptor)
      unlink(temporary)
    }
  }

  /// Writes the file.
  ///
  /// - Parameter text: All of its text.
  /// - Throws: ``CommandFailure`` with the code for input and output and the reason; an existing file
  ///   is then as it was.
  func write(_ text: String) throws(CommandFailure) {
    if isDevice {
      let descriptor = open(target, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Self.failure(path, errno) }
      defer { close(descriptor) }
      try put(text, to: descriptor)
      return
    }
    let (descriptor, temporary) = try openTemporary()
    do throws(CommandFailure) {
      try put(text, to: descriptor)
      if let mode { fchmod(descriptor, mode) }
      let isSafe = fsync(descriptor) == 0
      let reason = errno
      let isClosed = close(descriptor) == 0
      guard isSafe && isClosed else { throw Self.failure(path, isSafe ? errno : reason) }
      guard rename(temporary, target) == 0 else { throw Self.failure(path, errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private func put(_ text: String, to descriptor: Int32) throws(CommandFailure) {
    do {
      try writeAll(text, to: descriptor, place: "'\(path)'")
    } catch {
      throw CommandFailure(.inputOutput, error.description)
    }
  }

  private func openTemporary() throws(CommandFailure) -> (descriptor: Int32, path: String) {
    let place = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
    for number in 0..<100 {
      let name =
        target[..<place] + ".\(target[place...]).\(getpid()).\(number).partial"
      let descriptor = open(String(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, String(name)) }
      if errno != EEXIST { break }
    }
    throw Self.failure(path, errno)
  }

  private static func failure(_ path: String, _ errorNumber: Int32) -> CommandFailure {
    var message = WriteFailure(place: "'\(path)'", errorNumber: errorNumber).description
    if errorNumber == ENOENT { message += "; the folder must exist" }
    return CommandFailure(.inputOutput, message)
  }
}
