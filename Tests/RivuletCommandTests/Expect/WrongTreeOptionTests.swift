import Testing

@testable import RivuletCommand

struct WrongTreeOptionTests {
  @Test(arguments: [
    (
      ["tree-counts", "--splits", "0,25"],
      "--splits '0,25': cannot split at step 25; the steps of this grid are 0 to 19"
    ),
    (["leaf-covariance", "--splits=-1"], "cannot split at step -1; the steps of this grid are 0"),
    (["tree-counts", "--splits", "3,3"], "step 3 is given twice; give each split point once"),
    (["tree-counts", "--splits", "0,x"], "'x' is no step; give whole numbers such as 0,3,6,9"),
    (["tree-counts", "--splits", "0:0"], "expected a number of children from 1 to 1024"),
    (["tree-counts", "--splits", "0:2:3"], "'0:2:3' is no step"),
    (["tree-counts", "--splits", "0:3", "--published-splits"], "'0:3' is no step"),
    (["tree-counts", "--published-splits"], "--published-splits needs --splits"),
    (
      ["tree-counts", "--splits", "0", "--rounds", "2"], "--splits and --rounds exclude each other"
    ),
    (["tree-counts", "--width", "2", "--widths", "2"], "--width and --widths exclude each other"),
    (["tree-counts", "--widths", "2,1"], "--widths has 2 numbers; expected 20, one for each step"),
    (["tree-counts", "--widths", "2,0"], "--widths '2,0': expected whole numbers from 1 to 1024"),
    (["tree-counts", "--width", "0"], "--width '0': expected a whole number from 1 to 1024"),
    (["tree-counts", "--steps", "5"], "the default --splits 0,3,6,9: cannot split at step 6"),
    (["tree-counts", "--mix-window", "4"], "--mix-window needs --mix-interval Q"),
    (["tree-counts", "--drop-depths", "0...3"], "no edges to depth 0; the depths are 1...20"),
    (["tree-counts", "--keep-leaves", "17"], "--keep-leaves '17': the tree has 16 leaves"),
    (
      ["tree-counts", "--width", "1024", "--splits", "0,1,2,3,4"],
      "leaves; expected at most 1000000000000: fork at fewer steps"
    ),
    (["leaf-covariance", "--width", "17"], "leaves; expected at most 65536"),
    (["leaf-covariance", "--scale", "0"], "the tree forks at step 0, which adds no noise"),
    (
      ["leaf-covariance", "--branch-parameter", "1", "--fork-scale", "2"],
      "--branch-parameter and --fork-scale exclude each other"
    ),
    (
      ["depth-factors", "--sharing", "step", "--independent-forks"],
      "--sharing step does nothing with --independent-forks, which shares nothing"
    ),
    (["depth-factors", "--fork-scale", "2"], "'--fork-scale' is not an option of"),
    (["leaf-covariance", "--scored", "latent"], "--scored 'latent': expected one of final, clean"),
    (["leaf-covariance", "--scored", "cleen"], "did you mean 'clean'?"),
    (["fusion-bias", "--beta", "-1"], "--beta '-1': expected up to 64 numbers from 0 to 1e4"),
    (
      ["fusion-bias", "--beta", "9000", "--fork-scale", "2"], "sharpness is 36000; expected at most"
    ),
    (
      ["pruning-bias", "--leaves", "8", "--extreme", "5"], "expected at most 4, half of --leaves 8"
    ),
    (["fidelity", "--group", "0"], "--group '0': expected a whole number from 1"),
    (["tree-count"], "did you mean 'tree-counts'?"),
    (
      ["tree-mean-variance", "--gradient", "1e154", "--data-scale", "1e6"],
      "--gradient: the variance of the reward is not a finite number"
    ),
  ])
  func `a wrong option of a tree names itself, the value and what would be right`(
    arguments: [String], message: String
  ) {
    let run = CapturedRun(["expect"] + arguments)
    #expect(run.code == .usage)
    #expect(run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.contains("Type 'rivulet help expect"))
  }

  @Test(arguments: [
    (["tree", "--width", "3"], "the tree has 81 leaves, and a drawing at most 64"),
    (["forest"], "'forest' is not something to show for 'rivulet show'; expected tree"),
    ([], "'rivulet show' needs WHAT: what is shown: tree"),
    (["tree", "--prune", "extreme"], "--prune 'extreme': expected parent-top1, extreme:B"),
    (["tree", "--prune", "mode1:1.5"], "--prune 'mode1:1.5': expected"),
    (["tree", "--prune", "depths:21"], "no edges to depth 21; the depths are 1...20"),
    (["tree", "--beta", "1"], "--beta needs --fusion path or local"),
    (["tree", "--curvature", "1"], "--curvature needs --reward quadratic"),
    (["tree", "--reward", "modes", "--gradient", "1"], "--gradient does nothing with --reward"),
    (["tree", "--gradient", "1e200"], "--gradient: expected numbers from -1e100 to 1e100"),
    (["tree", "--gradient", "1,2", "--dimension", "1"], "--gradient has 2 numbers"),
    (["tree", "--dimension", "1000000000"], "219 nodes times 1000000000 dimensions"),
    (["tree", "--splits", "0,25"], "cannot split at step 25; the steps of this grid are 0 to 19"),
    (["tree", "--format", "csv"], "--format 'csv': expected one of text, json"),
    (["tree", "--seed", "-1"], "--seed '-1': expected a whole number from 0 to 2^64 - 1"),
    (["tree", "--baseline", "sibling"], "did you mean 'siblings'?"),
  ])
  func `a tree that cannot be shown says why`(arguments: [String], message: String) {
    let run = CapturedRun(["show"] + arguments)
    #expect(run.code == .usage)
    #expect(run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
