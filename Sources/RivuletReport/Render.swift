public import RivuletClaims

/// Returns a report as a document.
///
/// Equal reports give equal bytes. Except in JUnit, JSON and the cost line of the text, times do not
/// appear.
///
/// - Parameters:
///   - report: What a run of the ledger found.
///   - format: The kind of document.
///   - style: The looks of the text format.
/// - Returns: The document, with a line break at its end.
public func render(
  _ report: LedgerReport, as format: ReportFormat, style: ReportStyle = .plain
) -> String {
  switch format {
  case .text: TextReport(report: report, style: style).document
  case .json: JSONReport.document(of: report)
  case .junit: JUnitReport(report: report).document
  case .markdown: MarkdownReport(report: report).document
  }
}
