import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

/// What the readme shows can be typed.
struct ReadmeTests {
  let text: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    text = String(decoding: try Data(contentsOf: root.appending(path: "README.md")), as: UTF8.self)
  }

  /// The lines of every fence in a language.
  func fences(_ language: String) -> [[String]] {
    var fences: [[String]] = []
    var open: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let lines = open {
        if line == "```" {
          fences.append(lines)
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```" + language {
        open = []
      }
    }
    return fences
  }

  @Test func `every line of the readme that asks for a number gets one`() throws {
    let folder = try TemporaryFolder()
    try folder.write(try #require(fences("json").first).joined(separator: "\n"), to: "mine.json")
    let script = fences("sh").joined().joined(separator: "\n").replacing("\\\n", with: " ")
    let lines = script.split(separator: "\n").filter {
      $0.hasPrefix("rivulet expect") || $0.hasPrefix("rivulet plan")
    }
    #expect(lines.count >= 4)
    for line in lines {
      let words = line.replacing("mine.json", with: folder.path("mine.json"))
        .split(separator: " ").map(String.init)
      let run = CapturedRun(Array(words.dropFirst()))
      #expect(run.code == .success, "\(line): \(run.errors)")
    }
  }

  @Test func `the readme lists the exit codes that exist`() {
    for code in ExitCode.allCases where code != .stopped {
      #expect(text.contains("\n| \(code.rawValue) | "))
    }
  }

  // The example of the readme, as it stands there.
  @Test func `the library example compiles and prints a number for each trained step`() {
    let schedule = PublishedSchedule.sd35
    let law = BranchingLaw(plan: schedule.plan(), deviation: 0.5)
    #expect(law.rewardDeviations(trainedSteps: schedule.trainedSteps).count == 9)
    #expect(text.contains("BranchingLaw(plan: schedule.plan(), deviation: 0.5)"))
  }
}
