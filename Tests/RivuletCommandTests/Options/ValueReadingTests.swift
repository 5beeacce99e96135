import Testing

@testable import RivuletCommand

struct ValueReadingTests {
  @Test(arguments: [
    ("0", 0), ("18446744073709551615", UInt64.max), ("0x10", 16), ("0XfF", 255),
    ("0xffffffffffffffff", UInt64.max),
  ])
  func `a seed is decimal or hexadecimal`(text: String, seed: UInt64) {
    #expect(ValueReading.seed.read(text) == seed)
  }

  @Test(arguments: [
    "", "-1", "+1", "0x", "0x+1", "18446744073709551616", "0x10000000000000000", "1.0", "ff",
  ])
  func `other texts are no seed`(text: String) {
    #expect(ValueReading.seed.read(text) == nil)
  }

  @Test(arguments: [
    ("0...3", [0, 1, 2, 3]), ("0..<3", [0, 1, 2]), ("4", [4]), ("0,2,5", [0, 2, 5]),
    ("0...2,7", [0, 1, 2, 7]),
  ])
  func `steps are ranges and lists, in order and each once`(text: String, steps: [Int]) {
    #expect(ValueReading.steps.read(text) == steps)
  }

  @Test(arguments: [
    "", "-1", "3...1", "1..2", "1...", "...2", "0...99999999999", "a", "1,,2", "5,0,2", "3,3",
    "0...2,1",
  ])
  func `other texts are no steps`(text: String) {
    #expect(ValueReading.steps.read(text) == nil)
  }

  @Test(arguments: ["nan", "inf", "-inf", "1e999", "", " 1", "1,5"])
  func `numbers are finite and without padding`(text: String) {
    #expect(ValueReading<Double>.number.read(text) == nil)
  }

  @Test func `lists of numbers have no holes`() {
    #expect(ValueReading.numbers.read("0.5,-1,1e-3") == [0.5, -1, 1e-3])
    #expect(ValueReading<[Double]>.numbers.read("0.5,,1") == nil)
    #expect(ValueReading<[Double]>.numbers.read("0.5,nan") == nil)
  }

  @Test func `bounds belong to the readings`() {
    #expect(ValueReading<Double>.positive.read("0") == nil)
    #expect(ValueReading<Double>.notNegative.read("0") == 0)
    #expect(ValueReading<Double>.notNegative.read("-1e-300") == nil)
    #expect(ValueReading<Double>.insideUnit.read("1") == nil)
    #expect(ValueReading<Double>.time.read("1") == 1)
    #expect(ValueReading<Double>.time.read("1.0000001") == nil)
  }
}
