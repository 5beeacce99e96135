import Foundation
import RivuletNumerics
import RivuletTraining
import Testing

struct RunDirectoryTests {
  private static func run(_ files: MemoryFiles, to iteration: Int = 9) throws -> RunDirectory {
    let run = try RunDirectory.create(
      at: "/run", recipe: #require(Recipe.preset("exact")).recipe, packageVersion: "0.1.0",
      files: files)
    try CountingTrainer.run(run, to: iteration)
    return run
  }

  @Test func `a damaged checkpoint is passed over, named, and never counted again`() throws {
    let files = MemoryFiles()
    let run = try Self.run(files)
    let newest = "/run/checkpoints/checkpoint-000000009.rvc"
    files.tamper(newest) { $0[150] ^= 1 }
    let found = try run.newestCheckpoint()
    #expect(found.checkpoint?.iteration == 6)
    #expect(found.skipped.map(\.path) == [newest])
    guard case .damaged = found.skipped.first?.error else {
      Issue.record("\(found.skipped)")
      return
    }
    try CountingTrainer.run(run, to: 12)
    #expect(try run.newestCheckpoint().skipped.isEmpty)
    #expect(
      try files.names(in: "/run/checkpoints") == [
        "checkpoint-000000009.rvc", "checkpoint-000000009.rvc.rejected", "checkpoint-000000012.rvc",
      ])
    let straight = MemoryFiles()
    #expect(try run.trail() == Self.run(straight, to: 12).trail())
  }

  @Test func `a run whose checkpoints are all damaged says so with every file`() throws {
    let files = MemoryFiles()
    let run = try Self.run(files)
    for path in try run.checkpointPaths() { files.tamper(path) { $0.removeLast() } }
    do {
      _ = try run.newestCheckpoint()
      Issue.record("a cut checkpoint is read")
    } catch {
      guard case .noUsableCheckpoint(let skipped) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(skipped.count == 2)
      #expect("\(error)".contains("checkpoint-000000006.rvc': it is cut off after"))
    }
  }

  @Test func `a checkpoint of another recipe or with another's name is passed over`() throws {
    let files = MemoryFiles()
    let run = try Self.run(files)
    let digest = String(repeating: "a", count: 64)
    let foreign = Checkpoint(iteration: 12, recipeDigest: digest, streamVersion: 1, arrays: [])
    try files.write(foreign.bytes, to: "/run/checkpoints/checkpoint-000000012.rvc")
    let moved = try files.read("/run/checkpoints/checkpoint-000000009.rvc")
    try files.write(moved, to: "/run/checkpoints/checkpoint-000000010.rvc")
    let found = try run.newestCheckpoint()
    #expect(found.checkpoint?.iteration == 9)
    #expect(
      found.skipped.map(\.error) == [
        .wrongRecipe(expected: run.manifest.recipeDigest, found: digest),
        .wrongIteration(expected: 10, found: 9),
      ])
  }

  @Test func `lines behind the checkpoint may be anything, lines before it may not`() throws {
    let files = MemoryFiles()
    let run = try Self.run(files)
    let trail = try run.trail()
    let metrics = try run.metrics()
    files.tamper("/run/trail.txt") { $0 += Array("\u{0}\u{0}garbage\n10 12".utf8) + [0xFF] }
    files.tamper("/run/metrics.jsonl") { $0 += Array("{\"iter\n{\"iteration\": 10, \"re".utf8) }
    _ = try run.recorder(after: run.newestCheckpoint().checkpoint)
    #expect(try run.trail() == trail)
    #expect(try run.metrics() == metrics)
    files.tamper("/run/metrics.jsonl") { $0[3] = UInt8(ascii: "\\") }
    #expect(throws: RunError.self) {
      try run.recorder(after: run.newestCheckpoint().checkpoint)
    }
    files.tamper("/run/trail.txt") { $0[3] = UInt8(ascii: "x") }
    do {
      _ = try run.recorder(after: run.newestCheckpoint().checkpoint)
      Issue.record("a damaged trail is read")
    } catch {
      #expect("\(error)".contains("'/run/trail.txt': line 1 is"))
    }
    files.tamper("/run/trail.txt") { $0.removeLast(30) }
    #expect(
      throws: RunError.shortTrail(path: "/run/trail.txt", lines: 7, iteration: 9)
    ) { try run.recorder(after: run.newestCheckpoint().checkpoint) }
  }

  @Test func `a folder that is no run, or holds something else, is refused`() throws {
    let files = MemoryFiles()
    let recipe = try #require(Recipe.preset("exact")).recipe
    #expect(throws: RunError.noRun(path: "/run")) { try RunDirectory(at: "/run", files: files) }
    let run = try Self.run(files)
    #expect(throws: RunError.alreadyARun(path: "/run")) {
      try RunDirectory.create(at: "/run", recipe: recipe, packageVersion: "0.1.0", files: files)
    }
    try files.makeFolder("/other")
    try files.write([1], to: "/other/thesis.tex")
    #expect(throws: RunError.occupied(path: "/other", name: "thesis.tex")) {
      try RunDirectory.create(at: "/other", recipe: recipe, packageVersion: "0.1.0", files: files)
    }
    let text = try run.manifest.json()
    let digest = run.manifest.recipeDigest
    // What is replaced, by what, and the end of the message, written by hand.
    let cases = [
      (#""format": 1,"#, #""format": 1"#, "a comma or '}' must follow the value of 'format'"),
      (#""packageVersion""#, #""packageversion""#, "packageVersion is missing"),
      (
        #""learningRate": 0.01"#, #""learningRate": 0"#,
        "recipe: optimiser.learningRate is 0; it must be a finite number > 0"
      ),
      (#""learningRate": 0.01"#, #""learningRate": 0.02"#, "the digest of the recipe beside it"),
      (digest, String(digest.dropLast()), "the digest of the recipe beside it"),
      (
        #""streamVersion": 1"#, #""streamVersion": 2"#,
        "streamVersion is 2; this program draws by version 1"
      ),
      (
        #""streamVersion": 1"#, #""streamVersion": 1, "host": """#, "host is no field of a manifest"
      ),
    ]
    for (right, wrong, message) in cases {
      #expect(text.contains(right))
      let changed = text.replacingOccurrences(of: right, with: wrong)
      files.tamper("/run/manifest.json") { $0 = Array(changed.utf8) }
      do {
        _ = try RunDirectory(at: "/run", files: files)
        Issue.record("\(wrong) is read")
      } catch {
        #expect("\(error)".hasPrefix("'/run/manifest.json': "))
        #expect("\(error)".hasSuffix(message), "\(error)")
      }
    }
    files.tamper("/run/manifest.json") { $0[0] = 0xFF }
    #expect(throws: RunError.notText(path: "/run/manifest.json")) {
      try RunDirectory(at: "/run", files: files)
    }
  }

  @Test func `a run on the disk ends with the bits of one in memory`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rivulet-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let recipe = try #require(Recipe.preset("exact")).recipe
    func start() throws -> RunManifest {
      let made = try RunDirectory.create(at: folder.path, recipe: recipe, packageVersion: "0.1.0")
      try CountingTrainer.run(made, to: 4)
      return made.manifest
    }
    let manifest = try start()
    let run = try RunDirectory(at: folder.path)
    #expect(run.manifest == manifest)
    try CountingTrainer.run(run, to: 9)
    let other = try Self.run(MemoryFiles())
    #expect(try run.trail() == other.trail())
    #expect(try run.metrics() == other.metrics())
    #expect(
      try run.newestCheckpoint().checkpoint?.bytes == other.newestCheckpoint().checkpoint?.bytes)
    #expect(throws: RunError.self) {
      try RunDirectory.create(
        at: folder.path + "/no/such", recipe: recipe, packageVersion: "0.1.0")
    }
    // A file where a folder must be, and a folder where a file must be.
    let files = DiskFiles()
    #expect(throws: FileFailure.self) { try files.makeFolder(folder.path + "/trail.txt") }
    #expect(throws: FileFailure.self) { try files.write([1], to: folder.path + "/checkpoints") }
    #expect(
      try files.names(in: folder.path) == [
        ".claim", "checkpoints", "manifest.json", "metrics.jsonl", "trail.txt",
      ])
  }

  @Test func `a run has one writer at a time, on the disk and in memory, and any reader`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "rivulet-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let recipe = try #require(Recipe.preset("exact")).recipe
    let stores: [(any FileStore, String)] = [(DiskFiles(), folder.path), (MemoryFiles(), "/run")]
    for (files, path) in stores {
      func create() throws -> RunDirectory {
        try RunDirectory.create(at: path, recipe: recipe, packageVersion: "0.1.0", files: files)
      }
      do {
        let writer = try create()
        let reader = try RunDirectory(at: path, files: files)
        #expect(throws: RunError.claimed(path: path)) { try reader.claimed() }
        #expect(throws: RunError.claimed(path: path)) { try reader.recorder(after: nil) }
        #expect(try reader.trail().hashes.isEmpty)
        let recorder = try writer.recorder(after: nil)
        #expect(recorder.iteration == 0)
        withExtendedLifetime(writer) {}
      }
      // Nothing refers to the writer any more.
      let next = try RunDirectory(at: path, files: files).claimed()
      #expect(throws: RunError.alreadyARun(path: path)) { try create() }
      withExtendedLifetime(next) {}
    }
  }

  @Test func `trails name the first iteration that differs, and metrics keep infinities`() throws {
    let first = HashTrail(hashes: ["0000000000000001", "0000000000000002"])
    let second = HashTrail(hashes: ["0000000000000001", "0000000000000003", "0000000000000004"])
    #expect(first.firstDifference(from: second) == 2)
    #expect(first.firstDifference(from: first) == nil)
    #expect(first.text == "1 0000000000000001\n2 0000000000000002\n")
    #expect(try HashTrail(text: first.text + "3 00") == first)
    let record = RunMetrics.Record(
      iteration: 3, values: [RunMetrics.Value("reward", 0.1), RunMetrics.Value("kl", .infinity)])
    #expect(record.line == "{\"iteration\":3,\"kl\":\"inf\",\"reward\":0.1}\n")
    let values = ["z", "a \"b\"", "\u{e9}", "jota", "iterations", ""].enumerated().map {
      RunMetrics.Value($1, [-0.0, 1e300, 0.1 + 0.2, .nan, 5, -.infinity][$0])
    }
    let fields = values.map { JSONElement.Field($0.name, .number($0.number)) }
    #expect(
      RunMetrics.Record(iteration: 7, values: values).line
        == JSONElement.record([JSONElement.Field("iteration", .number(7))] + fields).line + "\n")
    let back = try RunMetrics(text: record.line + "{\"iteration\":4")
    #expect(back.records.count == 1)
    #expect(back.records[0]["kl"] == .infinity)
    #expect(throws: RunMetrics.Invalid.self) { try RunMetrics(text: record.line + record.line) }
  }

  @Test func `hashes of states that differ in one bit differ`() {
    // Each step of the hash can be undone, so this is a law and not a chance of 2^-64.
    var plain = TrailHash()
    plain.update([1.0, 2.0, 3.0])
    for index in 0..<3 {
      for bit in 0..<64 {
        var values = [1.0, 2.0, 3.0]
        values[index] = Double(bitPattern: values[index].bitPattern ^ (1 << UInt64(bit)))
        var other = TrailHash()
        other.update(values)
        #expect(other != plain)
      }
    }
  }

  /// Sends a signal to the process; threads of the test runner block signals, so it goes to another one.
  private static func send(_ number: Int32) {
    kill(getpid(), number)
    for _ in 0..<5000 where StopSignals.pending == nil { usleep(1000) }
  }

  @Test func `a signal raises the flag and ends nothing`() {
    StopSignals.install()
    defer { StopSignals.remove() }
    #expect(StopSignals.pending == nil)
    Self.send(SIGTERM)
    #expect(StopSignals.pending == SIGTERM)
  }

  @Test func `a second signal ends the process`() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      StopSignals.install()
      Self.send(SIGINT)
      kill(getpid(), SIGINT)
      sleep(5)
    }
  }
}
