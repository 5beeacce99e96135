import Foundation
import Synchronization

/// A place that takes text: an open descriptor, or memory in tests.
protocol TextSink: Sendable {
  /// Whether a person watches.
  var isTerminal: Bool { get }
  /// The width in letters, if the place has one.
  var columns: Int? { get }
  /// Takes all of the text, or says why it cannot.
  func write(_ text: String) throws(WriteFailure)
}

/// Text that could not be written.
struct WriteFailure: Error, Hashable, CustomStringConvertible {
  /// Where it should have gone, as a message names it.
  let place: String
  /// The system's reason.
  let reason: String

  init(place: String, errorNumber: Int32) {
    self.place = place
    reason = String(cString: strerror(errorNumber))
  }

  /// The place and the reason.
  var description: String { "cannot write \(place): \(reason)" }
}

/// An open descriptor of the process.
struct DescriptorSink: TextSink {
  /// The descriptor's number.
  let descriptor: Int32
  /// How messages name it.
  let place: String
  /// Whether the descriptor was open when the process started.
  let isOpen: Bool

  /// Whether a person watches.
  var isTerminal: Bool { isOpen && isatty(descriptor) == 1 }

  /// The width of the terminal.
  var columns: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of the text.
  ///
  /// A reader that has gone away, as in `rivulet claims | head`, is no failure: it has what it
  /// wanted.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``WriteFailure`` when the descriptor is closed or the device is full.
  func write(_ text: String) throws(WriteFailure) {
    guard isOpen else { throw WriteFailure(place: place, errorNumber: EBADF) }
    try writeAll(text, to: descriptor, place: place, readerMayLeave: true)
  }
}

/// Writes every byte of a text to a descriptor.
///
/// - Parameters:
///   - text: The text, as UTF-8.
///   - descriptor: An open descriptor.
///   - place: Its name in messages.
///   - readerMayLeave: Whether a pipe without a reader swallows the rest silently.
/// - Throws: ``WriteFailure`` with the system's reason.
func writeAll(
  _ text: String, to descriptor: Int32, place: String, readerMayLeave: Bool = false
) throws(WriteFailure) {
  let bytes = Array(text.utf8)
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes { all in
      Foundation.write(descriptor, all.baseAddress.map { $0 + written }, all.count - written)
    }
    if count >= 0 {
      written += count
      continue
    }
    let reason = errno
    if reason == EINTR { continue }
    if reason == EAGAIN {
      var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&request, 1, -1)
      continue
    }
    if reason == EPIPE && readerMayLeave { return }
    throw WriteFailure(place: place, errorNumber: reason)
  }
}

/// Text kept in memory.
final class MemorySink: TextSink {
  /// Whether it pretends that a person watches.
  let isTerminal: Bool
  /// The width that it pretends to have.
  let columns: Int?
  private let storage = Mutex("")

  init(isTerminal: Bool = false, columns: Int? = nil) {
    self.isTerminal = isTerminal
    self.columns = columns
  }

  /// Everything written so far.
  var text: String { storage.withLock { $0 } }

  /// Takes the text.
  ///
  /// - Parameter text: The text.
  func write(_ text: String) { storage.withLock { $0 += text } }
}
