import Rivulet

/// Samples as rows: number, prompt, state, rewards.
struct SampleTable: Sendable {
  /// The samples.
  let samples: TrainingSamples
  /// The recipe of the run.
  let recipe: Recipe
  /// The prompt of all samples; nil where they take all in turn.
  let prompt: Int?
  /// The number of samples.
  let count: Int
  /// The iteration of the checkpoint.
  let iteration: Int
  /// Whose parameters were sampled.
  let parameters: String

  /// The names of the rewards: the kind, and a number where a kind comes more than once.
  var rewardNames: [String] {
    let terms = recipe.rewards.terms.map(\.reward.kind)
    let gold = recipe.rewards.gold.map { "gold-" + $0.reward.kind }
    let kinds = terms + gold
    return kinds.enumerated().map { index, kind in
      guard kinds.filter({ $0 == kind }).count > 1 else { return kind }
      return "\(kind)-\(kinds[...index].filter { $0 == kind }.count)"
    }
  }

  private func prompt(of sample: Int) -> Int { prompt ?? sample % recipe.prompts.count }

  /// A line for each sample, numbers with all their digits.
  var csv: String {
    let states = (0..<samples.dimension).map { "x\($0)" }
    var text = (["sample", "prompt"] + states + rewardNames).joined(separator: ",") + "\n"
    for sample in 0..<count {
      var cells = ["\(sample)", "\(prompt(of: sample))"]
      for index in 0..<samples.dimension {
        cells.append(Self.text(samples.states[sample * samples.dimension + index]))
      }
      for reward in samples.rewards { cells.append(Self.text(reward[sample])) }
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  /// A document with what was sampled and a record for each sample.
  var json: JSONElement {
    let names = rewardNames
    return .record([
      .init("schema", .number(1)), .init("recipe", .text(recipe.name)),
      .init("iteration", .number(iteration)), .init("parameters", .text(parameters)),
      .init(
        "samples",
        .list(
          (0..<count).map { sample in
            let start = sample * samples.dimension
            return .record([
              .init("prompt", .number(prompt(of: sample))),
              .init(
                "state",
                .list(
                  samples.states[start..<(start + samples.dimension)].map {
                    .number(Self.text($0))
                  })),
              .init(
                "rewards",
                .record(
                  zip(names, samples.rewards).map { name, reward in
                    .init(name, .number(Self.text(reward[sample])))
                  })),
            ])
          })),
    ])
  }

  /// The shortest digits that read back to the same bits of single precision.
  private static func text(_ value: Float) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
