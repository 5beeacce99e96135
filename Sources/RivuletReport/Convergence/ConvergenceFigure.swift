public import RivuletClaims

/// The figure of exact and trained biases, one panel for each preset.
public enum ConvergenceFigure {
  private static let columns = 4
  private static let panel = (width: 220.0, height: 130.0)
  private static let margin = (left: 34.0, right: 10.0, top: 24.0, bottom: 22.0)
  private static let exactColor = "#0072B2"
  private static let trainedColor = "#D55E00"

  /// Returns the figure as SVG.
  ///
  /// - Parameter studies: What was trained.
  /// - Returns: The document, with a line break at its end.
  public static func svg(of studies: [ConvergenceStudy]) -> String {
    let rows = (studies.count + columns - 1) / columns
    let width = panel.width * Double(columns)
    let height = panel.height * Double(rows) + 30
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(place(width)) \(place(height))\" "
        + "role=\"img\" font-family=\"sans-serif\" font-size=\"10\" fill=\"#777777\">",
      "<title>Exact and trained biases of each step</title>",
      "<desc>One panel for each preset. The line is the exact bias or ascent of each step over the largest "
        + "one, the dots are trained results with their intervals of 99 %.</desc>",
      "<line x1=\"12\" y1=\"14\" x2=\"36\" y2=\"14\" stroke=\"\(exactColor)\" stroke-width=\"1.5\"/>",
      "<text x=\"42\" y=\"18\">exact</text>",
      "<circle cx=\"92\" cy=\"14\" r=\"2.5\" fill=\"\(trainedColor)\"/>",
      "<text x=\"100\" y=\"18\">trained, mean over the seeds</text>",
    ]
    for (index, study) in studies.enumerated() {
      let left = panel.width * Double(index % columns)
      let top = 30 + panel.height * Double(index / columns)
      lines += panel(study, left: left, top: top)
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private static func panel(_ study: ConvergenceStudy, left: Double, top: Double) -> [String] {
    let count = study.stepCount
    var largest = 0.0
    for (_, estimate) in study.steps { largest = max(largest, estimate.predicted) }
    let inner = (
      left: left + margin.left, top: top + margin.top,
      width: panel.width - margin.left - margin.right,
      height: panel.height - margin.top - margin.bottom
    )
    func x(_ step: Int) -> Double {
      inner.left + inner.width * (Double(step) + 0.5) / Double(count)
    }
    func y(_ value: Double) -> Double {
      inner.top + inner.height * (1 - value / (1.15 * largest))
    }
    let base = inner.top + inner.height
    var lines = [
      "<text x=\"\(place(inner.left))\" y=\"\(place(top + 16))\" fill=\"#555555\">\(study.name)</text>",
      "<path d=\"M\(place(inner.left)) \(place(inner.top)) V\(place(base)) H\(place(inner.left + inner.width))\" "
        + "fill=\"none\" stroke=\"#999999\" stroke-width=\"0.8\"/>",
      "<text x=\"\(place(inner.left - 4))\" y=\"\(place(y(largest) + 3))\" text-anchor=\"end\">"
        + "\(Numerals.significant(largest, digits: 2))</text>",
      "<text x=\"\(place(inner.left - 4))\" y=\"\(place(base + 3))\" text-anchor=\"end\">0</text>",
    ]
    for step in [0, count - 1] {
      lines.append(
        "<text x=\"\(place(x(step)))\" y=\"\(place(base + 12))\" text-anchor=\"middle\">\(step)</text>"
      )
    }
    let path = study.steps.enumerated().map { index, item in
      (index == 0 ? "M" : "L") + "\(place(x(item.step))) \(place(y(item.estimate.predicted)))"
    }.joined(separator: " ")
    lines.append(
      "<path d=\"\(path)\" fill=\"none\" stroke=\"\(exactColor)\" stroke-width=\"1.5\"/>")
    for (step, estimate) in study.steps {
      let (low, high) = (
        estimate.trained - estimate.halfWidth, estimate.trained + estimate.halfWidth
      )
      lines += [
        "<line x1=\"\(place(x(step)))\" y1=\"\(place(y(low)))\" x2=\"\(place(x(step)))\" "
          + "y2=\"\(place(y(high)))\" stroke=\"\(trainedColor)\" stroke-width=\"1\"/>",
        "<circle cx=\"\(place(x(step)))\" cy=\"\(place(y(estimate.trained)))\" r=\"2\" "
          + "fill=\"\(trainedColor)\"/>",
      ]
    }
    return lines
  }

  /// A coordinate with two decimals.
  private static func place(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    return (hundredths < 0 ? "-" : "") + "\(whole)." + (rest < 10 ? "0" : "") + "\(rest)"
  }
}
