import RivuletTraining
import Synchronization

/// Files in memory that fail, or lose power, at a chosen operation.
///
/// A file has bytes that a reader sees and bytes that are on the disk; a folder has names that a
/// reader sees and names that are on the disk. Only synchronising makes them equal.
final class MemoryFiles: FileStore {
  /// What a loss of power does to what was not synchronised.
  enum Loss: CaseIterable {
    /// Bytes and names are lost.
    case everything
    /// Bytes are lost, names stay: the empty files of a careless rename.
    case bytes
    /// Names are lost, bytes stay.
    case names
    /// A process was killed, and the computer went on: nothing is lost.
    case nothing
  }

  private final class File {
    var seen: [UInt8] = []
    var safe: [UInt8] = []
  }

  private struct State {
    var seen: [String: File] = [:]
    var safe: [String: File] = [:]
    var folders: Set<String> = [""]
    var claims: Set<String> = []
    var operations = 0
    var failing: Int?
    var isDown = false
    var staysDown = false
  }

  private let state = Mutex(State())

  /// The number of operations that change something, so far.
  var operations: Int { state.withLock { $0.operations } }

  /// Lets the k-th changing operation from now on fail after half of its work.
  ///
  /// - Parameters:
  ///   - operation: k, from 1.
  ///   - staysDown: Whether every later operation fails too, as after a loss of power.
  func fail(at operation: Int, staysDown: Bool) {
    state.withLock {
      $0.failing = $0.operations + operation
      $0.staysDown = staysDown
    }
  }

  /// Brings the files back as they are found after the loss.
  func restart(after loss: Loss) {
    state.withLock { state in
      if loss == .everything || loss == .names { state.seen = state.safe }
      for file in Array(state.seen.values) where loss == .everything || loss == .bytes {
        file.seen = file.safe
      }
      for file in Array(state.seen.values) { file.safe = file.seen }
      state.safe = state.seen
      state.claims = []
      state.failing = nil
      state.isDown = false
    }
  }

  /// Changes the bytes of a file behind everybody's back.
  func tamper(_ path: String, _ change: (inout [UInt8]) -> Void) {
    state.withLock { state in
      guard let file = state.seen[path] else { return }
      change(&file.seen)
      file.safe = file.seen
    }
  }

  func read(_ path: String) throws(FileFailure) -> [UInt8] {
    let bytes: [UInt8]? = state.withLock { $0.isDown ? nil : $0.seen[path]?.seen }
    guard let bytes else {
      throw FileFailure(action: "read", path: path, reason: "it is not there")
    }
    return bytes
  }

  func names(in path: String) throws(FileFailure) -> [String] {
    let names: [String]? = state.withLock { state in
      guard !state.isDown, state.folders.contains(path) else { return nil }
      let all = Array(state.seen.keys) + Array(state.folders)
      return all.compactMap { Self.name($0, in: path) }.sorted()
    }
    guard let names else {
      throw FileFailure(action: "list", path: path, reason: "it is not there")
    }
    return names
  }

  func contains(_ path: String) throws(FileFailure) -> Bool {
    state.withLock { $0.seen[path] != nil || $0.folders.contains(path) }
  }

  func makeFolder(_ path: String) throws(FileFailure) {
    try change("make the folder", path) { state, isWhole in
      if isWhole { state.folders.insert(path) }
    }
  }

  func write(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    try change("write", path) { state, isWhole in
      let file = state.seen[path] ?? File()
      state.seen[path] = file
      file.seen = isWhole ? bytes : Array(bytes.prefix(bytes.count / 2))
    }
  }

  func append(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    try change("append", path) { state, isWhole in
      let file = state.seen[path] ?? File()
      state.seen[path] = file
      file.seen += isWhole ? bytes : Array(bytes.prefix(bytes.count / 2))
    }
  }

  func synchronise(_ path: String) throws(FileFailure) {
    try change("synchronise", path) { state, isWhole in
      guard let file = state.seen[path], isWhole else { return }
      file.safe = file.seen
    }
  }

  func synchroniseFolder(_ path: String) throws(FileFailure) {
    try change("synchronise", path) { state, isWhole in
      guard isWhole else { return }
      for name in Array(state.seen.keys) + Array(state.safe.keys)
      where Self.name(name, in: path) != nil {
        state.safe[name] = state.seen[name]
      }
    }
  }

  func rename(_ path: String, to newPath: String) throws(FileFailure) {
    try change("rename", path) { state, isWhole in
      guard isWhole else { return }
      state.seen[newPath] = state.seen[path]
      state.seen[path] = nil
    }
  }

  func remove(_ path: String) throws(FileFailure) {
    try change("remove", path) { state, isWhole in if isWhole { state.seen[path] = nil } }
  }

  func claim(_ path: String) throws(FileFailure) -> FileClaim? {
    let isFree: Bool? = state.withLock { state in
      guard !state.isDown else { return nil }
      return state.claims.insert(path).inserted
    }
    guard let isFree else {
      throw FileFailure(action: "claim", path: path, reason: "the disk failed")
    }
    guard isFree else { return nil }
    return FileClaim { [weak self] in self?.state.withLock { _ = $0.claims.remove(path) } }
  }

  private func change(
    _ action: String, _ path: String, _ work: (inout State, Bool) -> Void
  ) throws(FileFailure) {
    let isWhole: Bool = state.withLock { state in
      guard !state.isDown else { return false }
      state.operations += 1
      let isWhole = state.operations != state.failing
      work(&state, isWhole)
      if !isWhole && state.staysDown { state.isDown = true }
      return isWhole
    }
    guard isWhole else { throw FileFailure(action: action, path: path, reason: "the disk failed") }
  }

  private static func name(_ path: String, in folder: String) -> String? {
    guard path.hasPrefix(folder + "/") else { return nil }
    let rest = path.dropFirst(folder.count + 1)
    return rest.contains("/") ? nil : String(rest)
  }
}
