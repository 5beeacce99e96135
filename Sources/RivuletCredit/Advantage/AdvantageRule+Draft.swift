extension AdvantageRule {
  /// Draft.
  public func advantages(of r: [Double], layout: GroupLayout) -> [Double] {
    let size = scope == .seedGroup ? layout.branches : layout.seeds * layout.branches
    var out = r
    var start = 0
    while start < r.count {
      var mean = 0.0
      for i in start..<(start + size) { mean += r[i] }
      mean /= Double(size)
      var ss = 0.0
      for i in start..<(start + size) { ss += (r[i] - mean) * (r[i] - mean) }
      let scale: Double =
        switch convention {
        case .none: 1
        case .population: (ss / Double(size)).squareRoot() + epsilon
        case .sample: (ss / Double(size - 1)).squareRoot() + epsilon
        case .leaveOneOut: Double(size - 1) / Double(size)
        }
      for i in start..<(start + size) { out[i] = (r[i] - mean) / scale }
      start += size
    }
    return out
  }
}
