import Rivulet

/// The versions that decide whether two outputs can be compared.
enum Version {
  /// What `rivulet --version` prints.
  static var text: String {
    """
    rivulet 0.1.0
    stream \(RandomKey.streamVersion)
    report schema \(LedgerReport.schemaVersion)
    expect schema \(Expectation.schemaVersion)

    """
  }
}
