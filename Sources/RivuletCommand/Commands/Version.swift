import Rivulet

/// The versions that decide whether two outputs can be compared.
enum Version {
  /// What `rivulet --version` prints.
  static var text: String {
    """
    rivulet 0.1.0
    stream \(stream)
    report schema \(reportSchema)
    expect schema \(Expectation.schemaVersion)

    """
  }
}
