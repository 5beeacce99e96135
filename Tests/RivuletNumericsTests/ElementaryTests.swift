import Foundation
import Rivulet
import RivuletNumerics
import RivuletTestSupport
import Testing

/// One elementary function, its stated bound, and the same function of the C library.
struct ElementaryFunction: Sendable, CustomTestStringConvertible {
  let name: String
  /// The stated bound of the error in ulp.
  let bound: Double
  let value: @Sendable (Double) -> Double
  let form: @Sendable (inout [Double]) -> Void
  let library: @Sendable (Double) -> Double
  /// FNV-1a over the bits of the results at all tabled arguments, NaN left out.
  let digest: UInt64
  var testDescription: String { name }

  static let all = [
    ElementaryFunction(
      name: "exp", bound: 1, value: Elementary.exp, form: Elementary.formExp,
      library: Foundation.exp, digest: 0x87a1_12c9_5b91_740d),
    ElementaryFunction(
      name: "expm1", bound: 2, value: Elementary.expm1, form: Elementary.formExpm1,
      library: Foundation.expm1, digest: 0xc4b3_1df9_0564_d183),
    ElementaryFunction(
      name: "log", bound: 1, value: Elementary.log, form: Elementary.formLog,
      library: Foundation.log, digest: 0xfff0_df1d_7acf_1ecc),
    ElementaryFunction(
      name: "log1p", bound: 2, value: Elementary.log1p, form: Elementary.formLog1p,
      library: Foundation.log1p, digest: 0x27a2_3c1d_f9b5_02b2),
    ElementaryFunction(
      name: "sin", bound: 2, value: Elementary.sin, form: Elementary.formSin,
      library: Foundation.sin, digest: 0x4c1a_b30c_2115_8907),
    ElementaryFunction(
      name: "cos", bound: 2, value: Elementary.cos, form: Elementary.formCos,
      library: Foundation.cos, digest: 0xa032_91de_f979_1d81),
    ElementaryFunction(
      name: "tanh", bound: 3, value: Elementary.tanh, form: Elementary.formTanh,
      library: Foundation.tanh, digest: 0x8dd4_10a7_8c0f_9899),
  ]
}

@Suite struct ElementaryTests {
  @Test(arguments: ElementaryFunction.all)
  func `the error stays within the stated bound at every tabled argument`(
    function: ElementaryFunction
  ) throws {
    // Expected results: mpmath, Fixtures/origin/elementary.py.
    let rows = try ElementaryTable(function.name).rows
    #expect(rows.count >= 2000)
    var worst = 0.0
    var at = 0.0
    for row in rows {
      let ulps = row.ulps(of: function.value(row.argument))
      if ulps > worst { (worst, at) = (ulps, row.argument) }
    }
    #expect(worst <= function.bound, "\(function.name)(\(at)) is wrong by \(worst) ulp")
    // The search's worst arguments are in the table, so no function comes out as exactly rounded.
    #expect(worst > 0.5)
  }

  @Test func `the measure sees one unit in the last place and the sign of zero`() throws {
    for row in try ElementaryTable("sin").rows where row.result.isNormal {
      #expect(row.ulps(of: row.result) <= 0.5)
      #expect(row.ulps(of: row.result.nextUp) + row.ulps(of: row.result.nextDown) >= 1)
    }
    let zero = ElementaryTable.Row(argument: -0.0, result: -0.0, fraction: 0)
    #expect(zero.ulps(of: 0.0) == .infinity)
    // Just below 1 the unit is 2^-53: the neighbour below 1 is one such unit away.
    let below = ElementaryTable.Row(argument: 1, result: 1, fraction: -0.25)
    #expect(below.ulps(of: 1 - 0x1p-53) == 0.75)
  }

