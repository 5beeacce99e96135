import Foundation

/// The statistics of the distribution tests: each accepts a true hypothesis but once in 10^9.
///
/// Every test draws from a fixed key, so its answer never changes; the rate says how surprising a
/// failure would be for a fresh one. The defects that they must reject are in
/// `RandomDefectTests.swift`.
enum RandomStatistics {
  /// The quantiles 5e-10 and 1 - 5e-10 of chi-square laws, by `scipy.stats.chi2.ppf` and `isf`.
  static let chiSquareBand: [Int: ClosedRange<Double>] = [
    23: 1.69...90.91, 63: 16.42...157.33, 255: 140.24...418.02, 1023: 770.39...1324.00,
  ]

  /// The normal quantile of 1 - 5e-10, by `scipy.stats.norm.isf`.
  static let normalBound = 6.1095

  /// Whether counts agree with equal probabilities by the chi-square statistic, two-sided.
  static func areEven(_ counts: [Int]) -> Bool {
    guard let band = chiSquareBand[counts.count - 1] else { return false }
    var total = 0
    for count in counts { total += count }
    let expected = Double(total) / Double(counts.count)
    var statistic = 0.0
    for count in counts { statistic += (Double(count) - expected) * (Double(count) - expected) }
    return band.contains(statistic / expected)
  }

  /// The counts of numbers in (0, 1) over bins of equal width.
  static func counts(_ uniforms: [Double], bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    for u in uniforms { counts[min(Int(u * Double(bins)), bins - 1)] += 1 }
    return counts
  }

  /// Whether numbers in (0, 1) are uniform, by chi-square over 1024 and 64 bins and by the bound of
  /// Dvoretzky, Kiefer and Wolfowitz at the borders of the 1024 bins.
  static func areUniform(_ uniforms: [Double]) -> Bool {
    let fine = counts(uniforms, bins: 1024)
    let bound = (log(2 / 1e-9) / (2 * Double(uniforms.count))).squareRoot()
    var below = 0
    for bin in fine.indices {
      below += fine[bin]
      let distance = Double(below) / Double(uniforms.count) - Double(bin + 1) / 1024
      if abs(distance) > bound { return false }
    }
    return areEven(fine) && areEven(counts(uniforms, bins: 64))
  }

  /// The normal distribution function at each number: the probability integral transform.
  static func transformed(_ normals: [Double]) -> [Double] {
    normals.map { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
  }

  /// Whether the first four moments are those of the standard normal law.
  ///
  /// The variances of z, z^2, z^3 and z^4 are 1, 2, 15 and 96; the means 0, 1, 0 and 3.
  static func haveNormalMoments(_ normals: [Double]) -> Bool {
    var sums = [0.0, 0.0, 0.0, 0.0]
    for z in normals {
      sums[0] += z
      sums[1] += z * z - 1
      sums[2] += z * z * z
      sums[3] += z * z * z * z - 3
    }
    let variances = [1.0, 2, 15, 96]
    return sums.indices.allSatisfy {
      abs(sums[$0]) <= normalBound * (variances[$0] * Double(normals.count)).squareRoot()
    }
  }

  /// Whether two lists of standard normals are uncorrelated, and their squares too.
  ///
  /// Under independence z z' has variance 1 and (z^2 - 1)(z'^2 - 1) has variance 4.
  static func areUncorrelated(_ a: [Double], _ b: [Double]) -> Bool {
    var plain = 0.0
    var squares = 0.0
    for index in a.indices {
      plain += a[index] * b[index]
      squares += (a[index] * a[index] - 1) * (b[index] * b[index] - 1)
    }
    let bound = normalBound * Double(a.count).squareRoot()
    return abs(plain) <= bound && abs(squares) <= 2 * bound
  }

  /// The angle of each pair of numbers, in turns inside [0, 1).
  static func angles(_ normals: [Double]) -> [Double] {
    stride(from: 0, to: normals.count, by: 2).map {
      let turns = atan2(normals[$0 + 1], normals[$0]) / (2 * Double.pi)
      return turns < 0 ? turns + 1 : turns
    }
  }

  /// The probability exp(-r^2 / 2) of a longer radius, for each pair of numbers.
  static func radii(_ normals: [Double]) -> [Double] {
    stride(from: 0, to: normals.count, by: 2).map { index in
      let x = normals[index]
      let y = normals[index + 1]
      return exp(-(x * x + y * y) / 2)
    }
  }
}
