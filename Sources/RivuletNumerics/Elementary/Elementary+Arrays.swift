import RivuletKernels

// Array forms: eight numbers at a time, with the bits of the scalar forms.
extension Elementary {
  /// Replaces each number by its exponential, with the bits of ``exp(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formExp(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      exponential(start, start, count: buffer.count)
    }
  }

  /// Replaces each number by its natural logarithm, with the bits of ``log(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formLog(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      logarithm(start, start, count: buffer.count)
    }
  }

  /// Replaces each number by its exponential minus one, with the bits of ``expm1(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formExpm1(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      exponentialMinusOne(start, start, count: buffer.count)
    }
  }

  /// Replaces each number by the logarithm of one plus it, with the bits of ``log1p(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formLog1p(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      logarithmOfOnePlus(start, start, count: buffer.count)
    }
  }

  /// Replaces each number by its sine, with the bits of ``sin(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formSin(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      sine(start, start, count: buffer.count)
    }
  }

  /// Replaces each number by its cosine, with the bits of ``cos(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formCos(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      cosine(start, start, count: buffer.count)
    }
  }

  /// Replaces each number by its hyperbolic tangent, with the bits of ``tanh(_:)``.
  ///
  /// - Parameter values: The arguments, then the results.
  public static func formTanh(_ values: inout [Double]) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      hyperbolicTangent(start, start, count: buffer.count)
    }
  }
}
