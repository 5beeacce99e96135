extension Double {
  /// Returns the number with a fixed count of decimals, as regions print it.
  func fixed(_ decimals: Int) -> String {
    guard abs(self) < 1e9 else { return "\(self)" }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let units = Int((abs(self) * Double(scale)).rounded())
    let fraction = String(units % scale)
    let padding = String(repeating: "0", count: max(0, decimals - fraction.count))
    let sign = self < 0 && units > 0 ? "-" : ""
    return decimals == 0 ? "\(sign)\(units)" : "\(sign)\(units / scale).\(padding)\(fraction)"
  }
}
