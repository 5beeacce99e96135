import Rivulet

@testable import RivuletCommand

/// A command line that ran inside the test, and what it wrote.
struct CapturedRun {
  let code: ExitCode
  let output: String
  let errors: String

  init(_ arguments: String..., environment: [String: String] = [:]) {
    self.init(arguments, environment: environment)
  }

  init(_ arguments: [String], environment: [String: String] = [:], columns: Int? = nil) {
    let output = MemorySink(columns: columns)
    let errors = MemorySink()
    code = Dispatch.run(
      arguments, console: Console(environment: environment, output: output, errors: errors))
    self.output = output.text
    self.errors = errors.text
  }

  /// The lines of standard output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// The table of a CSV answer by column; empty cells are nil.
  var csvColumns: [String: [Double?]] {
    let rows = lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var columns: [String: [Double?]] = [:]
    for (index, name) in (rows.first ?? []).enumerated() {
      columns[name] = rows.dropFirst().map { Double($0[index]) }
    }
    return columns
  }
}
