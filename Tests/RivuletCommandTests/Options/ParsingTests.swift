import Testing

@testable import RivuletCommand

struct ParsingTests {
  static let size = Option("--size", "N", .count(1...9), help: "The size")
  static let shift = Option("--shift", "S", .number, help: "The shift")
  static let output = Option("--output", "FILE", .text, help: "A file", isRepeated: true)
  static let quiet = Flag("--quiet", help: "Say nothing")
  static let syntax = CommandSyntax(
    command: "rivulet try", summary: "Tries", examples: [.init("rivulet try", "the example")],
    positional: .init(name: "NAME", help: "a name", count: 0...2),
    groups: [
      .init(
        title: "Group",
        options: [
          size.declaration, shift.declaration, output.declaration, quiet.declaration,
        ])
    ], notes: ["A note."])

  func parse(_ arguments: String...) throws(UsageError) -> ParsedArguments {
    try ParsedArguments(arguments, syntax: Self.syntax)
  }

  func message(_ arguments: String...) -> String? {
    do {
      let parsed = try ParsedArguments(arguments, syntax: Self.syntax)
      try parsed.requirePositionals(of: Self.syntax)
      _ = try parsed.value(of: Self.size)
      _ = try parsed.value(of: Self.shift)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `a value follows its option or an equal sign`() throws {
    #expect(try parse("--size", "3").value(of: Self.size) == 3)
    #expect(try parse("--size=3").value(of: Self.size) == 3)
    #expect(try parse().value(of: Self.size) == nil)
  }

  @Test func `only the first equal sign separates`() throws {
    #expect(try parse("--output=json=a=b").values(of: Self.output) == ["json=a=b"])
  }

  @Test func `a negative number is a value`() throws {
    #expect(try parse("--shift", "-0.5").value(of: Self.shift) == -0.5)
  }

  @Test func `arguments after two hyphens are names`() throws {
    let parsed = try parse("a", "--", "--size", "-h")
    #expect(parsed.positionals == ["a", "--size", "-h"])
    #expect(parsed.occurrences.isEmpty)
  }

  @Test func `a single hyphen is a name and options mix with names`() throws {
    let parsed = try parse("-", "--quiet", "b")
    #expect(parsed.positionals == ["-", "b"])
    #expect(parsed.has(Self.quiet.declaration))
  }

  @Test func `a repeated option keeps every value in order`() throws {
    #expect(try parse("--output", "x", "--output=y").values(of: Self.output) == ["x", "y"])
  }

  @Test func `an unknown option suggests the nearest one`() {
    #expect(
      message("--sise", "3") == "'--sise' is not an option of 'rivulet try'; did you mean '--size'?"
    )
  }

  @Test func `an unknown option without a near one lists what there is`() {
    #expect(
      message("--zzz")
        == "'--zzz' is not an option of 'rivulet try'; expected one of --size, --shift, --output, "
        + "--quiet, --help")
  }

  @Test func `a missing value is named, also before another option`() {
    #expect(message("--size") == "--size needs a value: --size N")
    #expect(message("--size", "--quiet") == "--size needs a value: --size N")
  }

  @Test func `a flag takes no value`() {
    #expect(message("--quiet=yes") == "--quiet takes no value, got 'yes'")
  }

  @Test func `an option given twice is an error that names both values`() {
    #expect(
      message("--size", "3", "--size=4") == "--size is given twice, '3' and '4'; give it once")
  }

  @Test func `a wrong value names option, value and rule`() {
    #expect(message("--size", "12") == "--size '12': expected a whole number from 1 to 9")
    #expect(message("--shift", "nan") == "--shift 'nan': expected a finite number such as 0.7")
  }

  @Test func `a name too many is named`() {
    #expect(message("a", "b", "c") == "'c' is one argument too many for 'rivulet try'")
  }

  @Test func `help shows examples before usage and options`() throws {
    let page = HelpPage(syntax: Self.syntax, columns: 60, style: .plain).text
    let places = try ["EXAMPLES", "USAGE", "ARGUMENTS", "GROUP", "NOTES"].map {
      try #require(page.firstRange(of: $0)).lowerBound
    }
    #expect(places == places.sorted())
    #expect(page.contains("  rivulet try [NAME...] [OPTION...]\n"))
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }
}
