import Rivulet

/// The versions that decide whether two outputs can be compared.
enum Version {
  /// The version of the package.
  static let package = "0.1.0"

  /// What `rivulet --version` prints.
  static var text: String {
    """
    rivulet \(package)
    stream \(RandomKey.streamVersion)
    report schema \(LedgerReport.schemaVersion)
    expect schema \(Expectation.schemaVersion)

    """
  }
}
