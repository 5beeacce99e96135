import RivuletNumerics

extension LedgerReport {
  /// Returns the digest that the report should carry.
  ///
  /// SHA-256 over the canonical JSON of the report (one line) with all times zero, the threads and the
  /// host removed, and without the digest itself. It is the same for any number of threads, in debug and
  /// release, on every platform; it changes with any number, word or outcome of the report.
  ///
  /// - Returns: 64 hexadecimal digits.
  public func computedDigest() -> String {
    let bare = LedgerReport(
      schemaVersion: schemaVersion, streamVersion: streamVersion, mode: mode, salt: salt,
      seed: seed, level: level, claims: claims.map(\.withoutTimes), budget: budget,
      summary: summary, execution: Execution(host: "", threads: 0, seconds: 0), digest: "")
    var digest = Digest()
    do {
      digest.update(try CanonicalJSON.text(of: bare, indented: false))
    } catch {
      preconditionFailure("the report cannot be written: \(error)")
    }
    return digest.hexadecimal
  }
}

extension LedgerReport.ClaimResult {
  /// The same findings with all times zero.
  fileprivate var withoutTimes: Self {
    var bare = self
    bare.rows = rows.map { row in
      var row = row
      row.seconds = 0
      return row
    }
    return bare
  }
}
