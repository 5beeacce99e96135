import RivuletFlow
import RivuletNumerics

// Each reward of the catalogue. Where a parameter has an element for each prompt, so has the reward.

extension RewardTable {
  /// Builds the rewards of a recipe: its terms in order, then the gold terms.
  ///
  /// - Parameter recipe: A recipe that was read or validated.
  public init(_ recipe: Recipe) {
    let terms = recipe.rewards.terms + recipe.rewards.gold
    self.init(terms.map { Row($0.reward, dimension: recipe.dimension) })
  }
}

extension RewardTable.Row {
  /// Builds one reward.
  ///
  /// - Parameters:
  ///   - reward: A reward of the catalogue, of a valid recipe.
  ///   - dimension: The dimension of the states.
  init(_ reward: Component, dimension: Int) {
    var side = 1
    while side * side < dimension { side += 1 }
    switch reward.kind {
    case "linear":
      self.init(
        prompts: Self.points(reward, "gradients", dimension).map {
          QuadraticTileReward(LinearReward(gradient: $0, offset: reward.number("offset")))
        })
    case "quadratic":
      self.init(
        prompts: Self.points(reward, "gradients", dimension).map {
          QuadraticTileReward(
            QuadraticReward(
              curvatures: reward.numbers("curvatures"), gradient: $0,
              offset: reward.number("offset")))
        })
    case "bump":
      self.init(
        prompts: Self.points(reward, "centres", dimension).map {
          BumpTileReward(GaussianBump(center: $0, width: reward.number("width")))
        })
    case "logMixture":
      self.init(
        LogMixtureTileReward(
          LogMixture(
            weights: reward.numbers("weights"), centers: Self.points(reward, "means", dimension),
            width: reward.number("deviation"))))
    case "mode":
      let weights = reward.numbers("weights")
      let mixture = TrainingWorld.valid {
        try MixtureField(
          weights: weights, means: Self.points(reward, "means", dimension),
          deviations: weights.map { _ in reward.number("deviation") })
      }
      self.init(
        prompts: reward.counts("modes").map {
          LogShareTileReward(ModeChoice(mixture: mixture, component: $0))
        })
    case "halfPlane":
      self.init(
        prompts: Self.points(reward, "normals", dimension).map {
          LogShareTileReward(
            SoftHalfPlane(
              normal: $0, offset: reward.number("offset"), width: reward.number("softness")))
        })
    default:
      self.init(pixels: reward, side: side)
    }
  }

  /// Builds a reward of images, whose states are coefficients of the cosine transform.
  private init(pixels reward: Component, side: Int) {
    switch reward.kind {
    case "lowFrequencies":
      self.init(
        EnergyShareTileReward(
          .lowFrequencies(side: side, cutoff: Double(reward.count("cutoff")))))
    case "highFrequencies":
      self.init(
        EnergyShareTileReward(
          .highFrequencies(side: side, cutoff: Double(reward.count("cutoff")))))
    case "texture":
      self.init(
        QuadraticTileReward(
          RewardInBasis.texture(side: side, cutoff: Double(reward.count("cutoff"))).base))
    case "symmetry":
      self.init(
        EnergyShareTileReward(
          .mirrorSymmetry(
            side: side, axis: reward.name("axis") == "vertical" ? .vertical : .horizontal)))
    case "blob":
      let rows = reward.numbers("rows")
      let columns = reward.numbers("columns")
      self.init(
        prompts: (0..<max(rows.count, columns.count)).map { prompt in
          let target = [
            columns[columns.count == 1 ? 0 : prompt], rows[rows.count == 1 ? 0 : prompt],
          ]
          return BlobTileReward(
            BlobPosition(
              side: side, target: target, width: reward.number("width"),
              sharpness: reward.number("sharpness")))
        })
    default: preconditionFailure("the catalogue knows no reward '\(reward.kind)'")
    }
  }

  /// The points of a flat list.
  private static func points(_ reward: Component, _ name: String, _ dimension: Int) -> [[Double]] {
    let numbers = reward.numbers(name)
    return stride(from: 0, to: numbers.count, by: dimension).map {
      Array(numbers[$0..<($0 + dimension)])
    }
  }
}
