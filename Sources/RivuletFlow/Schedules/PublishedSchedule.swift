/// A grid, a noise schedule and the trained steps that somebody published and uses.
public struct PublishedSchedule: Sendable, Hashable, Identifiable {
  /// The name for claims and the command line.
  public let id: String
  /// The model and the times in a few words.
  public let setting: String
  /// The times.
  public let grid: TimeGrid
  /// The noise of each step.
  public let noise: NoiseSchedule
  /// The steps that are trained, ascending; all of them but the last.
  public let trainedSteps: [Int]
  /// Where it comes from: paper, and code with its revision.
  public let source: String
  private let allSteps: SamplingPlan
  private let allButLast: SamplingPlan

  private init(id: String, setting: String, grid: TimeGrid, noise: NoiseSchedule, source: String) {
    self.id = id
    self.setting = setting
    self.grid = grid
    self.noise = noise
    trainedSteps = Array(grid.steps.dropLast())
    self.source = source
    do {
      allSteps = try .fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
      allButLast = try .fullSDE(grid: grid, noise: noise)
    } catch {
      preconditionFailure("the published schedule \(id) is broken: \(error)")
    }
  }

  /// The setting and the scale of the noise, for tables.
  public var title: String {
    switch noise {
    case .flow(let scale): "\(setting), a = \(scale)"
    case .constant(let eta), .coefficientPreserving(let eta): "\(setting), eta = \(eta)"
    case .coefficients: setting
    }
  }

  /// Returns the plan of the full SDE sampler.
  ///
  /// - Parameter lastStepIsStochastic: Whether the last step, which nobody trains, adds noise too.
  /// - Returns: The plan.
  public func plan(lastStepIsStochastic: Bool = false) -> SamplingPlan {
    lastStepIsStochastic ? allSteps : allButLast
  }

  /// The uniform grid with the noise of Stable Diffusion 3.5: the schedule of exact statements.
  public static let uniform10 = PublishedSchedule(
    id: "uniform", setting: "uniform grid, N = 10", grid: .uniform(steps: 10),
    noise: .flow(scale: 0.7),
    source: "Flow-GRPO, arXiv 2505.05470, without a shift of the grid")

  /// Stable Diffusion 3.5 Medium.
  public static let sd35 = PublishedSchedule(
    id: "sd35", setting: "SD3.5-M, shift 3 applied twice, N = 10",
    grid: .stableDiffusion3(steps: 10), noise: .flow(scale: 0.7),
    source: "TempFlow-GRPO, arXiv 2508.04324, train_sd3_pr.py at e66824e")

  /// FLUX.1-dev at 1024 x 1024 pixels.
  public static let flux = PublishedSchedule(
    id: "flux", setting: "FLUX.1-dev, exponential shift mu = 1.15, N = 10",
    grid: .flux(steps: 10), noise: .flow(scale: 0.9),
    source: "TempFlow-GRPO, arXiv 2508.04324, train_flux_pr.py at 28a9b9b")

  /// Qwen-Image at 512 x 512 pixels.
  ///
  /// The scale 1.2 is not written in the code: it is the one that gives the code's weight constant.
  public static let qwen = PublishedSchedule(
    id: "qwen", setting: "Qwen-Image, dynamic shift to 0.02, N = 10",
    grid: .qwen(steps: 10), noise: .flow(scale: 1.2),
    source: "TempFlow-GRPO, arXiv 2508.04324, train_qwenimage_pr.py at 354fd38")

  /// DanceGRPO on FLUX.
  public static let dance16 = PublishedSchedule(
    id: "dance16", setting: "DanceGRPO, shift 3, N = 16",
    grid: .shifted(steps: 16, shift: 3), noise: .constant(0.3),
    source: "DanceGRPO, arXiv 2505.07818, train_grpo_flux.py at 15cc71d")

  /// BranchGRPO on FLUX.
  public static let branch20 = PublishedSchedule(
    id: "branch20", setting: "BranchGRPO, shift 3, N = 20",
    grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3),
    source: "BranchGRPO, arXiv 2509.06040, train_branchgrpo_flux.py at 19fbb9f")

  /// All published schedules, in the order of tables.
  public static let all = [uniform10, sd35, flux, qwen, dance16, branch20]

  /// Finds a published schedule by its name.
  ///
  /// - Parameter id: One of the names in ``all``.
  public init?(id: String) {
    guard let found = Self.all.first(where: { $0.id == id }) else { return nil }
    self = found
  }
}
