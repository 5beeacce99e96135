import RivuletKernels
public import RivuletNumerics

/// A multilayer perceptron of the state, the context and the time: v(x, t) with one activation between
/// its layers and a linear last layer.
///
/// The inputs are the rows of the state, those of the context, and last the time t or, with F frequencies,
/// the 2 F numbers sin(pi t), cos(pi t), sin(2 pi t), ..., cos(F pi t). The parameters are, layer by layer,
/// the weights `W[output][input]` row by row and then the biases. The weights of the time are folded into
/// a bias for each step.
public struct MultilayerPerceptron: TrainableField, Hashable {
  /// What stands between two layers.
  public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
    /// The hyperbolic tangent.
    case tanh
    /// a / (1 + exp(-a)).
    case silu
  }

  /// The dimension of the states.
  public let dimension: Int
  /// The number of rows on which the velocity is conditioned.
  public let contextCount: Int
  /// The widths of the layers between input and output; at least one.
  public let hidden: [Int]
  /// What stands between two layers.
  public let activation: Activation
  /// The number F of frequencies of the time; 0 for the time itself.
  public let timeFrequencies: Int
  /// The number of parameters.
  public let parameterCount: Int
  let layers: [Layer]

  /// The places of one layer's numbers.
  struct Layer: Sendable, Hashable {
    /// The inputs without those of the time.
    let inputs: Int
    let outputs: Int
    /// The distance of two rows of weights: the inputs, and those of the time in the first layer.
    let stride: Int
    /// The first weight, and the first bias, among the parameters.
    let weights: Int
    let biases: Int
    /// The panels of the matrix and of its transpose among the prepared numbers.
    let panels: Int
    let transposed: Int
    /// The layer's values among the rows of the activations.
    let valueRow: Int
    var isFirst: Bool { weights == 0 }
  }

  /// Makes an architecture.
  ///
  /// - Parameters:
  ///   - dimension: The dimension of the states.
  ///   - hidden: The widths of the layers between input and output; one or more, each positive.
  ///   - activation: What stands between two layers.
  ///   - contextCount: The number of rows on which the velocity is conditioned.
  ///   - timeFrequencies: The number of frequencies of the time; 0 for the time itself.
  public init(
    dimension: Int, hidden: [Int], activation: Activation = .tanh, contextCount: Int = 0,
    timeFrequencies: Int = 0
  ) {
    precondition(
      timeFrequencies >= 0, "there is no negative number of frequencies, got \(timeFrequencies)")
    precondition(dimension >= 1, "a state has one or more dimensions, got \(dimension)")
    precondition(contextCount >= 0, "a context has no negative number of rows, got \(contextCount)")
    precondition(
      !hidden.isEmpty && hidden.allSatisfy { $0 >= 1 },
      "a perceptron needs one or more hidden layers of positive width, got \(hidden)")
    self.dimension = dimension
    self.contextCount = contextCount
    self.hidden = hidden
    self.activation = activation
    self.timeFrequencies = timeFrequencies
    let timeInputs = max(1, 2 * timeFrequencies)
    var layers: [Layer] = []
    var inputs = dimension + contextCount
    var parameter = 0
    var prepared = 0
    var row = 0
    for (index, outputs) in (hidden + [dimension]).enumerated() {
      let stride = index == 0 ? inputs + timeInputs : inputs
      layers.append(
        Layer(
          inputs: inputs, outputs: outputs, stride: stride, weights: parameter,
          biases: parameter + stride * outputs, panels: prepared,
          transposed: prepared + inputs * outputs, valueRow: row))
      parameter += (stride + 1) * outputs
      prepared += 2 * inputs * outputs
      row += outputs
      inputs = outputs
    }
    self.layers = layers
    parameterCount = parameter
  }

  /// Returns parameters to start from: each weight N(0, gain² / inputs), each bias 0.
  ///
  /// - Parameters:
  ///   - key: The key of the draw; layer l draws from its child l.
  ///   - gain: The gain of the hidden layers.
  ///   - lastGain: The gain of the last layer.
  /// - Returns: ``parameterCount`` numbers.
  public func initialParameters(
    key: RandomKey, gain: Double = 1, lastGain: Double = 1
  ) -> [Float] {
    var parameters = [Float](repeating: 0, count: parameterCount)
    for (index, layer) in layers.enumerated() {
      let scale = (index == layers.count - 1 ? lastGain : gain) / Double(layer.stride).squareRoot()
      let normals = key.child(UInt64(index)).standardNormals(count: layer.stride * layer.outputs)
      for (place, normal) in normals.enumerated() {
        parameters[layer.weights + place] = Float(scale * normal)
      }
    }
    return parameters
  }

  /// Returns the number of floats of the prepared parameters.
  ///
  /// - Parameter steps: The number of steps.
  /// - Returns: The inputs of the time for each step, two copies of the weights, and the biases, those of
  ///   the first layer for each step.
  public func preparedCount(steps: Int) -> Int {
    panelStart(steps: steps) + panelCount + (steps - 1) * layers[0].outputs + rows
  }

  /// The number of inputs that are functions of the time.
  var timeInputs: Int { max(1, 2 * timeFrequencies) }

  /// Where the panels of the weights start among the prepared numbers: after the inputs of the time.
  func panelStart(steps: Int) -> Int { FloatMemory.padded(steps * timeInputs) }

  /// The number of floats of both copies of the weights.
  private var panelCount: Int { layers[layers.count - 1].panels + 2 * lastCount }
  private var lastCount: Int { layers[layers.count - 1].inputs * layers[layers.count - 1].outputs }

  /// The number of rows of all layers.
  private var rows: Int { layers[layers.count - 1].valueRow + layers[layers.count - 1].outputs }

  /// Where the prepared biases of a layer stand at a step.
  func biasPlace(_ layer: Layer, step: Int, steps: Int) -> Int {
    let first = layers[0].outputs
    return panelStart(steps: steps) + panelCount
      + (layer.isFirst ? step * first : (steps - 1) * first + layer.valueRow)
  }

  /// Prepares the parameters for the steps of a sampler.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - times: The time at which each step starts.
  ///   - stepCount: The number of steps.
  ///   - prepared: Room for ``preparedCount(steps:)`` floats.
  public func prepare(
    _ parameters: UnsafePointer<Float>, times: UnsafePointer<Float>, stepCount: Int,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    writeTimes(times, stepCount: stepCount, into: prepared)
    let panels = prepared + panelStart(steps: stepCount)
    for layer in layers {
      let weights = parameters + layer.weights
      packPanels(
        weights, rows: layer.outputs, columns: layer.inputs, rowStride: layer.stride,
        columnStride: 1, into: panels + layer.panels)
      packPanels(
        weights, rows: layer.inputs, columns: layer.outputs, rowStride: 1,
        columnStride: layer.stride, into: panels + layer.transposed)
      let biases = prepared + biasPlace(layer, step: 0, steps: stepCount)
      if layer.isFirst {
        foldFactors(
          bias: parameters + layer.biases, weights: weights + layer.inputs, stride: layer.stride,
          rows: layer.outputs, factors: prepared, factorCount: timeInputs, stepCount: stepCount,
          into: biases)
      } else {
        biases.update(from: parameters + layer.biases, count: layer.outputs)
      }
    }
  }

  /// Writes the inputs that are functions of the time, step by step.
  private func writeTimes(
    _ times: UnsafePointer<Float>, stepCount: Int, into inputs: UnsafeMutablePointer<Float>
  ) {
    for step in 0..<stepCount {
      guard timeFrequencies > 0 else {
        inputs[step] = times[step]
        continue
      }
      for frequency in 0..<timeFrequencies {
        let angle = Double.pi * Double(frequency + 1) * Double(times[step])
        let place = step * timeInputs + 2 * frequency
        inputs[place] = Float(Elementary.sin(angle))
        inputs[place + 1] = Float(Elementary.cos(angle))
      }
    }
  }
}
