import Foundation
import Rivulet

/// What a run leaves in the pages of GitHub Actions: a summary, and annotations of what fell.
struct GitHubActions: Sendable {
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
    if readsAnnotations { annotations(report).forEach(console.say) }
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
}
