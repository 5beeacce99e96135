import RivuletKernels
import RivuletTestSupport
import Testing

/// The kernels of one elementary function.
struct ElementaryKernel: Sendable, CustomTestStringConvertible {
  let name: String
  let scalar: @Sendable (Double) -> Double
  let array: @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  var testDescription: String { name }

  func callAsFunction(_ arguments: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: arguments.count) { results, count in
      if let start = results.baseAddress { array(arguments, start, arguments.count) }
      count = arguments.count
    }
  }

  static let all = [
    ElementaryKernel(name: "exp", scalar: { exponential($0) }) { exponential($0, $1, count: $2) },
    ElementaryKernel(name: "expm1", scalar: { exponentialMinusOne($0) }) {
      exponentialMinusOne($0, $1, count: $2)
    },
    ElementaryKernel(name: "log", scalar: { logarithm($0) }) { logarithm($0, $1, count: $2) },
    ElementaryKernel(name: "log1p", scalar: { logarithmOfOnePlus($0) }) {
      logarithmOfOnePlus($0, $1, count: $2)
    },
    ElementaryKernel(name: "sin", scalar: { sine($0) }) { sine($0, $1, count: $2) },
    ElementaryKernel(name: "cos", scalar: { cosine($0) }) { cosine($0, $1, count: $2) },
    ElementaryKernel(name: "tanh", scalar: { hyperbolicTangent($0) }) {
      hyperbolicTangent($0, $1, count: $2)
    },
  ]
}

@Suite struct ElementaryLanesTests {
  /// Whether two results are the same bits, or both NaN.
  static func agree(_ a: Double, _ b: Double) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }

  @Test(arguments: ElementaryKernel.all)
  func `every lane has the bits of the scalar form whatever its neighbours`(
    kernel: ElementaryKernel
  ) throws {
    // Neighbours that take the rare ways: not finite, subnormal, huge, out of the domain.
    let neighbours: [Double] = [
      .nan, 1e300, -.infinity, Double.leastNonzeroMagnitude, -0.0, 1, 150_000, -3,
    ]
    let arguments = try ElementaryTable(kernel.name).rows.map(\.argument)
    var differences: [Double] = []
    for (index, argument) in arguments.enumerated() {
      let expected = kernel.scalar(argument)
      var eight = neighbours
      eight[index % 8] = argument
      if !Self.agree(kernel(eight)[index % 8], expected) { differences.append(argument) }
    }
    #expect(differences.isEmpty)
    // All lanes at once, in the order of the table and one further in every lane.
    for offset in 0..<8 {
      let shifted = kernel(Array(arguments.dropFirst(offset)))
      for (index, result) in shifted.enumerated()
      where !Self.agree(result, kernel.scalar(arguments[index + offset])) {
        differences.append(arguments[index + offset])
      }
    }
    #expect(differences.isEmpty)
  }

  @Test(arguments: ElementaryKernel.all)
  func `every count gives the bits of the scalar form and writes no further`(
    kernel: ElementaryKernel
  ) {
    let arguments = (0..<40).map { 0.37 * Double($0) + 0.01 }
    for count in 0...33 {
      var results = [Double](repeating: -77, count: 40)
      results.withUnsafeMutableBufferPointer { buffer in
        if let start = buffer.baseAddress { kernel.array(arguments, start, count) }
      }
      for index in 0..<40 {
        let expected = index < count ? kernel.scalar(arguments[index]) : -77
        #expect(results[index].bitPattern == expected.bitPattern, "count \(count), index \(index)")
      }
    }
  }

  @Test(arguments: ElementaryKernel.all)
  func `arguments and results may share their memory`(kernel: ElementaryKernel) {
    let arguments = (0..<21).map { 0.37 * Double($0) + 0.01 }
    var values = arguments
    values.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { kernel.array(start, start, buffer.count) }
    }
    #expect(values == arguments.map(kernel.scalar))
  }

  @Test func `a negative count stops the program`() async {
    await #expect(processExitsWith: .failure) {
      let arguments = [1.0]
      var results = [0.0]
      exponential(arguments, &results, count: -1)
    }
  }
}
