/// Several rewards of the same states, each with one form for all prompts or a form for each.
public struct RewardTable: TileReward {
  /// One reward: a form that all prompts share, or one for each prompt.
  public struct Row: Sendable {
    let forms: [any TileReward]

    /// Makes a reward that all prompts share.
    ///
    /// - Parameter reward: A single reward.
    public init(_ reward: any TileReward) { self.init(prompts: [reward]) }

    /// Makes a reward that depends on the prompt.
    ///
    /// - Parameter rewards: A single reward for each prompt, or one for all; all of one dimension.
    public init(prompts rewards: [any TileReward]) {
      precondition(!rewards.isEmpty, "a reward needs one or more forms")
      for (prompt, reward) in rewards.enumerated() {
        precondition(
          reward.rewardCount == 1, "prompt \(prompt) has \(reward.rewardCount) rewards in one row")
        precondition(
          reward.dimension == rewards[0].dimension,
          "the reward of prompt \(prompt) scores states of \(reward.dimension) numbers, "
            + "that of prompt 0 of \(rewards[0].dimension)")
      }
      forms = rewards
    }
  }

  private let rows: [Row]

  /// Makes a table.
  ///
  /// - Parameter rows: The rewards, at least one, all of one dimension.
  public init(_ rows: [Row]) {
    precondition(!rows.isEmpty, "a table needs one or more rewards")
    for row in rows {
      precondition(
        row.forms[0].dimension == rows[0].forms[0].dimension,
        "the rewards score states of \(row.forms[0].dimension) and of "
          + "\(rows[0].forms[0].dimension) numbers")
    }
    self.rows = rows
  }

  /// The dimension of the states that they score.
  public var dimension: Int { rows[0].forms[0].dimension }

  /// The number of rewards.
  public var rewardCount: Int { rows.count }

  /// Writes the rewards of each lane, each by the form of the lane's prompt.
  ///
  /// A form is computed for the whole tile, once for each prompt that occurs in it.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: The prompt of each lane.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for ``rewardCount`` rows of `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    for index in rows.indices {
      let output = rewards + index * lanes
      guard rows[index].forms.count > 1 else {
        rows[index].forms[0].rewards(of: state, prompts: prompts, lanes: lanes, into: output)
        continue
      }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes) { room in
        guard let own = room.baseAddress else { return }
        for lane in 0..<lanes where isFirst(lane, prompts) {
          let prompt = prompts[lane]
          rows[index].forms[Int(prompt)].rewards(
            of: state, prompts: prompts, lanes: lanes, into: own)
          for other in lane..<lanes where prompts[other] == prompt { output[other] = own[other] }
        }
      }
    }
  }

  /// Whether no lane before this one has its prompt.
  private func isFirst(_ lane: Int, _ prompts: UnsafePointer<UInt32>) -> Bool {
    for earlier in 0..<lane where prompts[earlier] == prompts[lane] { return false }
    return true
  }
}
