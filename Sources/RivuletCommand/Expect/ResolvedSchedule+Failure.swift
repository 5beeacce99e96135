import Rivulet

extension ResolvedSchedule {
  /// Returns the failure for a part of the schedule that does not serve.
  ///
  /// A part that comes from a file is bad data and named by its field; one that comes from options is a
  /// wrong command line and named by the option.
  ///
  /// - Parameters:
  ///   - part: What does not serve.
  ///   - step: The step whose value it is, where the part has one for each.
  ///   - reason: What goes wrong with it.
  ///   - command: The command, for its help page.
  /// - Returns: A ``CommandFailure`` or a ``UsageError``.
  func wrong(
    _ part: Part, step: Int? = nil, _ reason: String, command: String
  ) -> any Error {
    if let file, !givenByOption.contains(part) {
      return CommandFailure(.badData, "\(file): \(fieldText(part, step: step)): \(reason)")
    }
    return UsageError("\(optionText(part)): \(reason)", command: command)
  }

  private func fieldText(_ part: Part, step: Int?) -> String {
    switch part {
    case .noise:
      if case .coefficientPreserving(let level) = noise {
        return "coefficientPreservingLevel is \(shortestText(level))"
      }
      guard let step else { return "noiseCoefficients" }
      return "noiseCoefficients[\(step)] is \(shortestText(kernels[step].noiseCoefficient))"
    case .trainedSteps:
      return "trainedSteps is [\(trainedSteps.map(String.init).joined(separator: ", "))]"
    case .dataScale: return "dataScale is \(shortestText(dataScale))"
    case .dimension: return "dimension is \(dimension)"
    }
  }

  private func optionText(_ part: Part) -> String {
    switch part {
    case .noise: "noise \(noise.shortText) (--noise, --scale)"
    case .trainedSteps: "--trained \(stepListText(trainedSteps))"
    case .dataScale: "--data-scale \(shortestText(dataScale))"
    case .dimension: "--dimension \(dimension)"
    }
  }
}
