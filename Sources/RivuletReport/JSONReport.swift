import Foundation
public import RivuletClaims
import RivuletNumerics

/// The report as one canonical JSON document.
///
/// Keys are sorted, numbers are the shortest decimals that read back to the same bits, and the numbers
/// that JSON lacks are the texts `nan`, `inf` and `-inf`. What a row does not have has no key.
public enum JSONReport {
  /// Returns a report as JSON.
  ///
  /// - Parameter report: What a run of the ledger found.
  /// - Returns: An indented document with a line break at its end.
  public static func document(of report: LedgerReport) -> String {
    do {
      return try CanonicalJSON.text(of: report) + "\n"
    } catch {
      preconditionFailure("a report of plain values cannot be written: \(error)")
    }
  }

  /// Reads a report back, to the same bits.
  ///
  /// - Parameter document: What ``document(of:)`` wrote.
  /// - Returns: The report.
  /// - Throws: `DecodingError` with the path and the value where the document is another one.
  public static func report(from document: String) throws -> LedgerReport {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(LedgerReport.self, from: Data(document.utf8))
  }
}
