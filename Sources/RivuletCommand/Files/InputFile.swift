import Foundation

/// Reads a whole file; `-` stands for standard input.
///
/// - Parameter path: The name of a file.
/// - Returns: Its bytes.
/// - Throws: ``CommandFailure`` with the code for input and output and the reason.
func readInput(_ path: String) throws(CommandFailure) -> Data {
  let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
  let place = path == "-" ? "standard input" : "'\(path)'"
  guard descriptor >= 0 else { throw readFailure(place, errno) }
  defer { if path != "-" { close(descriptor) } }
  var bytes = Data()
  var block = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 {
      bytes.append(contentsOf: block[..<count])
    } else if count == 0 {
      return bytes
    } else if errno != EINTR {
      throw readFailure(place, errno)
    }
  }
}

private func readFailure(_ place: String, _ errorNumber: Int32) -> CommandFailure {
  CommandFailure(.inputOutput, "cannot read \(place): \(String(cString: strerror(errorNumber)))")
}
