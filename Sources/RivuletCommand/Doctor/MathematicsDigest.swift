import Rivulet

/// One digest over the bits of every elementary and special function at fixed arguments.
///
/// Two machines whose digests agree compute the same mathematics to the last bit; where they do not,
/// no report of one can be expected to equal that of the other.
enum MathematicsDigest {
  /// Arguments over the whole line: small, large, and in between.
  private static let line: [Double] =
    [0, 1e-300, 1e-17, 1e-8, 0.001, 0.1, 0.5, 0.7, 1, 1.15, 2, 3.5, 8, 20, 37.5].flatMap {
      [$0, -$0]
    }

  /// Arguments above zero.
  private static let positive: [Double] = [
    1e-300, 1e-17, 1e-5, 0.01, 0.3, 0.5, 1, 1.5, 2, 2.5, 7, 33.3, 171, 1e4, 1e10, 1e300,
  ]

  /// Probabilities.
  private static let probabilities: [Double] = [
    1e-300, 1e-17, 1e-9, 0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999999,
  ]

  /// The digest that this release has on every machine.
  static let expected = "5cb240f6e57540ffc0e8abb77045d47a56ebaa8c4d73aaf89f60123525e4e329"

  /// The digest, 64 hexadecimal digits.
  static var value: String {
    var digest = Digest()
    for x in line {
      digest.update(Elementary.exp(x))
      digest.update(Elementary.expm1(x))
      digest.update(Elementary.sin(x))
      digest.update(Elementary.cos(x))
      digest.update(Elementary.tanh(x))
      digest.update(Special.erf(x))
      digest.update(Special.normalCDF(x))
    }
    for x in [1e6, 1e22, 1e300] {
      digest.update(Elementary.sin(x))
      digest.update(Elementary.cos(x))
    }
    for x in positive {
      digest.update(Elementary.log(x))
      digest.update(Elementary.log1p(x))
      digest.update(Elementary.log1p(-x / (1 + x)))
      digest.update(Special.logGamma(x))
    }
    for p in probabilities {
      digest.update(Special.normalQuantile(p))
      for a in [0.5, 3, 40] {
        digest.update(Special.regularizedGamma(a * p * 2, a: a))
        digest.update(Special.upperRegularizedGamma(a * p * 2, a: a))
        digest.update(Special.inverseRegularizedGamma(p, a: a))
        for b in [0.5, 11] {
          digest.update(Special.regularizedBeta(p, a: a, b: b))
          digest.update(Special.inverseRegularizedBeta(p, a: a, b: b))
        }
      }
    }
    return digest.hexadecimal
  }
}
