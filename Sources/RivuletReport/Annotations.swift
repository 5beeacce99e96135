public import RivuletClaims

/// Returns a report as workflow commands of GitHub Actions, which show up beside a change.
///
/// A failure is an error, an under-powered check a warning, and the counts are a notice. GitHub shows ten of
/// a kind for each step, so the tenth names the number of those that are left out.
///
/// - Parameter report: What a run of the ledger found.
/// - Returns: One line for each annotation, without line breaks.
public func annotations(_ report: LedgerReport) -> [String] {
  var errors: [Annotation] = []
  var warnings: [Annotation] = []
  for claim in report.claims {
    if let reason = claim.reason { errors.append(Annotation(title: claim.id, message: reason)) }
    for row in claim.rows {
      guard let reason = report.reason(of: row) else { continue }
      let annotation = Annotation(title: row.id, message: reason + "\n" + row.replay)
      if row.outcome.isInconclusive {
        warnings.append(annotation)
      } else {
        errors.append(annotation)
      }
    }
  }
  let notice = Annotation(title: "rivulet", message: report.summary.description)
  return lines(of: errors, kind: "error") + lines(of: warnings, kind: "warning")
    + [notice.command(kind: "notice")]
}

/// A note beside a change.
private struct Annotation {
  let title: String
  let message: String

  func command(kind: String) -> String {
    "::\(kind) title=\(escaped(title, isProperty: true))::\(escaped(message, isProperty: false))"
  }

  /// Percent signs and line breaks end a command, colons and commas a property.
  private func escaped(_ text: String, isProperty: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      case ":" where isProperty: escaped += "%3A"
      case "," where isProperty: escaped += "%2C"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

private func lines(of annotations: [Annotation], kind: String) -> [String] {
  let most = 10
  guard annotations.count > most else { return annotations.map { $0.command(kind: kind) } }
  let rest = annotations.count - (most - 1)
  let last = Annotation(title: "rivulet", message: "and \(rest) more; the report names them")
  return annotations.prefix(most - 1).map { $0.command(kind: kind) } + [last.command(kind: kind)]
}
