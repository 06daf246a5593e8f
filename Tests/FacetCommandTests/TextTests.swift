import ArgumentParser
import Testing

@testable import facet

@Suite struct TextTests {
  private func table() -> TextTable {
    var table = TextTable(["part", "MACs", "time", "needed by"], left: ["needed by"])
    table.add(["trunk", "31.31 M", "143.2 µs", "age emotion eyewear skin_tone"])
    table.add(["age", "1.57 M", "7.1 µs", "age"])
    return table
  }

  @Test func aTableThatIsPipedHasItsFullWidth() {
    #expect(
      table().text(width: nil) == """
          part      MACs      time  needed by
          trunk  31.31 M  143.2 µs  age emotion eyewear skin_tone
          age     1.57 M    7.1 µs  age
        """)
  }

  @Test func aTableThatFitsStaysAsItIs() { #expect(table().text(width: 60) == table().text(width: nil)) }

  @Test func longCellsAreBrokenAtSpacesAndNumbersKeepTheirUnits() {
    #expect(
      table().text(width: 48) == """
          part      MACs      time  needed by
          trunk  31.31 M  143.2 µs  age emotion eyewear
                                    skin_tone
          age     1.57 M    7.1 µs  age
        """)
  }

  @Test func columnsThatDoNotFitStandBelowAfterTheFirst() {
    #expect(
      table().text(width: 26) == """
          part      MACs      time
          trunk  31.31 M  143.2 µs
          age     1.57 M    7.1 µs

          part   needed by
          trunk  age emotion
                 eyewear skin_tone
          age    age
        """)
  }

  @Test(arguments: [40, 50, 60, 80, 100]) func noLineIsWiderThanTheTerminal(_ width: Int) {
    var wide = TextTable(["attribute", "float", "int8", "difference (95 %)", "agreement", "largest error"])
    wide.add(["skin_tone", "91.20 [88.4, 93.4] %", "91.00 [88.2, 93.2] %", "-0.20 [-1.05, +0.62]", "99.80 %", "1.1775 (6.21 %)"])
    wide.add([String(repeating: "n", count: 90), "-", "-", "-", "-", "-"])
    let lines = wide.text(width: width).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= width }, "\(lines.map(\.count))")
    // Numbers stay whole.
    #expect(lines.contains { $0.contains("91.20 [88.4, 93.4] %") })
  }

  @Test func noLetterOfALongNameIsLost() {
    let name = "/stage3/stage3.1/" + (0..<20).map { "part\($0)_" }.joined()
    var table = TextTable(["fork", "read by"], leftColumns: 2)
    table.add(["fork", name])
    let text = table.text(width: 40)
    #expect(text.filter { $0 != " " && $0 != "\n" } == "forkreadbyfork" + name)
  }

  @Test func theTreeInTheFirstColumnStaysWhole() {
    var table = TextTable(["part", "instructions", "parameters", "activations"])
    table.add(["├ eyewear + skin_tone", "3", "325.3 k", "6912 B"])
    #expect(table.text(width: 50).contains("  ├ eyewear + skin_tone  "))
  }

  @Test(arguments: [
    (60_000, "60000.000 ms"), (12.34567, "12.346 ms"), (1.2344, "1.234 ms"), (0.143, "0.143 ms"), (0.0999, "99.9 µs"),
    (0.007, "7.0 µs"), (0.0001, "0.1 µs"), (0.00008, "80 ns"), (0, "0 ns"),
  ]) func noTimeBeginsWithNoughtsOnly(_ time: Double, _ text: String) { #expect(milliseconds(time) == text) }

  @Test func longTimesOfAPlanHaveOneDigit() { #expect(milliseconds(12.34567, digits: 1) == "12.3 ms") }
}

@Suite struct CommandNameTests {
  private static let commands = Facet.configuration.subcommands.compactMap { $0.configuration.commandName }

  private func problem(_ words: String...) -> String? { CommandName.problem(words, commands: Self.commands) }

  @Test func everyCommandIsKnownByItsName() {
    #expect(Self.commands.count == Facet.configuration.subcommands.count)
    #expect(Self.commands.allSatisfy { problem($0, "x") == nil })
  }

  @Test(arguments: [
    ("complie", "compile"), ("Inspect", "inspect"), ("verfy", "verify"), ("benchmrak", "benchmark"), ("targest", "targets"),
    ("convert", "compile"), ("predict", "run"), ("boards", "targets"), ("info", "inspect"),
  ]) func aMistypedOrUsualWordIsAnsweredWithTheCommand(_ word: String, _ command: String) {
    #expect(problem(word) == "There is no command '\(word)'. Did you mean '\(command)'?")
    #expect(problem("help", word) == "There is no command '\(word)'. Did you mean '\(command)'?")
  }

  @Test func aWordThatIsLikeNoneListsTheCommands() { #expect(problem("xyzzy")?.contains("Commands are init, inspect, compile,") == true) }

  @Test func aFileInPlaceOfACommandIsNamed() {
    #expect(problem(#filePath)?.contains("It is a file: put a command before it") == true)
  }

  @Test func optionsAndHelpAreLeftAlone() {
    #expect(problem() == nil && problem("--help") == nil && problem("help") == nil && problem("help", "run") == nil)
    #expect(problem("--generate-completion-script", "bash") == nil)
  }
}

@Suite struct BuildDescriptionTests {
  @Test func theVersionNamesCommitAndFormats() {
    #expect(BuildDescription.text(commit: "0123456789ab").contains("(commit 0123456789ab; formats: bundle "))
    #expect(BuildDescription.text(commit: "").contains("0.1.0 (formats: bundle "))
    #expect(BuildDescription.text(commit: "").contains(", recipe 1, costs 3)"))
  }
}
