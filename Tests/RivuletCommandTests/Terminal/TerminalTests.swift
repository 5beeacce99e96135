import Testing

@testable import RivuletCommand

struct TerminalTests {
  @Test(
    arguments: [
      ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false),
      (["NO_COLOR": ""], true, true), (["FORCE_COLOR": "1"], false, true),
      (["FORCE_COLOR": "0"], true, false), (["FORCE_COLOR": "1", "NO_COLOR": "1"], true, false),
      (["TERM": "dumb"], true, false), (["TERM": "dumb", "FORCE_COLOR": "1"], false, true),
    ] as [([String: String], Bool, Bool)])
  func `colours follow the environment and the terminal`(
    environment: [String: String], isTerminal: Bool, isColoured: Bool
  ) {
    let style = TextStyle(environment: environment, isTerminal: isTerminal)
    #expect(style.isColoured == isColoured)
    #expect(style.heading("a").contains("\u{1B}") == isColoured)
  }

  func console(_ environment: [String: String], columns: Int?, isTerminal: Bool = false) -> Console
  {
    Console(
      environment: environment, output: MemorySink(columns: columns),
      errors: MemorySink(isTerminal: isTerminal))
  }

  @Test func `the width is that of the environment, else of the terminal, within limits`() {
    #expect(console(["COLUMNS": "60"], columns: 90).columns == 60)
    #expect(console([:], columns: 90).columns == 90)
    #expect(console([:], columns: nil).columns == 80)
    #expect(console(["COLUMNS": "7"], columns: nil).columns == 40)
    #expect(console(["COLUMNS": "x"], columns: 500).columns == 100)
  }

  @Test func `tables have no limit where nobody watches`() {
    #expect(console([:], columns: nil).tableColumns == nil)
    #expect(console([:], columns: 200).tableColumns == 200)
    #expect(console(["COLUMNS": "120"], columns: nil).tableColumns == 120)
  }

  @Test func `progress needs a terminal that is not dumb`() {
    #expect(ProgressBar(console: console([:], columns: nil)) == nil)
    #expect(
      ProgressBar(console: console(["TERM": "dumb"], columns: nil, isTerminal: true)) == nil)
    #expect(
      ProgressBar(console: console(["FORCE_COLOR": "1"], columns: nil)) == nil)
  }

  @Test func `the progress line counts, fills up and stays inside the width`() throws {
    let console = console(["COLUMNS": "50"], columns: nil, isTerminal: true)
    let bar = try #require(ProgressBar(console: console))
    let half = bar.line(done: 1, total: 2, label: "tempflow/T4/a-very-long-name-of-a-check")
    #expect(half.hasPrefix("[############............] 1/2 checks tempflow"))
    #expect(half.count < 50)
    #expect(bar.line(done: 0, total: 0, label: "").hasPrefix("[########################] 0/0"))
  }

  @Test func `every documented exit code has its number`() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 5, 64, 65, 74, 75])
  }
}
