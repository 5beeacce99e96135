import RivuletNumerics
import Synchronization

/// What a check measured, for its wrong variants that are made of the same samples.
///
/// The check always measures; only its wrong variants take what is remembered. One value is kept.
final class Remembered<Value: Sendable>: Sendable {
  private struct Entry {
    let word: UInt64
    let effort: Int
    let value: Value
  }
  private let entry = Mutex<Entry?>(nil)

  /// Measures and remembers.
  func measured(_ run: CheckRun, _ body: () throws -> Value) rethrows -> Value {
    let value = try body()
    entry.withLock { $0 = Entry(word: run.key.word, effort: run.effort, value: value) }
    return value
  }

  /// Returns what was measured for the same key, or measures.
  func value(_ run: CheckRun, _ body: () throws -> Value) rethrows -> Value {
    let known = entry.withLock { entry in
      entry.flatMap { $0.word == run.key.word && $0.effort == run.effort ? $0.value : nil }
    }
    return try known ?? measured(run, body)
  }
}
