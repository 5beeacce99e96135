import Rivulet

/// The course of every metric over a run, in bounded memory.
///
/// Iterations are collected in at most 32 equal bins; when those are full, neighbours are put together
/// and bins become twice as long.
struct TrainingCurves: Sendable {
  /// The largest number of bins.
  static let largestBinCount = 32

  /// The sum and the count of the finite values of a bin.
  fileprivate struct Bin: Sendable {
    var sum = 0.0
    var count = 0
  }

  /// One metric.
  struct Curve: Sendable {
    /// Its name.
    let name: String
    fileprivate var bins: [Bin] = []

    /// The mean of each bin; nil where the metric has no value in it.
    var means: [Double?] { bins.map { $0.count == 0 ? nil : $0.sum / Double($0.count) } }
  }

  /// The metrics, in the order in which they came.
  private(set) var curves: [Curve] = []
  /// The number of iterations of a bin.
  private(set) var binLength = 1

  /// Takes in the metrics of an iteration.
  ///
  /// - Parameters:
  ///   - values: The metrics.
  ///   - iteration: The number of the iteration, from 1.
  mutating func add(_ values: [RunMetrics.Value], of iteration: Int) {
    while (iteration - 1) / binLength >= Self.largestBinCount { halve() }
    let bin = (iteration - 1) / binLength
    for (index, value) in values.enumerated()
    where value.name != "pretraining" && value.name != "updates" {
      let place: Int
      if index < curves.count, curves[index].name == value.name {
        place = index
      } else if let found = curves.firstIndex(where: { $0.name == value.name }) {
        place = found
      } else {
        place = curves.count
        curves.append(Curve(name: value.name))
      }
      while curves[place].bins.count <= bin { curves[place].bins.append(Bin()) }
      guard value.number.isFinite else { continue }
      curves[place].bins[bin].sum += value.number
      curves[place].bins[bin].count += 1
    }
  }

  private mutating func halve() {
    binLength *= 2
    for place in curves.indices {
      let bins = curves[place].bins
      curves[place].bins = stride(from: 0, to: bins.count, by: 2).map { first in
        var bin = bins[first]
        if first + 1 < bins.count {
          bin.sum += bins[first + 1].sum
          bin.count += bins[first + 1].count
        }
        return bin
      }
    }
  }

  /// The curves in the order of the table: what is trained first, then how.
  private var ordered: [Curve] {
    let order = ["reward", "gold", "kl", "clip", "mean", "gradient", "loss", "velocity"]
    func place(_ curve: Curve) -> Int {
      order.firstIndex { curve.name.hasPrefix($0) } ?? order.count
    }
    return curves.sorted { (place($0), $0.name) < (place($1), $1.name) }
  }

  /// Returns a table: name, mean of the first and of the last bin, and the course between.
  ///
  /// - Parameters:
  ///   - style: How headings look.
  ///   - marks: What the course is drawn with, from low to high.
  /// - Returns: Lines; none where nothing was collected.
  func table(style: TextStyle, marks: [Character]) -> [String] {
    let rows = ordered.compactMap { curve -> [String]? in
      let means = curve.means
      let known = means.compactMap { $0 }
      guard let first = known.first, let last = known.last else { return nil }
      return [
        curve.name, Numerals.significant(first, digits: 4), Numerals.significant(last, digits: 4),
        Self.course(means, marks: marks),
      ]
    }
    guard !rows.isEmpty else { return [] }
    let unit = binLength == 1 ? "" : " \(binLength)"
    let all = [["", "first\(unit)", "last\(unit)", ""]] + rows
    let widths = (0..<3).map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.enumerated().map { index, row in
      var line = row[0].padded(to: widths[0])
      for column in 1...2 { line += "  " + row[column].rightAligned(to: widths[column]) }
      if !row[3].isEmpty { line += "  " + row[3] }
      return index == 0 ? style.heading(line) : line
    }
  }

  /// Returns a mark for each bin, from the lowest to the highest mean; a space where there is none.
  static func course(_ means: [Double?], marks: [Character]) -> String {
    let known = means.compactMap { $0 }
    guard let low = known.min(), let high = known.max() else { return "" }
    return String(
      means.map { mean -> Character in
        guard let mean else { return " " }
        // Halves before the difference, which could be infinite.
        let span = high / 2 - low / 2
        let share = span > 0 ? (mean / 2 - low / 2) / span : 0
        return marks[min(Int(share * Double(marks.count)), marks.count - 1)]
      })
  }

  /// What courses are drawn with.
  ///
  /// - Parameter environment: The variables of the process.
  /// - Returns: Eight marks, from low to high.
  static func marks(_ environment: [String: String]) -> [Character] {
    Array(Console.showsUnicode(environment) ? "▁▂▃▄▅▆▇█" : "_.-:=+*#")
  }
}