  @Test(arguments: ElementaryFunction.all)
  func `the C library agrees within the sum of the bounds`(function: ElementaryFunction) throws {
    // glibc states at most 1 ulp for these functions and 2 for tanh. That is not so for angles
    // beyond 10^11 that come near a zero: against the table, glibc 2.36 is wrong by up to 10^5 ulp.
    let rows = try ElementaryTable(function.name).rows
    for row in rows
    where row.result.isFinite && (abs(row.argument) < 1e9 || abs(row.result) > 1e-9) {
      let ours = function.value(row.argument)
      let theirs = function.library(row.argument)
      #expect(
        abs(ours - theirs) <= (function.bound + 2) * row.result.ulp,
        "\(function.name)(\(row.argument)): \(ours) against \(theirs)")
    }
  }

  @Test(arguments: ElementaryFunction.all)
  func `the array form gives the bits of the scalar form`(function: ElementaryFunction) {
    let arguments = (0..<29).map { Double($0) * 0.77 + 0.013 }
    var values = arguments
    function.form(&values)
    #expect(values == arguments.map(function.value))
    var none: [Double] = []
    function.form(&none)
    #expect(none.isEmpty)
  }

  @Test(arguments: ElementaryFunction.all)
  func `the bits are the same in every build`(function: ElementaryFunction) throws {
    // The digest guards against a change of bits between builds; the bounds are tested above.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for row in try ElementaryTable(function.name).rows {
      let result = function.value(row.argument)
      if result.isNaN { continue }
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        digest = (digest ^ (result.bitPattern >> shift & 0xff)) &* 0x100_0000_01b3
      }
    }
    #expect(digest == function.digest, "0x\(String(digest, radix: 16))")
  }

  @Test func `values that are exact come out exactly`() {
    // Closed forms; IEEE 754-2019, section 9.2.1, for the ends and the signs of zeros.
    let negativeZero = (-0.0).bitPattern
    #expect(Elementary.exp(0) == 1 && Elementary.exp(-0.0) == 1)
    #expect(Elementary.exp(.infinity) == .infinity && Elementary.exp(-.infinity) == 0)
    #expect(Elementary.exp(710) == .infinity && Elementary.exp(-746).bitPattern == 0)
    #expect(Elementary.log(1).bitPattern == 0)
    #expect(Elementary.log(0) == -.infinity && Elementary.log(-0.0) == -.infinity)
    #expect(Elementary.log(.infinity) == .infinity)
    #expect(Elementary.log(-1).isNaN && Elementary.log(-.infinity).isNaN)
    #expect(Elementary.log(-Double.leastNonzeroMagnitude).isNaN)
    #expect(Elementary.expm1(-.infinity) == -1 && Elementary.expm1(.infinity) == .infinity)
    #expect(Elementary.expm1(-0.0).bitPattern == negativeZero)
    #expect(Elementary.log1p(-0.0).bitPattern == negativeZero)
    #expect(Elementary.log1p(-1) == -.infinity && Elementary.log1p(.infinity) == .infinity)
    #expect(Elementary.log1p((-1.0).nextDown).isNaN && Elementary.log1p(-.infinity).isNaN)
    #expect(Elementary.sin(-0.0).bitPattern == negativeZero && Elementary.cos(-0.0) == 1)
    #expect(Elementary.sin(.infinity).isNaN && Elementary.cos(-.infinity).isNaN)
    #expect(Elementary.tanh(-0.0).bitPattern == negativeZero)
    #expect(Elementary.tanh(.infinity) == 1 && Elementary.tanh(-.infinity) == -1)
    for function in ElementaryFunction.all { #expect(function.value(.nan).isNaN) }
  }

  @Test func `functions that start as x return tiny numbers unchanged`() {
    // The next term, at most x^2 / 2, is below a quarter of a unit in the last place.
    for exponent in stride(from: -1074, through: -60, by: 1) {
      let x = Double(sign: .plus, exponent: exponent, significand: 1)
      for tiny in [x, -x] {
        #expect(Elementary.expm1(tiny) == tiny)
        #expect(Elementary.log1p(tiny) == tiny)
        #expect(Elementary.sin(tiny) == tiny)
        #expect(Elementary.tanh(tiny) == tiny)
        #expect(Elementary.cos(tiny) == 1)
        #expect(Elementary.exp(tiny) == 1)
      }
    }
  }

  @Test func `odd functions are odd and the cosine is even to the last bit`() throws {
    for row in try ElementaryTable("sin").rows where row.argument.isFinite {
      let x = row.argument
      #expect(Elementary.sin(-x).bitPattern == (-Elementary.sin(x)).bitPattern)
      #expect(Elementary.cos(-x).bitPattern == Elementary.cos(x).bitPattern)
      #expect(Elementary.tanh(-x).bitPattern == (-Elementary.tanh(x)).bitPattern)
    }
  }
}
