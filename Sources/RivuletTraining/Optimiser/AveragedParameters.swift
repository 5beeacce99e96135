import RivuletKernels

/// An exponential moving average of parameters: average += (1 - decay) (parameters - average).
final class AveragedParameters {
  private let memory: FloatMemory
  private let count: Int
  private let rate: Float
  private let interval: Int

  /// Makes an average that starts at given parameters.
  ///
  /// - Parameters:
  ///   - average: Decay and interval.
  ///   - parameters: Where it starts.
  init(_ average: Recipe.Optimiser.Average, parameters: [Float]) {
    memory = FloatMemory(count: parameters.count)
    count = parameters.count
    rate = Float(1 - average.decay)
    interval = average.interval
    restore(parameters)
  }

  /// Moves after every so many updates.
  ///
  /// - Parameters:
  ///   - update: The number of the update, from 1.
  ///   - parameters: The parameters after it, padded as the average.
  func move(after update: Int, towards parameters: FloatMemory) {
    guard update.isMultiple(of: interval) else { return }
    moveAverage(memory.start, towards: parameters.start, count: memory.count, rate: rate)
  }

  /// The average.
  var parameters: [Float] { Array(UnsafeBufferPointer(start: memory.start, count: count)) }

  /// Replaces the average.
  func restore(_ parameters: [Float]) {
    for place in parameters.indices { memory.start[place] = parameters[place] }
  }
}
