/// `rivulet doctor`: one screen about this build and this machine, to paste into a bug report.
enum Doctor: Command {
  static let name = "doctor"
  static let syntax = CommandSyntax(
    command: "rivulet doctor", summary: "Checks this build on this machine; paste it into reports",
    examples: [
      .init("rivulet doctor", "versions, processor, known answers, a digest of the mathematics")
    ],
    notes: [
      "Exit code 1 if a known answer or the mathematics digest is wrong. Philox and SHA-256 are held "
        + "against published vectors, exp, log and sin against the nearest doubles, and the first "
        + "normals of a key and the digest against what the release pins.",
      "Two machines with the same mathematics digest and the same versions write the same reports.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard try parsed(arguments, console: console) != nil else { return .success }
    let answers = KnownAnswer.all
    try console.write(screen(answers))
    return answers.allSatisfy(\.isRight) ? .success : .fell
  }

  /// Returns the screen.
  ///
  /// - Parameter answers: The known answers, computed here.
  /// - Returns: Lines with line breaks.
  static func screen(_ answers: [KnownAnswer]) -> String {
    var lines = Version.text.split(separator: "\n").map(String.init)
    lines += [
      "compiler     \(Machine.compiler), \(Machine.configuration) build for \(Machine.architecture)",
      "system       \(Machine.system)",
      "processor    \(Machine.processor), \(Machine.processorCount) usable",
      "extensions   \(Machine.features)",
    ]
    for answer in answers where answer.name == "mathematics digest" {
      lines += ["mathematics  \(answer.computed)", "expected     \(answer.expected)"]
    }
    for answer in answers {
      if answer.isRight {
        lines.append("right        \(answer.name)")
      } else {
        lines.append("WRONG        \(answer.name)")
        lines.append("             expected   \(answer.expected)")
        lines.append("             computed   \(answer.computed)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
