extension Special {
  /// Returns the error function of `x`.
  ///
  ///     erf(x) = (2/√π) ∫₀ˣ exp(-t²) dt
  ///
  /// Below one a Chebyshev series of erf(x)/x in x², above it 1 - erfc(x). Source: DLMF 7.2.1.
  ///
  /// - Parameter x: Any number; infinities give ±1.
  /// - Returns: A number in -1 ... 1 with a relative error below 1e-15; for subnormal x, one unit
  ///   of the last place comes on top.
  public static func erf(_ x: Double) -> Double {
    let magnitude = abs(x)
    if magnitude < 1 {
      return x * Chebyshev.sum(erfQuotient, at: 2 * (magnitude * magnitude) - 1)
    }
    let value = magnitude >= 6 ? 1 : 1 - erfcTail(magnitude)
    return x < 0 ? -value : value
  }

  /// Returns the complementary error function of `x`, accurate in its far tail too.
  ///
  ///     erfc(x) = 1 - erf(x) = (2/√π) ∫ₓ^∞ exp(-t²) dt
  ///
  /// Source: DLMF 7.2.2.
  ///
  /// - Parameter x: Any number.
  /// - Returns: A number in 0 ... 2 with a relative error below 2e-15; where the value is
  ///   subnormal (x above 26.5), one unit of the last place comes on top.
  public static func erfc(_ x: Double) -> Double {
    if x >= 0.5 { return erfcTail(x) }
    return x > -1 ? 1 - erf(x) : 2 - erfcTail(-x)
  }

  /// Returns exp(x²) erfc(x), which stays in range where erfc underflows.
  ///
  /// A Chebyshev series of (1 + 2x) exp(x²) erfc(x) in t = (x - 4)/(x + 4), which maps the half
  /// line to -1 ..< 1 and makes the function nearly constant. Relative error below 2e-15.
  ///
  /// - Parameter x: At least zero and finite.
  /// - Returns: A number in 0 ... 1.
  public static func scaledErfc(_ x: Double) -> Double {
    Chebyshev.sum(weightedScaledErfc, at: (x - 4) / (x + 4)) / (1 + 2 * x)
  }

  /// Returns erfc(x) for x of 0.5 or more.
  private static func erfcTail(_ x: Double) -> Double {
    x > 28 ? 0 : gaussian(x, rate: 1, times: scaledErfc(x))
  }

  /// Returns factor · exp(-rate · x²) without the error that rounding x² would bring.
  ///
  /// A relative error u in x² becomes x² u in the exponential, some 700 u in the tail. So x is cut
  /// to 26 bits, whose square is exact, and the rest (x - head)(x + head) goes through an
  /// exponential of its own. The head's exponential enters as the square of a root, so that only
  /// the last product can leave the range of normal numbers.
  ///
  /// - Parameters:
  ///   - x: Between 0 and 50.
  ///   - rate: 1 or 1/2, for which the product with the square is exact.
  ///   - factor: A moderate number.
  /// - Returns: The product.
  static func gaussian(_ x: Double, rate: Double, times factor: Double) -> Double {
    let head = Double(bitPattern: x.bitPattern & 0xFFFF_FFFF_F800_0000)
    let root = Elementary.exp(-0.5 * rate * (head * head))
    let rest = Elementary.exp(-rate * ((x - head) * (x + head)))
    return root * (root * (rest * factor))
  }

  /// The series of erf(x)/x between 0 and 1, in t = 2x² - 1.
  private static let erfQuotient: [Double] = [
    0.9754769393826541, -0.14226120510371365, 0.010035582187599796, -0.0005768764699767485,
    2.741993125219606e-05, -1.1043175507344507e-06, 3.8488755420345036e-08,
    -1.1808582533875466e-09, 3.2334215826050907e-11, -7.991015947004549e-13,
    1.7990725113961456e-14, -3.718635487818693e-16, 7.103599003714253e-18,
    -1.2612455119155226e-19,
  ]

  /// The series of (1 + 2x) exp(x²) erfc(x) for x from 0, in t = (x - 4)/(x + 4).
  private static let weightedScaledErfc: [Double] = [
    1.1774832005374487, -0.007260796620301901, -0.081265123236185, 0.06009212804122225,
    -0.02875393558027666, 0.01059566336347286, -0.003136927294554264, 0.0007456494372536184,
    -0.0001369696503010054, 1.7183861600300937e-05, -7.158364623450346e-07,
    -2.4261399442449534e-07, 5.5765709395703566e-08, -2.1057869513809494e-09,
    -1.1717889351884957e-09, 1.9098355172456688e-10, 1.408871764208813e-11,
    -6.901108320480815e-12, 9.167958364111294e-14, 2.1454508286554553e-13,
    -1.4716575027010623e-14, -6.668675118770408e-15, 7.504598509880083e-16, 2.22009300666632e-16,
    -3.1704898956330886e-17, -8.193570309884333e-18, 1.2459819733129574e-18,
    3.3664022738726354e-19, -4.617063915866112e-20, -1.507203522672506e-20,
  ]
}
