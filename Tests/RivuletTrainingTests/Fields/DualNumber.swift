import Rivulet

/// A number with its derivative along one direction: exact forward differentiation.
struct DualNumber {
  var value: Double
  var slope: Double

  init(_ value: Double, _ slope: Double = 0) {
    self.value = value
    self.slope = slope
  }

  static func + (a: Self, b: Self) -> Self { Self(a.value + b.value, a.slope + b.slope) }

  static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value, a.slope * b.value + a.value * b.slope)
  }

  /// The value of an activation, with its slope as calculus states it.
  func activated(_ activation: MultilayerPerceptron.Activation) -> Self {
    switch activation {
    case .tanh:
      let h = Elementary.tanh(value)
      return Self(h, slope * (1 - h * h))
    case .silu:
      let s = 1 / (1 + Elementary.exp(-value))
      return Self(value * s, slope * (s + value * s * (1 - s)))
    }
  }
}

extension ReferencePerceptron {
  /// The velocity and its derivative along the directions of parameters and inputs.
  func velocity(_ parameters: [DualNumber], _ input: [DualNumber]) -> [DualNumber] {
    var values = input
    var place = 0
    for layer in 1..<sizes.count {
      let inputs = sizes[layer - 1]
      let outputs = sizes[layer]
      var next: [DualNumber] = []
      for output in 0..<outputs {
        var sum = parameters[place + inputs * outputs + output]
        for index in 0..<inputs {
          sum = sum + parameters[place + output * inputs + index] * values[index]
        }
        next.append(layer < sizes.count - 1 ? sum.activated(activation) : sum)
      }
      values = next
      place += (inputs + 1) * outputs
    }
    return values
  }
}
