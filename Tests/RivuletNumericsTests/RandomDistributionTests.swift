import Rivulet
import Testing

/// A direction in which two draws can be neighbours.
enum Neighbourhood: CaseIterable, Sendable {
  case seeds, numberedChildren, namedChildren, steps, nodes, roots

  /// The draw at place `index` of this direction.
  func draw(_ index: Int, count: Int) -> [Double] {
    let key = RandomKey(seed: 77).child("neighbours")
    let word = UInt32(index)
    switch self {
    case .seeds: return RandomKey(seed: UInt64(index)).standardNormals(count: count)
    case .numberedChildren: return key.child(UInt64(index)).standardNormals(count: count)
    case .namedChildren: return key.child("purpose \(index)").standardNormals(count: count)
    case .steps: return key.standardNormals(count: count, at: NoiseAddress(root: 0, step: word))
    case .nodes: return key.standardNormals(count: count, at: NoiseAddress(root: 0, node: word))
    case .roots: return key.standardNormals(count: count, at: NoiseAddress(root: word))
    }
  }
}

@Test(arguments: Neighbourhood.allCases)
func `neighbouring draws are standard normal together and uncorrelated`(
  neighbourhood: Neighbourhood
) {
  // 2048 draws of 32 numbers each.
  let draws = (0...2048).map { neighbourhood.draw($0, count: 32) }
  let all = draws[..<2048].flatMap { $0 }
  let next = draws[1...].flatMap { $0 }
  #expect(RandomStatistics.areUniform(RandomStatistics.transformed(all)))
  #expect(RandomStatistics.haveNormalMoments(all))
  #expect(RandomStatistics.areUncorrelated(all, next))
}

@Test(arguments: Neighbourhood.allCases)
func `the first number of 16384 neighbouring draws is standard normal`(
  neighbourhood: Neighbourhood
) {
  let firsts = (0..<16384).map { neighbourhood.draw($0, count: 1)[0] }
  #expect(RandomStatistics.areUniform(RandomStatistics.transformed(firsts)))
  #expect(RandomStatistics.haveNormalMoments(firsts))
}

@Test(arguments: [1, 2, 3, 4, 5, 8, 32])
func `dimensions of one draw are uncorrelated`(distance: Int) {
  let z = RandomKey(seed: 78).standardNormals(count: 131_072)
  #expect(
    RandomStatistics.areUncorrelated(Array(z[..<(z.count - distance)]), Array(z[distance...])))
}

@Test func `every place in a block is standard normal on its own`() {
  let z = RandomKey(seed: 79).standardNormals(count: 262_144)
  for place in 0..<4 {
    let own = stride(from: place, to: z.count, by: 4).map { z[$0] }
    #expect(RandomStatistics.areUniform(RandomStatistics.transformed(own)))
    #expect(RandomStatistics.haveNormalMoments(own))
  }
}

@Test func `uniforms are uniform in every place of a block`() {
  let u = RandomKey(seed: 80).uniforms(count: 262_144)
  for place in 0..<4 {
    #expect(RandomStatistics.areUniform(stride(from: place, to: u.count, by: 4).map { u[$0] }))
  }
}

@Test func `permutations of four are equally likely`() {
  var counts = [Int](repeating: 0, count: 24)
  for index in 0..<24000 {
    counts[rank(RandomKey(seed: 81).child(UInt64(index)).permutation(count: 4))] += 1
  }
  #expect(RandomStatistics.areEven(counts))
}

@Test func `every member of a large permutation reaches every place`() {
  // Place of member 0, and member in place 0, over 64 places: even, 100 times each.
  var places = [Int](repeating: 0, count: 64)
  var members = places
  for index in 0..<6400 {
    let order = RandomKey(seed: 82).permutation(count: 64, at: NoiseAddress(root: UInt32(index)))
    #expect(order.sorted() == Array(0..<64))
    members[order[0]] += 1
    if let place = order.firstIndex(of: 0) { places[place] += 1 }
  }
  #expect(RandomStatistics.areEven(places))
  #expect(RandomStatistics.areEven(members))
}

/// The number of an order of four among the 24, counting inversions place by place.
func rank(_ order: [Int]) -> Int {
  var rank = 0
  for place in 0..<4 {
    var smaller = 0
    for later in (place + 1)..<5 where later < 4 && order[later] < order[place] { smaller += 1 }
    rank = rank * (4 - place) + smaller
  }
  return rank
}
