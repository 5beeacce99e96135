import Foundation

extension RivuletBench {
  /// Searches for the least accurate argument of every elementary function and prints what it finds.
  ///
  /// Exits with 1 if an error exceeds the bound that the function states.
  static func searchElementaryFunctions(count: Int) {
    print("largest error in \(count) arguments a function, in units in the last place")
    var isExceeded = false
    for worst in searchWorstArguments(count: count) {
      let name = worst.function.padding(toLength: 8, withPad: " ", startingAt: 0)
      let ulps = String(format: "%.3f", worst.ulps)
      print("  \(name) \(ulps) of \(worst.bound) at \(worst.argument)")
      isExceeded = isExceeded || !(worst.ulps <= worst.bound)
    }
    if isExceeded { exit(1) }
  }
}
