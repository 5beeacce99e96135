/// Times of repeated runs of one piece of work.
struct Stopwatch {
  /// The first run, in seconds: what a cold start pays.
  let first: Double
  /// The runs that count, in seconds, in ascending order; at least five.
  let times: [Double]

  /// Runs the work once, then to warm up, then for `seconds` and at least five times.
  init(seconds: Double, _ work: () throws -> Void) rethrows {
    first = try Self.time(work)
    let clock = ContinuousClock()
    var end = clock.now + .seconds(min(1, seconds / 2))
    while clock.now < end { try work() }
    var times: [Double] = []
    end = clock.now + .seconds(seconds)
    while times.count < 5 || clock.now < end { times.append(try Self.time(work)) }
    self.times = times.sorted()
  }

  /// The shortest run, in seconds.
  var best: Double { times[0] }

  /// The median run, in seconds.
  var median: Double {
    let middle = times.count / 2
    return times.count.isMultiple(of: 2) ? (times[middle - 1] + times[middle]) / 2 : times[middle]
  }

  private static func time(_ work: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(work)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}

/// Returns a number with a fixed number of decimals.
func fixed(_ value: Double, decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let units = (value.magnitude * scale).rounded()
  guard units < 9e15 else { return "\(value)" }
  let digits = String(Int(units))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 ? "-" : ""
  return decimals == 0
    ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
