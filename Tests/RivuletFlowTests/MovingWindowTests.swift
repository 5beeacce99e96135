import Rivulet
import RivuletTestSupport
import Testing

@Suite struct MovingWindowTests {
  private let key = RandomKey(seed: 31)

  /// The windows that the script simulates, by name.
  static func window(_ name: String, _ form: MovingWindow.Form) throws -> MovingWindow {
    if let recipe = MovingWindow.Recipe(rawValue: name) { return recipe.window(form) }
    return switch name {
    case "stay":
      MovingWindow(
        .progressive(iterations: 25), bound: 23, size: 4, stride: 1, end: .stay, form: form)
    case "apart": MovingWindow(.progressive(iterations: 7), bound: 23, size: 4, form: form)
    case "apart-stay":
      MovingWindow(.progressive(iterations: 7), bound: 23, size: 5, end: .stay, form: form)
    case "decay":
      MovingWindow(.decay(first: 25, last: 6), bound: 23, size: 4, stride: 1, form: form)
    case "exponential":
      MovingWindow(
        .exponentialDecay(iterations: 25), bound: 23, size: 4, stride: 1, form: form)
    default:
      MovingWindow(
        .progressive(iterations: 3), bound: try #require(name == "all" ? 6 : nil), size: 6,
        stride: 2, form: form)
    }
  }

  @Test(
    arguments: [
      "mixgrpo", "flash", "flash-star", "stay", "apart", "apart-stay", "decay", "exponential",
      "all",
    ], MovingWindow.Form.allCases)
  func `the window of an iteration is where a machine with state would have moved it`(
    name: String, form: MovingWindow.Form
  ) throws {
    let window = try Self.window(name, form)
    let rows = try windowTable("moving").filter { $0[0] == name && $0[1] == form.rawValue }
    let changes = try rows.map { row in try row[2...].map { try #require(Int($0)) } }
    var next = 0
    var expected = 0..<0
    for iteration in 0..<1400 {
      if next < changes.count, changes[next][0] == iteration {
        expected = changes[next][1]..<changes[next][2]
        next += 1
      }
      #expect(window.steps(at: iteration, key: key) == expected, "iteration \(iteration)")
    }
    #expect(next == changes.count)
  }

  // By hand: start 20 is reached after 20 x 25 iterations and leaves 3 of the steps 0 ..< 23; 23, the
  // bound itself, is reached after 23 x 25 = 575 and is past only at 24, so the code rolls back at 600.
  @Test func `the published window shrinks to nothing before it rolls back`() {
    let window = MovingWindow.Recipe.mixGRPO.window(.published)
    let starts = [0, 499, 500, 525, 550, 574, 575, 599, 600]
    #expect(
      starts.map { window.steps(at: $0, key: key).count } == [4, 4, 3, 2, 1, 1, 0, 0, 4])
    let flash = MovingWindow.Recipe.flash.window(.published)
    #expect([459, 460, 479, 480].map { flash.steps(at: $0, key: key).count } == [1, 0, 0, 4])
  }

  // By hand: iteration 299 has the start floor(299 / 25) = 11, or floor(299 / 20) = 14 for Flash, and
  // the last step of the window is 3 further.
  @Test func `the declared 300 iterations of a recipe train the first steps only`() {
    for (recipe, last) in [(MovingWindow.Recipe.mixGRPO, 14), (.flash, 17), (.flashStar, 3)] {
      for form in MovingWindow.Form.allCases {
        let counts = recipe.window(form).coverage(
          iterations: recipe.declaredIterations, stepCount: recipe.stepCount, key: key)
        #expect(counts.lastIndex { $0 > 0 } == last)
        #expect(counts[...last].allSatisfy { $0 > 0 })
      }
    }
  }

  // 24 x 25 iterations in the code, 21 starts x 25 in the complete form: one whole way each.
  @Test func `the published bound never trains step T - 2 and the complete window does`() {
    let published = MovingWindow.Recipe.mixGRPO.window(.published)
      .coverage(iterations: 24 * 25, stepCount: 25, key: key)
    // Step k is in the windows of the starts max(0, k - 3) ... k, each for 25 iterations.
    #expect(published == [25, 50, 75] + [Int](repeating: 100, count: 20) + [0, 0])
    let complete = MovingWindow.Recipe.mixGRPO.window()
      .coverage(iterations: 21 * 25, stepCount: 25, key: key)
    #expect(
      complete == [25, 50, 75] + [Int](repeating: 100, count: 18) + [75, 50, 25, 0])
  }

  @Test func `a complete window is never cut and reaches every step`() {
    for bound in 1...9 {
      for size in 1...bound {
        for stride in 1...size {
          for end in MovingWindow.End.allCases {
            let window = MovingWindow(
              .progressive(iterations: 2), bound: bound, size: size, stride: stride, end: end)
            let length = 2 * window.starts.count
            let counts = window.coverage(iterations: length, stepCount: bound, key: key)
            #expect(counts.allSatisfy { $0 > 0 })
            for iteration in 0..<(2 * length) {
              #expect(window.steps(at: iteration, key: key).count == size)
            }
            let next = window.steps(at: length, key: key).lowerBound
            #expect(next == (end == .stay ? bound - size : 0))
          }
        }
      }
    }
  }

  // Clamped to the bound, the published start never moves again, and the window stays empty.
  @Test func `a published window that stays at its end is empty for ever`() throws {
    let window = try Self.window("stay", .published)
    #expect(window.steps(at: 574, key: key) == 22..<23)
    for iteration in [575, 600, 10_000, 1_000_000] {
      #expect(window.steps(at: iteration, key: key).isEmpty)
    }
  }

  // By hand: floor(25 (1 - p) + 6 p) = floor(25 - p 19): p = 10/23 gives 16.7, p = 1 gives 6; and
  // ceil(25 e^-0.1) = ceil(22.62), ceil(25 e^-1) = ceil(9.197).
  @Test func `decaying durations are those of the formulas`() throws {
    let decay = try Self.window("decay", .published)
    #expect([0, 10, 23].map { decay.iterations(at: $0) } == [25, 16, 6])
    let exponential = try Self.window("exponential", .published)
    #expect([0, 13, 14, 23].map { exponential.iterations(at: $0) } == [25, 25, 23, 10])
  }

  // 20 starts, 40 000 draws: each count is 2000 with a deviation of 43.6; chi-square with 19 degrees
  // of freedom exceeds 65.4 with probability 5e-7.
  @Test func `random starts are uniform and the same for everybody who has the key`() {
    let window = MovingWindow(.random, bound: 23, size: 4)
    var counts = [Int](repeating: 0, count: 20)
    for iteration in 0..<40_000 {
      let steps = window.steps(at: iteration, key: key)
      #expect(steps.count == 4)
      counts[steps.lowerBound] += 1
    }
    var square = 0.0
    for count in counts { square += Double((count - 2000) * (count - 2000)) / 2000 }
    #expect(square < 65.4)
    #expect(window.steps(at: 77, key: key) == window.steps(at: 77, key: RandomKey(seed: 31)))
    // The code takes its first window before it draws one.
    let published = MovingWindow(.random, bound: 23, size: 4, form: .published)
    for seed in 0..<32 as Range<UInt64> {
      #expect(published.steps(at: 0, key: RandomKey(seed: seed)) == 0..<4)
    }
  }

  @Test func `impossible windows stop`() async {
    await #expect(processExitsWith: .failure) {
      _ = MovingWindow(.random, bound: 3, size: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = MovingWindow(.progressive(iterations: 0), bound: 4, size: 4)
    }
  }
}
