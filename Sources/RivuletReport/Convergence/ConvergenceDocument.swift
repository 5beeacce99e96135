public import RivuletClaims

/// Trained results beside exact ones: tables, numbers for each step, and a figure.
public enum ConvergenceDocument {
  /// Returns the tables as a Markdown page.
  ///
  /// - Parameters:
  ///   - studies: What was trained.
  ///   - command: The command that makes the page.
  ///   - figure: The name of the figure's file.
  /// - Returns: The page, with a line break at its end.
  public static func markdown(
    of studies: [ConvergenceStudy], command: String, figure: String
  ) -> String {
    var lines = heading(command: command)
    lines += penaltyTable(studies.filter { $0.convergence.hasPenalty })
    lines += ascentTable(studies.filter { !$0.convergence.hasPenalty })
    lines += [
      "## Steps", "",
      "Each panel is a preset: the exact bias of each step, or its ascent, as a line, and the trained one "
        + "with its interval as a dot, over the largest exact one.", "",
      "![Exact and trained biases of each step for every preset](\(figure))", "",
      "The numbers are in the CSV file of the same name.", "",
      "## What was left out of a preset", "",
      "| preset | field | reason |", "| --- | --- | --- |",
    ]
    for study in studies {
      for part in study.convergence.removed {
        lines.append(line([study.name, part.path, part.reason]))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func heading(command: String) -> [String] {
    [
      "# Exact optimum against trained result", "",
      "Made by `\(command)`; the page is the same on any machine and with any number of threads.",
      "",
      "Each preset trains one bias for each step on a Gaussian flow in the plane with the reward x, the problem "
        + "in which the expected update of every preset has a closed form. The trainer is the one of "
        + "`rivulet train`; in place of Adam it takes plain steps along the gradient (epsilon far above any "
        + "gradient), because the expected path is exact then, and each rollout makes one update of all "
        + "its rows, because clips act after the first one. All else is the preset's. Intervals are those "
        + "of 99 % from Student's t over independent seeds.", "",
    ]
  }

  private static func penaltyTable(_ studies: [ConvergenceStudy]) -> [String] {
    guard !studies.isEmpty else { return [] }
    var lines = [
      "## Presets with a penalty: the point where they stop", "",
      "The exact point is where the expected gradient vanishes: that of the recipe's own objective for `exact`, "
        + "and for published presets that of the effective penalties of their spread, reduction, weights "
        + "and form of the KL. An iteration has four prompts. *Parameters* is the trained vector of biases along the exact one, over its "
        + "length, steps weighted as in the divergence. *Steps* counts the steps whose interval holds the "
        + "exact bias, and gives the largest half-width of a step. *Updates* are those before the averaged "
        + "stretch, six time constants of the slowest step, and those of the stretch; *exact* is the "
        + "expectation of the stretch, which lies within a part in four hundred of the point itself.",
      "",
      "With the published coefficients of 0.004 and 0.04 these points lie hundreds of standard deviations of "
        + "the data away from the reference: the penalty holds a policy only on runs far longer than "
        + "the published ones.", "",
      "| preset | seeds | updates | reward gained, exact | trained | KL in nats, exact | trained | parameters "
        + "| steps |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for study in studies {
      let plan = study.convergence
      lines.append(
        line([
          study.name, "\(study.seeds)", "\(plan.start) + \(plan.length)",
          study.reward.map { number($0.predicted) } ?? "-",
          study.reward.map(trained) ?? "-",
          study.divergence.map { number($0.predicted) } ?? "-",
          study.divergence.map(trained) ?? "-", trained(study.parameters), steps(study),
        ]))
    }
    return lines + [""]
  }

  private static func ascentTable(_ studies: [ConvergenceStudy]) -> [String] {
    guard !studies.isEmpty else { return [] }
    var lines = [
      "## Presets without a penalty: direction and speed", "",
      "They have no point to stop at: the biases move for ever. *Exact* is the length of the mean ascent of one "
        + "update for a rate of one, over the recipe's iterations, whose windows move; *speed* the trained "
        + "ascent along the exact one, over its length; *tilt* the change of their ratio for a standard "
        + "deviation of the steps, zero for the exact direction.", "",
      "| preset | seeds | updates | exact | speed | tilt | steps |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for study in studies {
      lines.append(
        line([
          study.name, "\(study.seeds)", "\(study.convergence.length)", number(study.length),
          trained(study.parameters),
          "\(number(study.tilt.trained)) ± \(short(study.tilt.halfWidth))",
          steps(study),
        ]))
    }
    return lines + [""]
  }

  /// The trained number with its half-width, and that as a percentage of the exact one.
  private static func trained(_ estimate: ConvergenceStudy.Estimate) -> String {
    let digits = Numerals.significant(estimate.trained, digits: 5)
    return
      "\(digits) ± \(short(estimate.halfWidth)) (\(percent(estimate.relativeHalfWidth)))"
  }

  private static func steps(_ study: ConvergenceStudy) -> String {
    let agreeing = study.steps.count { $0.estimate.agrees }
    return "\(agreeing) of \(study.steps.count), \(percent(study.coarsest))"
  }

  private static func number(_ value: Double) -> String {
    Numerals.significant(value, digits: 5)
  }

  private static func short(_ value: Double) -> String {
    Numerals.significant(value, digits: 2)
  }

  private static func percent(_ value: Double) -> String {
    Numerals.significant(100 * value, digits: 2) + " %"
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.map(MarkdownReport.escaped).joined(separator: " | ") + " |"
  }

  /// Returns a line for each step of each preset.
  ///
  /// - Parameter studies: What was trained.
  /// - Returns: Preset, step, exact and trained length along the exact direction, half-width.
  public static func csv(of studies: [ConvergenceStudy]) -> String {
    var text = "preset,step,exact,trained,halfWidth\n"
    for study in studies {
      for (step, estimate) in study.steps {
        let numbers = [estimate.predicted, estimate.trained, estimate.halfWidth]
          .map { Numerals.significant($0, digits: 8) }
        text += "\(study.name),\(step),\(numbers.joined(separator: ","))\n"
      }
    }
    return text
  }
}
