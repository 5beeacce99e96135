import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

@Suite struct ConvergeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `the page, the figure and its numbers are written, the same for all threads`() throws {
    var pages: [String] = []
    for threads in ["1", "3"] {
      let page = folder.path("page\(threads).md")
      let figure = folder.path("figure.svg")
      let run = CapturedRun(
        "converge", "exact", "--seeds", "3", "--edges", "2e4", "--threads", threads, "--output",
        page, "--figure", figure)
      #expect(run.code == .success, "\(run.errors)")
      #expect(run.output == "")
      pages.append(try String(contentsOfFile: page, encoding: .utf8))
      #expect(try String(contentsOfFile: figure, encoding: .utf8).hasPrefix("<svg "))
      let numbers = try String(contentsOfFile: folder.path("figure.csv"), encoding: .utf8)
      // A heading and ten steps.
      #expect(numbers.split(separator: "\n").count == 11)
      // The page lies beside the figure.
      #expect(pages.last?.contains("](figure.svg)") == true)
    }
    func table(_ page: String) -> [Substring] {
      page.split(separator: "\n").filter { $0.hasPrefix("|") }
    }
    #expect(table(pages[0]) == table(pages[1]))
    #expect(table(pages[0]).contains { $0.hasPrefix("| exact | 3 |") })
    #expect(!pages[1].contains("--threads"))
  }

  @Test func `a name that is no preset, and a figure that is no SVG, are refused`() {
    let wrong = CapturedRun("converge", "exakt")
    #expect(wrong.code == .usage)
    #expect(wrong.errors.contains("did you mean 'exact'?"))
    let figure = CapturedRun("converge", "exact", "--figure", "a.png")
    #expect(figure.code == .usage)
    #expect(figure.errors.contains("must end in .svg"))
  }
}
