/// The formats in which a report can be written.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// A table for people.
  case text
  /// One canonical JSON document.
  case json
  /// JUnit XML for continuous integration.
  case junit
  /// A Markdown page.
  case markdown
}
