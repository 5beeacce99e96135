import RivuletTestSupport
import Testing

@testable import RivuletCommand

/// Optima and expected updates of two steps, by hand.
///
/// Uniform grid, data of deviation 1, eta = 1, the last step without noise. Step 0 at t = 1: slope of the
/// velocity 1, p = 1 - 1/4, q = -1/2, M = 1/4, tau^2 = 1/2, kappa = 1/sqrt(2). Step 1 at t = 1/2: slope 0, M = 1.
struct OptimumAnswerTests {
  static let steps = ["--grid", "uniform", "--steps", "2", "--noise", "constant", "--scale", "1"]

  func column(_ name: String, _ arguments: [String]) -> [Double] {
    let run = CapturedRun(["expect"] + arguments + Self.steps + ["--format", "csv"])
    #expect(run.code == .success, "\(run.errors)")
    return (run.csvColumns[name] ?? []).compactMap { $0 }
  }

  func fact(_ name: String, _ arguments: [String]) -> Double {
    column(name, arguments).first ?? .nan
  }

  // d_0 = 1/2 and d_init = 1/16; u_0 = tau^2/beta = 1, b_0 = u_0/q.
  @Test func `a linear reward has its optimum in a bias`() {
    let arguments = ["optimum", "--penalty", "0.5"]
    expectClose(column("offset", arguments), [1, 0], within: 1e-14)
    expectClose(column("bias", arguments), [-2, 0], within: 1e-14)
    expectClose(column("velocityOffset", arguments), [-2, 0], within: 1e-14)
    for name in ["reward", "freeReward", "sampledReward", "biasReward", "divergence"] {
      expectClose(fact(name, arguments), 1, within: 1e-14)
    }
    for name in ["objective", "freeObjective", "biasObjective"] {
      expectClose(fact(name, arguments), 0.5, within: 1e-14)
    }
    expectClose(fact("missingRise", arguments), 0.125, within: 1e-14)
    expectClose(fact("missingFraction", arguments), 1.0 / 9, within: 1e-14)
  }

  // w_0 = 1 + 2/2, mean 1/4, variance 1/64 + 1/2: E[R] = 1/4 - (1/16 + 33/64); loss (2 - 1 - ln 2)/2.
  @Test func `a reward with a top has one in a slope and a bias, and held noise costs`() {
    let arguments = ["optimum", "--curvature", "2"]
    expectClose(column("weight", arguments), [2, 1], within: 1e-14)
    expectClose(column("slope", arguments), [0.125, 1], within: 1e-14)
    expectClose(column("offset", arguments), [0.25, 0], within: 1e-14)
    expectClose(fact("reward", arguments), 0.25 - 0.0625 - 0.515625, within: 1e-14)
    // One trained step has no states that it changes for later ones.
    expectClose(fact("sampledObjective", arguments), fact("objective", arguments), within: 1e-14)
    expectClose(fact("heldNoiseLoss", arguments), (1 - 0.693147180559945) / 2, within: 1e-14)
    // A bias alone: T = 1/2, u = (1/2)/(1 + 1), rise 1/4 - 1/16.
    expectClose(column("bias", arguments), [-0.5, 0], within: 1e-14)
    expectClose(
      fact("biasReward", arguments) - fact("referenceReward", arguments), 0.1875, within: 1e-14)
  }

  @Test func `conventions multiply the gradient and the penalty`() {
    let exact = [
      "update", "--group", "4", "--convention", "leaveOneOut", "--kl", "exact",
      "--kl-coefficient", "0.5",
    ]
    expectClose(column("lengthRatio", exact), [1], within: 1e-14)
    expectClose(column("exactGradient", exact), [-0.5], within: 1e-14)
    expectClose(column("stationaryBias", exact), [-2], within: 1e-13)
    expectClose(fact("rewardRise", exact), 1, within: 1e-13)
    // Without h = 1/2 the penalty is half as large.
    let published = [
      "update", "--group", "4", "--kl", "without-h", "--kl-coefficient", "0.5",
    ]
    // sqrt(3/4) c4(4), c4(4) = 0.92131773, over the reward's deviation sqrt(1/2 + 1/16) = 3/4.
    let length = 0.75.squareRoot() * 0.92131773 / 0.75
    expectClose(column("lengthRatio", published), [length], within: 1e-8)
    expectClose(column("effectivePenalty", published), [0.25 / length], within: 1e-8)
    // A shared initial noise leaves sqrt(1/2); so does a branch.
    for rollouts in ["shared-chains", "branches"] {
      expectClose(
        column("lengthRatio", published + ["--rollouts", rollouts]),
        [length * 0.75 / 0.5.squareRoot()], within: 1e-8)
    }
    // Means over two dimensions halve both parts; the second one has no reward, and so no part in w.
    let wide = published + ["--gradient", "1,0"]
    expectClose(column("lengthRatio", wide), [length / 2], within: 1e-8)
    expectClose(column("effectivePenalty", wide), [0.25 / length], within: 1e-8)
    // A fork of two: the unit direction times c(2) = 1/sqrt(pi) for the population form.
    let tree = ["update", "--rollouts", "tree", "--splits", "0", "--independent-forks"]
    expectClose(
      column("update", tree), [-0.5.squareRoot() / 3.141592653589793.squareRoot()], within: 1e-11)
  }

  @Test(
    arguments: [
      (["update", "--splits", "0"], "--splits needs --rollouts tree"),
      (["update", "--rollouts", "tree", "--group", "4", "--splits", "0"], "--group does nothing"),
      (["update", "--kl-coefficient", "1"], "--kl-coefficient needs --kl exact or without-h"),
      (["optimum", "--curvature", "-3"], "at step 0 the weight 1 + A tau^2 is -0.5"),
      (["optimum", "--penalty", "0"], "--penalty '0'"),
    ] as [([String], String)])
  func `wrong options are named`(arguments: [String], message: String) {
    let run = CapturedRun(["expect"] + arguments + Self.steps)
    #expect(run.code == .usage)
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
