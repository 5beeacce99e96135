import Rivulet

/// Samples as rows: number, prompt, final state, rewards.
struct SampleTable: Sendable {
  /// The samples.
  let samples: TrainingSamples
  /// The recipe of the run.
  let recipe: Recipe
  /// The prompt of all samples.
  let prompt: Int
  /// The iteration of the checkpoint.
  let iteration: Int
  /// Whose parameters were sampled.
  let parameters: String
  /// The way from noise to data.
  let sampler: TrainingSampler

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

  /// A line for each sample, numbers with all their digits.
  var csv: String {
    let states = (0..<recipe.dimension).map { "x\($0)" }
    var text = (["sample", "prompt"] + states + rewardNames).joined(separator: ",") + "\n"
    for (sample, state) in samples.states.enumerated() {
      let cells = ["\(sample)", "\(prompt)"] + state.map(Self.text) + rewards(of: sample)
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
      .init("sampler", .text(sampler.rawValue)), .init("prompt", .number(prompt)),
      .init("kl", samples.divergence.map { .number($0) } ?? .null),
      .init(
        "samples",
        .list(
          samples.states.enumerated().map { sample, state in
            .record([
              .init("state", .list(state.map { .number(Self.text($0)) })),
              .init(
                "rewards",
                .record(
                  zip(names, rewards(of: sample)).map { name, text in .init(name, .number(text)) })
              ),
            ])
          })),
    ])
  }

  private func rewards(of sample: Int) -> [String] {
    // Rewards are computed in single precision.
    samples.rewards.map { Self.text(Float($0[sample])) }
  }

  /// The shortest digits that read back to the same bits of single precision.
  private static func text(_ value: Float) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
