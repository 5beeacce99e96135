import Foundation
import Rivulet

/// What a run leaves in the pages of GitHub Actions: a summary, and annotations of what fell.
struct GitHubActions: Sendable {
  /// At most this many annotations of a kind are shown by GitHub for a step.
  static let annotationLimit = 10

  /// The file that takes Markdown, if there is one.
  let summaryPath: String?
  /// Whether annotations are read.
  let readsAnnotations: Bool

  /// Looks for the variables that GitHub sets; nil when there are none.
  ///
  /// - Parameter environment: The variables of the process.
  init?(environment: [String: String]) {
    summaryPath = environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 }
    readsAnnotations = environment["GITHUB_ACTIONS"] == "true"
    if summaryPath == nil && !readsAnnotations { return nil }
  }

  /// Adds the summary and writes the annotations.
  ///
  /// Annotations go to standard error, which GitHub reads too, so that data stay alone on standard
  /// output. A summary that cannot be written is a warning: the verdict does not depend on it.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - console: Where annotations and warnings go.
  func note(_ report: LedgerReport, on console: Console) {
    if readsAnnotations { Self.annotations(report).forEach(console.say) }
    guard let summaryPath else { return }
    let descriptor = open(summaryPath, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      console.warn(
        WriteFailure(place: "the summary '\(summaryPath)'", errorNumber: errno).description)
      return
    }
    defer { close(descriptor) }
    do {
      try writeAll(
        render(report, as: .markdown), to: descriptor, place: "the summary '\(summaryPath)'")
    } catch {
      console.warn(error.description)
    }
  }

  /// Returns the annotation lines of a report.
  ///
  /// - Parameter report: What was found.
  /// - Returns: Errors for what fell and warnings for what is inconclusive, ten of each at most.
  static func annotations(_ report: LedgerReport) -> [String] {
    var errors: [String] = []
    var warnings: [String] = []
    for claim in report.claims {
      for row in claim.rows where row.outcome != .passed {
        let words = row.message ?? [
          row.outcome.rawValue, row.subject, "expected \(text(row.expected))",
          "observed \(text(row.observed))", "replay: \(row.replay)",
        ].joined(separator: "; ")
        let kind = row.outcome.isInconclusive ? "warning" : "error"
        let line = "::\(kind) title=\(property(row.id))::\(message(words))"
        if row.outcome.isInconclusive { warnings.append(line) } else { errors.append(line) }
      }
      if claim.verdict == .differs || claim.verdict == .undecided {
        let words = "recorded: \(claim.recorded); measured: "
          + (claim.measured.map(\.description) ?? "undecided")
        errors.append("::error title=\(property(claim.id))::\(message(words))")
      }
    }
    return Array(errors.prefix(annotationLimit)) + warnings.prefix(annotationLimit)
  }

  private static func text(_ number: Double?) -> String { number.map(shortestText) ?? "nothing" }

  /// Writes a message so that it stays on its line.
  private static func message(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: String(scalar)
      }
    }.joined()
  }

  private static func property(_ text: String) -> String {
    message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
