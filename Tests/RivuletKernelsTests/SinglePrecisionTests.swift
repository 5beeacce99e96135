import Rivulet
import RivuletKernels
import RivuletTestSupport
import Testing

/// Values of a function of single precision at the given arguments.
private func values(_ function: SingleFunction, _ arguments: [Float]) -> [Float] {
  var numbers = arguments
  while !numbers.count.isMultiple(of: 8) { numbers.append(1) }
  let count = numbers.count
  numbers.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return }
    applySingle(function, start, count: count)
  }
  return Array(numbers[..<arguments.count])
}

/// The largest error in units of the last place of the exact value, against double precision.
private func worstError(
  _ function: SingleFunction, _ arguments: [Float], _ exact: (Double) -> Double
) -> Double {
  var worst = 0.0
  for (argument, value) in zip(arguments, values(function, arguments)) {
    let truth = exact(Double(argument))
    let unit = max(Double(Float(truth).ulp), Double(Float.leastNormalMagnitude.ulp))
    worst = max(worst, abs(Double(value) - truth) / unit)
  }
  return worst
}

/// Every `step`-th single-precision number between two positive ends, with both signs if wanted.
private func numbers(from low: Float, to high: Float, step: UInt32, signed: Bool) -> [Float] {
  var result: [Float] = []
  var bits = low.bitPattern
  while bits <= high.bitPattern {
    result.append(Float(bitPattern: bits))
    if signed { result.append(-Float(bitPattern: bits)) }
    bits += step
  }
  return result
}

@Test func `functions of single precision stay within their stated errors`() {
  // Truth: the functions of double precision, within 3 of its units, which is nothing here. The strides
  // are primes, so that low bits of all kinds occur.
  let all = numbers(from: 1e-30, to: 3e38, step: 7919, signed: true)
  let tanhError = worstError(.hyperbolicTangent, all) { Elementary.tanh($0) }
  #expect(tanhError <= 6 && tanhError > 0.5, "tanh: \(tanhError) ulp")
  let inRange = numbers(from: 1e-10, to: 87, step: 1511, signed: true)
  let expError = worstError(.exponential, inRange) { Elementary.exp($0) }
  #expect(expError <= 2 && expError > 0.5, "exp: \(expError) ulp")
  let logistic = worstError(.logistic, inRange) { 1 / (1 + Elementary.exp(-$0)) }
  #expect(logistic <= 4 && logistic > 0.5, "sigmoid: \(logistic) ulp")
  let positive = numbers(from: .leastNormalMagnitude, to: 3e38, step: 4001, signed: false)
  let logError = worstError(.logarithm, positive) { Elementary.log($0) }
  #expect(logError <= 2 && logError > 0.5, "log: \(logError) ulp")
}

@Test func `functions of single precision keep to their ends`() {
  let large: [Float] = [9.1, 10, 100, 3e38, .infinity]
  #expect(values(.hyperbolicTangent, large).allSatisfy { $0 == 1 })
  #expect(values(.hyperbolicTangent, large.map { -$0 }).allSatisfy { $0 == -1 })
  let near = numbers(from: 7, to: 9.02, step: 31, signed: true)
  #expect(values(.hyperbolicTangent, near).allSatisfy { abs($0) <= 1 })
  #expect(values(.hyperbolicTangent, [-0.0])[0].sign == .minus)
  for function in [SingleFunction.exponential, .hyperbolicTangent, .logistic] {
    #expect(values(function, [.nan])[0].isNaN)
  }
  #expect(values(.exponential, [0, -0.0]) == [1, 1])
  #expect(values(.exponential, [.infinity])[0] > 1e38)
  #expect(values(.exponential, [-.infinity])[0] < 2e-38)
}

@Test(arguments: [1, 2, 3, 4, 5, 7])
func `normals of single precision are those of the same words`(dimension: Int) {
  // Truth: the normals of double precision under the same key and addresses, within 4 of its units.
  let key = RandomKey(seed: 3).child("single")
  let lanes = 4096
  var single = [Float](repeating: 0, count: dimension * lanes)
  single.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return }
    fillSingleNormalRows(
      key: key.word, step: 5, node: 2, firstRoot: 77, dimension: dimension, lanes: lanes,
      output: start)
  }
  var exact = [Double](repeating: 0, count: dimension * lanes)
  exact.withUnsafeMutableBufferPointer { buffer in
    key.fillStandardNormals(
      dimension: dimension, lanes: lanes, at: NoiseAddress(root: 77, step: 5, node: 2), into: buffer
    )
  }
  var worst = 0.0
  for place in single.indices {
    let unit = Double(Float(exact[place]).ulp)
    worst = max(worst, abs(Double(single[place]) - exact[place]) / unit)
  }
  #expect(worst <= 8, "the largest error is \(worst) ulp")
  #expect(worst > 0.4, "an error below half a unit everywhere means that nothing was compared")
}
