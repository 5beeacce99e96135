import Rivulet
import Testing

@Suite struct `Choices of the engine` {
  @Test(arguments: [2, 3, 50])
  func `micro-batches change no bit`(parts: Int) throws {
    // 100 trees in chunks of 16 lanes are seven chunks: parts of three and four, of two and three, of one.
    let whole = try Small.setting(trees: 100, forks: [0, 2])
    var divided = whole
    divided.microBatches = parts
    #expect(try Small.train(Small.engine(whole)) == Small.train(Small.engine(divided)))
  }

  @Test func `lanes without noise follow the ODE, the others do not change`() throws {
    let setting = try Small.setting(trees: 21)
    let noise = KeyedTileNoise(key: RandomKey(seed: 4))
    let all = Small.engine(setting)
    try all.rollOut(noise: noise)
    let none = Small.engine(setting)
    none.setNoise(edges: [Bool](repeating: false, count: setting.shape.nodeCount))
    try none.rollOut(noise: noise)
    let mixed = Small.engine(setting)
    mixed.setNoise(
      edgesOfTrees: (0..<(setting.shape.nodeCount * 21)).map { place in
        setting.noisyEdges[place / 21] && (place % 21).isMultiple(of: 3)
      })
    try mixed.rollOut(noise: noise)
    for tree in 0..<21 {
      let expected = tree.isMultiple(of: 3) ? all : none
      for node in 0..<setting.shape.nodeCount {
        #expect(mixed.state(node: node, tree: tree) == expected.state(node: node, tree: tree))
      }
    }
    #expect(all.state(node: 6, tree: 1) != none.state(node: 6, tree: 1))
    var logs = [Double](repeating: .nan, count: mixed.advantages.count)
    mixed.writeLogProbabilities(into: &logs)
    #expect(logs[2 * 21 + 1] == 0 && logs[2 * 21 + 3] != 0)
  }

  @Test func `branches of one tree are those of the branch sampler`() throws {
    let steps = [0, 2, 3]
    let branching = try BranchShape(steps: steps, branches: 3, stepCount: 6)
    let plan = try Small.plan(steps: 6, stochastic: 0..<5)
    let engine = Small.engine(
      try EngineSetting(
        plan: plan, shape: branching.shape, trees: 10, noisyEdges: branching.noisyEdges,
        chunkLanes: 16))
    let key = RandomKey(seed: 12)
    try engine.rollOut(noise: KeyedTileNoise(key: key), firstRoot: 4)
    let sampler = try BranchSampler(
      plan: plan, field: Small.doubleField(engine.parameters), reward: Small.reward,
      branches: 3, steps: steps)
    for tree in 0..<10 {
      let truth = try sampler.rollout(root: UInt32(4 + tree), key: key)
      for index in steps.indices {
        for branch in 0..<3 {
          let node = branching.node(step: index, branch: branch)
          let state = engine.state(node: node, tree: tree)
          for row in 0..<2 {
            #expect(abs(Double(state[row]) - truth.successors[index][branch][row]) < 2e-5)
          }
          let leaf = branching.leaf(step: index, branch: branch)
          #expect(abs(engine.rewards[leaf * 10 + tree] - truth.rewards[index][branch]) < 2e-4)
        }
      }
    }
  }

  @Test func `roots share initial noise in runs`() throws {
    let engine = Small.engine(try Small.setting(trees: 40))
    let key = RandomKey(seed: 3)
    try engine.rollOut(noise: KeyedTileNoise(key: key))
    let own = (0..<40).map { engine.state(node: 0, tree: $0) }
    try engine.rollOut(noise: KeyedTileNoise(key: key, initialShare: 7))
    for tree in 0..<40 { #expect(engine.state(node: 0, tree: tree) == own[tree - tree % 7]) }
    // What follows is each tree's own.
    #expect(engine.state(node: 1, tree: 1) != engine.state(node: 1, tree: 2))
  }
}
