import RivuletFlow

// What a run is between two iterations: parameters, what the optimiser remembers, the average.

extension TrainingLoop {
  var pretrainedParameters: [Float] { pretrainer?.parameters ?? engine.parameters }
  var trainedParameters: [Float] { engine.parameters }
  var averagedParameters: [Float]? { average?.parameters }
  var gradient: [Float] { engine.gradient }
  var advantages: [Double] { engine.advantages }
  var weights: [Double] { engine.weights }
  var rewards: [Double] { engine.rewards }
  var setting: EngineSetting { engine.setting }

  private func adam(_ isPretraining: Bool) -> (state: AdamState, powers: AdamState.Powers) {
    if isPretraining, let pretrainer { return (pretrainer.adam, pretrainer.adamPowers) }
    return (engine.adam, engine.adamPowers)
  }

  func state(isPretraining: Bool) -> [Checkpoint.NamedArray] {
    let (adam, powers) = adam(isPretraining)
    var arrays = [
      Checkpoint.NamedArray(
        "parameters", .floats(isPretraining ? pretrainedParameters : engine.parameters)),
      Checkpoint.NamedArray("firstMoments", .floats(adam.firstMoments)),
      Checkpoint.NamedArray("secondMoments", .floats(adam.secondMoments)),
      Checkpoint.NamedArray("decayPowers", .doubles([powers.first, powers.second])),
      Checkpoint.NamedArray("updates", .words([UInt64(powers.updates)])),
    ]
    if !isPretraining {
      arrays.append(Checkpoint.NamedArray("reference", .floats(reference)))
      if let average {
        arrays.append(Checkpoint.NamedArray("average", .floats(average.parameters)))
      }
    }
    return arrays
  }

  func restore(_ checkpoint: Checkpoint, isPretraining: Bool) throws(CheckpointError) {
    let count = engine.field.parameterCount
    let parameters = try checkpoint.floats("parameters", count: count)
    let first = try checkpoint.floats("firstMoments", count: count)
    let second = try checkpoint.floats("secondMoments", count: count)
    let decays = try checkpoint.doubles("decayPowers", count: 2)
    let updates = try checkpoint.words("updates", count: 1)
    var powers = AdamState.Powers()
    powers.first = decays[0]
    powers.second = decays[1]
    powers.updates = Int(truncatingIfNeeded: updates[0])
    if isPretraining, let pretrainer {
      pretrainer.setParameters(parameters)
      pretrainer.adam.restore(first: first, second: second)
      pretrainer.adamPowers = powers
      return
    }
    let start = try checkpoint.floats("reference", count: count)
    let mean = average == nil ? nil : try checkpoint.floats("average", count: count)
    startTraining(from: start)
    engine.setParameters(parameters)
    engine.adam.restore(first: first, second: second)
    engine.adamPowers = powers
    if let mean { average?.restore(mean) }
  }

  func hash(isPretraining: Bool) -> TrailHash {
    let (adam, powers) = adam(isPretraining)
    var hash = TrailHash()
    hash.update(isPretraining ? pretrainedParameters : engine.parameters)
    hash.update(adam.firstMoments)
    hash.update(adam.secondMoments)
    hash.update(UInt64(powers.updates))
    if !isPretraining, let average { hash.update(average.parameters) }
    return hash
  }
}
