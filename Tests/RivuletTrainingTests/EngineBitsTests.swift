import Rivulet
import Testing

@Suite struct `Bits of an iteration` {
  static let forks: [[Int]] = [[], [0, 2]]

  @Test(arguments: forks)
  func `threads do not change a bit`(forks: [Int]) throws {
    // The estimate of the work must be large enough for threads to be used at all.
    let trees = 7000
    let setting = try Small.setting(trees: trees, forks: forks, lanes: 48)
    #expect(Small.field.parameterCount * setting.shape.expandedCount * trees > 2_000_000)
    let one = try Small.train(Small.engine(setting))
    for threads in [2, 7] {
      #expect(try Small.train(Small.engine(setting, threads: threads)) == one)
    }
  }

  @Test(arguments: forks)
  func `activations of the rollout give the bits of computing them again`(forks: [Int]) throws {
    let kept = try Small.setting(trees: 37, forks: forks)
    let computed = try Small.setting(trees: 37, forks: forks, keeps: false)
    #expect(try Small.train(Small.engine(kept)) == Small.train(Small.engine(computed)))
  }

  @Test func `a lane without a tree adds nothing`() throws {
    // The same nine trees in chunks of 16 and of 24 lanes: the sums over lanes run over groups of eight,
    // so the groups beyond the trees add zeros alone.
    let narrow = try Small.train(Small.engine(Small.setting(trees: 9, lanes: 16)))
    let wide = try Small.train(Small.engine(Small.setting(trees: 9, lanes: 24)))
    #expect(narrow == wide)
  }

  @Test func `the first pass after a rollout has ratios of exactly one`() throws {
    let engine = Small.engine(try Small.setting(trees: 40, forks: [0, 2]))
    try engine.rollOut(noise: KeyedTileNoise(key: RandomKey(seed: 1)))
    Small.assignCredit(engine)
    let first = try engine.computeGradient()
    #expect(first.meanRatio == 1)
    #expect(first.clippedShare == 0)
    engine.update(AdamRule(learningRate: 0.05), norm: first.norm)
    let second = try engine.computeGradient()
    #expect(second.meanRatio != 1)
    #expect(second.clippedShare > 0 && second.clippedShare < 1)
  }

  @Test func `the recorded bits of a small run are those of every build`() throws {
    // Not a value to be right by itself: debug and release, SSE2 and AVX2 must all give it.
    var digest = Digest()
    for bits in try Small.train(Small.engine(Small.setting(trees: 37, forks: [0, 2]))) {
      digest.update(bits)
    }
    #expect(
      digest.hexadecimal == "28ad915bd80297f9f563f1965036645403e5dc59693fe8982b037f316bf8c1e1")
  }
}
