import Testing

@testable import RivuletCommand

struct NearestNameTests {
  // Hand counts: letters inserted, removed, replaced, neighbours swapped.
  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("verify", "verfy", 1), ("verify", "vreify", 1),
    ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func `the edit distance counts edits and swaps`(a: String, b: String, distance: Int) {
    #expect(editDistance(a, b) == distance)
    #expect(editDistance(b, a) == distance)
  }

  @Test func `the nearest name wins, the first of equals`() {
    #expect(nearestName(to: "nose", among: ["noses", "noise"]) == "noses")
    #expect(nearestName(to: "nois", among: ["nodes", "noise"]) == "noise")
  }

  @Test func `letter case does not matter and a far name is none`() {
    #expect(nearestName(to: "TEMPFLOW/t4", among: ["tempflow/T4"]) == "tempflow/T4")
    #expect(nearestName(to: "xylophone", among: ["noise", "grid"]) == nil)
    #expect(nearestName(to: "", among: ["noise"]) == nil)
  }

  @Test func `the end of a path and the start of a name are near`() {
    #expect(nearestName(to: "T4", among: ["tempflow/T1", "tempflow/T4"]) == "tempflow/T4")
    #expect(nearestName(to: "rew", among: ["grid", "reward-deviation"]) == "reward-deviation")
  }
}
