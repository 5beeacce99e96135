import Foundation

/// The executable `rivulet`.
@main struct EntryPoint {
  /// Runs the command line of the process and ends it with the command's code.
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(Dispatch.run(arguments, console: .ofProcess()).rawValue)
  }
}
