import Foundation
import Rivulet

/// `rivulet converge [PRESET...]`: trains presets from many seeds and holds them against the exact result.
enum Converge: Command {
  static let name = "converge"
  static let seeds = Option(
    "--seeds", "NUMBER", .count(2...1_000), help: "Independent runs of each preset", default: "20")
  static let budget = Option(
    "--edges", "NUMBER", .positive,
    help:
      "The largest number of transitions of a preset's runs after which it may be coarser than 1 %",
    default: "3e8")
  static let seed = Option(
    "--seed", "NUMBER", .seed, help: "The seed of all runs", default: "1")
  static let output = Option(
    "--output", "FILE", .file, help: "Write the page to a file", default: "standard output")
  static let figure = Option(
    "--figure", "FILE", .file,
    help: "Write the figure to a file whose name ends in .svg, and its numbers beside it in .csv")

  static let syntax = CommandSyntax(
    command: "rivulet converge",
    summary: "Trains presets from many seeds and compares them with the exact optimum",
    examples: [
      .init("rivulet converge exact", "the recipe without approximation"),
      .init(
        "rivulet converge --output optimum.md --figure figures/optimum.svg",
        "every preset, as a page with a figure"),
    ],
    positional: .init(
      name: "PRESET", help: "names of presets; default: all", count: 0...1_000),
    groups: [
      .init(
        title: "Runs",
        options: [
          seeds.declaration, budget.declaration, seed.declaration, Verify.threads.declaration,
        ]),
      .init(title: "Output", options: [output.declaration, figure.declaration]),
    ],
    notes: [
      "Each preset is trained on the problem in which its expected update has a closed form, by plain steps "
        + "along the gradient and one update for each rollout.",
      "Exit codes: 0 every interval of reward, divergence and parameters is within four half-widths of "
        + "the exact number, 1 one is not.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let presets = try selected(parsed.positionals)
    let file = try parsed.value(of: output).flatMap { $0 == "-" ? nil : $0 }
    let figureFile = try parsed.value(of: figure)
    if let figureFile, !figureFile.hasSuffix(".svg") {
      throw UsageError(
        "the name of a figure must end in .svg, got '\(figureFile)'", command: syntax.command)
    }
    let target = try file.map { path throws(CommandFailure) in try OutputFile(path: path) }
    let seedCount = try parsed.value(of: seeds) ?? 20
    let edges = try parsed.value(of: budget) ?? 3e8
    let key = RandomKey(seed: try parsed.value(of: seed) ?? 1).child("converge")
    let workers = Workers(
      threads: try parsed.value(of: Verify.threads) ?? ProcessInfo.processInfo.activeProcessorCount)
    let bar = ProgressBar(console: console)
    var studies: [ConvergenceStudy] = []
    for (index, preset) in presets.enumerated() {
      bar?.show(done: index, total: presets.count, label: preset.id)
      studies.append(
        try ConvergenceStudy(
          of: preset, seeds: seedCount, budget: edges, key: key, workers: workers))
    }
    bar?.clear()
    if let figureFile {
      try OutputFile(path: figureFile).write(ConvergenceFigure.svg(of: studies))
      try OutputFile(path: String(figureFile.dropLast(4)) + ".csv")
        .write(ConvergenceDocument.csv(of: studies))
    }
    let page = ConvergenceDocument.markdown(
      of: studies, command: (["rivulet converge"] + shown(arguments)).joined(separator: " "),
      figure: figureFile.map { relative($0, to: file) } ?? "optimum.svg")
    if let target { try target.write(page) } else { try console.write(page) }
    return studies.allSatisfy(\.agrees) ? .success : .fell
  }

  /// The arguments without the number of threads, on which nothing depends.
  private static func shown(_ arguments: [String]) -> [String] {
    var shown: [String] = []
    var skips = false
    for argument in arguments {
      if skips {
        skips = false
      } else if argument == "--threads" {
        skips = true
      } else if !argument.hasPrefix("--threads=") {
        shown.append(argument)
      }
    }
    return shown
  }

  /// The figure's name as the page in a file sees it.
  private static func relative(_ figure: String, to file: String?) -> String {
    guard let file, let slash = file.lastIndex(of: "/") else { return figure }
    let folder = String(file[...slash])
    return figure.hasPrefix(folder) ? String(figure.dropFirst(folder.count)) : figure
  }

  private static func selected(_ names: [String]) throws -> [Recipe.Preset] {
    guard !names.isEmpty else { return Recipe.presets }
    return try names.map { name in
      guard let preset = Recipe.preset(name) else {
        throw UsageError.unknown(
          "a preset of", name, known: Recipe.presets.map(\.id), command: syntax.command)
      }
      return preset
    }
  }
}
