import CRivuletProcessor

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The processors of the machine.
enum Processors {
  /// How many this process may use, at least one.
  ///
  /// Where the system tells it, those that are online but forbidden to the process do not count.
  static let count: Int = {
    let allowed = Int(rivulet_allowed_processors())
    return max(1, allowed > 0 ? allowed : Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }()
}
