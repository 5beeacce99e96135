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
    case "exact": (length, tilt) = (1.46, 1.06)
    case "flow-grpo-fast/paper": (length, tilt) = (0.75, 5)
    case "flow-grpo-fast/code": (length, tilt) = (0.9, 1.45)
    case "dance-grpo/paper", "dance-grpo/code": (length, tilt) = (0.85, 1.02)
    case "tempflow-v1/paper", "tempflow-v1/code": (length, tilt) = (2.25, 1.15)
    case "branch-grpo-width/paper": (length, tilt) = (1.14, 1.18)
    default: (length, tilt) = (0.8, 1.05)
    }
  }
}
