import Foundation
import Testing

@testable import RivuletCommand

/// A folder that goes away with the test.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "rivulet-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }

  /// The names of all files, hidden ones too.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a file is found writable without being made`() throws {
    _ = try OutputFile(path: folder.path("new"))
    #expect(try folder.names == [])
  }

  @Test func `a new file and an old one are written whole, without leftovers`() throws {
    try folder.write("old and much longer text", to: "old")
    try OutputFile(path: folder.path("new")).write("one\n")
    try OutputFile(path: folder.path("old")).write("two\n")
    #expect(try folder.names == ["new", "old"])
    #expect(try folder.text("new") == "one\n")
    #expect(try folder.text("old") == "two\n")
  }

  @Test func `an old file keeps its permissions`() throws {
    try folder.write("old", to: "old")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.path("old"))
    try OutputFile(path: folder.path("old")).write("new")
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("old"))
    #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o640)
  }

  @Test func `a link is followed, not replaced`() throws {
    try folder.write("old", to: "target")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("target"))
    try OutputFile(path: folder.path("link")).write("new")
    #expect(try folder.text("target") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link"))
        == folder.path("target"))
  }

  @Test func `a device is written to in place`() throws {
    try OutputFile(path: "/dev/null").write("gone")
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test(arguments: ["missing/file", "", "file/below"])
  func `a place that cannot be written stops before the run`(name: String) throws {
    try folder.write("text", to: "file")
    let failure = #expect(throws: CommandFailure.self) { try OutputFile(path: folder.path(name)) }
    #expect(failure?.code == .inputOutput)
    #expect(failure?.message.hasPrefix("cannot write '") == true)
  }

  @Test func `a failed write leaves the old file and no other`() throws {
    try folder.write("old", to: "old")
    let file = try OutputFile(path: folder.path("old"))
    // The folder goes away between the check and the write.
    let elsewhere = folder.url.deletingLastPathComponent()
      .appending(path: "rivulet-moved-\(UUID().uuidString)")
    try FileManager.default.moveItem(at: folder.url, to: elsewhere)
    let failure = #expect(throws: CommandFailure.self) { try file.write("new") }
    #expect(failure?.code == .inputOutput)
    try FileManager.default.moveItem(at: elsewhere, to: folder.url)
    #expect(try folder.names == ["old"])
    #expect(try folder.text("old") == "old")
  }
}
