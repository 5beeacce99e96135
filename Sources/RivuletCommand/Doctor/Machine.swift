import Foundation

/// What the program was built with and what it runs on, as far as it can be known.
enum Machine {
  /// The compiler, to the precision that a program can know of it.
  static var compiler: String {
    #if compiler(>=6.4)
      "Swift 6.4 or later"
    #elseif compiler(>=6.3.2)
      "Swift 6.3.2 or a later 6.3"
    #elseif compiler(>=6.3.1)
      "Swift 6.3.1"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  /// Whether the compiler optimised.
  static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  /// The family of processors for which the program was compiled.
  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  /// The operating system and its version.
  static var system: String {
    let version = ProcessInfo.processInfo.operatingSystemVersionString
    return "\(kernelRelease), \(version)"
  }

  private static var kernelRelease: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "unknown kernel" }
    return text(&names.sysname) + " " + text(&names.release)
  }

  private static func text<Letters>(_ letters: inout Letters) -> String {
    withUnsafeBytes(of: &letters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The processor's name.
  static var processor: String {
    field("model name", in: processorDescription)
      ?? systemControl("machdep.cpu.brand_string") ?? "unknown"
  }

  /// Which of the vector extensions that matter for speed the processor has.
  static var features: String {
    let listed =
      field("flags", in: processorDescription)
      ?? field("Features", in: processorDescription)
      ?? [systemControl("machdep.cpu.features"), systemControl("machdep.cpu.leaf7_features")]
      .compactMap { $0?.lowercased() }.joined(separator: " ")
    let words = Set(listed.split(separator: " ").map(String.init))
    let known = ["sse4_2", "avx", "avx2", "fma", "avx512f", "asimd", "neon"]
    let found = known.filter(words.contains)
    return found.isEmpty ? "none known" : found.joined(separator: " ")
  }

  /// The processors that may be used.
  static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  private static var processorDescription: String {
    guard let data = try? readInput("/proc/cpuinfo") else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  /// Returns the first value of a field in `name : value` lines.
  static func field(_ name: String, in text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else {
        continue
      }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }

  private static func systemControl(_ name: String) -> String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      return nil
    #endif
  }
}
