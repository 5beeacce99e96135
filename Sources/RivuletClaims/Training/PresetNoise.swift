/// The standard deviation of both numbers over that of ``GradientScale/rowDeviation``, rounded up from a
/// measurement; it sizes the samples.
///
/// Members of a group share a baseline and a spread, which takes noise out of the length; rows that share a
/// window or a seed add to it.
struct PresetNoise {
  let length: Double
  let tilt: Double

  init(_ preset: String) {
    switch preset {
    case "exact": (length, tilt) = (1.5, 1.1)
    case "flow-grpo-fast/paper": (length, tilt) = (0.75, 5.8)
    case "flow-grpo-fast/code": (length, tilt) = (0.9, 1.75)
    case "dance-grpo/paper", "dance-grpo/code": (length, tilt) = (0.85, 1.02)
    case "tempflow-v1/paper", "tempflow-v1/code": (length, tilt) = (2.25, 1.15)
    case "branch-grpo-width/paper": (length, tilt) = (1.17, 1.26)
    default: (length, tilt) = (0.84, 1.08)
    }
  }
}
