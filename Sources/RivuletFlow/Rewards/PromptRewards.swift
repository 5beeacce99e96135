/// A reward for each prompt: what is wanted depends on the prompt that a group was given.
public struct PromptRewards<R: Reward>: Sendable {
  /// The reward of each prompt.
  public let rewards: [R]

  /// Makes the table.
  ///
  /// - Parameter rewards: One reward for each prompt, at least one, all of one dimension.
  public init(_ rewards: [R]) {
    precondition(!rewards.isEmpty, "there must be one or more prompts")
    for (prompt, reward) in rewards.enumerated() {
      precondition(
        reward.dimension == rewards[0].dimension,
        "the reward of prompt \(prompt) scores states of \(reward.dimension) numbers, "
          + "that of prompt 0 of \(rewards[0].dimension)")
    }
    self.rewards = rewards
  }

  /// The number of prompts.
  public var promptCount: Int { rewards.count }

  /// The dimension of the states that they score.
  public var dimension: Int { rewards[0].dimension }

  /// The reward of one prompt.
  public subscript(prompt: Int) -> R {
    precondition(
      rewards.indices.contains(prompt), "there are prompts 0 to \(promptCount - 1), got \(prompt)")
    return rewards[prompt]
  }

  /// Returns the reward of every state of a tile, each by the reward of its own prompt.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - prompts: The prompt of each lane.
  /// - Returns: One reward for each lane, bit-equal to the reward of one state.
  public func rewards(of tile: StateTile, prompts: [Int]) -> [Double] {
    precondition(
      prompts.count == StateTile.lanes,
      "a tile has \(StateTile.lanes) lanes, got \(prompts.count) prompts")
    var scores = [Double](repeating: 0, count: StateTile.lanes)
    for (prompt, reward) in rewards.enumerated() where prompts.contains(prompt) {
      let own = reward.rewards(of: tile)
      for lane in scores.indices where prompts[lane] == prompt { scores[lane] = own[lane] }
    }
    for prompt in prompts {
      precondition(
        rewards.indices.contains(prompt),
        "there are prompts 0 to \(promptCount - 1), got \(prompt)")
    }
    return scores
  }
}

extension PromptRewards where R == GaussianBump {
  /// Returns one bump for each prompt.
  ///
  /// - Parameters:
  ///   - targets: The centre of each prompt's bump, all of one dimension.
  ///   - width: The width of every bump, positive.
  /// - Returns: The rewards.
  public static func targets(_ targets: [[Double]], width: Double) -> PromptRewards {
    PromptRewards(targets.map { GaussianBump(center: $0, width: width) })
  }
}

extension PromptRewards where R == ModeChoice {
  /// Returns one component of a mixture for each prompt, in order.
  ///
  /// - Parameter mixture: The mixture of the data.
  /// - Returns: As many rewards as components.
  public static func modes(of mixture: MixtureField) -> PromptRewards {
    PromptRewards((0..<mixture.componentCount).map { ModeChoice(mixture: mixture, component: $0) })
  }
}
