import Foundation
import Synchronization

/// Notices SIGTERM and SIGINT, so that a run can write a checkpoint before it ends.
///
/// A signal only sets a flag, which the trainer looks at between two iterations. A second one ends
/// the process as if nothing were installed: somebody who presses a key twice means it.
public enum StopSignals {
  /// Starts to notice; the flag is down.
  ///
  /// The calling thread then takes the signals, also where whoever started the process had put them
  /// off.
  public static func install() {
    received.store(0, ordering: .sequentiallyConsistent)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGTERM, SIGINT] {
      signal(number, notice)
      sigaddset(&signals, number)
    }
    pthread_sigmask(Int32(SIG_UNBLOCK), &signals, nil)
  }

  /// Leaves the signals to the system again; the flag is down.
  public static func remove() {
    for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    received.store(0, ordering: .sequentiallyConsistent)
  }

  /// The number of the signal that came; nil where none came.
  public static var pending: Int32? {
    let number = received.load(ordering: .sequentiallyConsistent)
    return number == 0 ? nil : number
  }
}

/// The signal that came, or 0; made by ``StopSignals/install()``, before a signal can come.
private let received = Atomic<Int32>(0)

/// Runs inside a signal: it may touch the flag and call what POSIX allows there, nothing else.
private func notice(_ number: Int32) {
  if received.exchange(number, ordering: .sequentiallyConsistent) != 0 {
    signal(number, SIG_DFL)
    raise(number)
  }
}
