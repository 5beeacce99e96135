import RivuletTestSupport
import Testing

/// A table of `Fixtures/windows/`, made by `Fixtures/origin/windows.py`.
///
/// The script runs windows as a machine with state; the code under test sees the iteration alone.
func windowTable(_ name: String) throws -> [[String]] {
  let lines = try Fixtures.text("windows/\(name).csv").split(separator: "\n").dropFirst()
  try #require(!lines.isEmpty)
  return lines.map { $0.split(separator: ",").map(String.init) }
}
