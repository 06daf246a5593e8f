import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetRuntime
import FacetVerification
import Foundation

/// What commands write and how they end.
enum Console {
  /// Runs a command's work; its errors go to the error output, all of them, and the exit status is 1.
  ///
  /// - Parameters:
  ///   - json: whether the errors go to the standard output, too, as `{"errors": [...]}`: the command has printed nothing else.
  ///   - quiet: whether neither progress nor a report is shown.
  static func reporting(json: Bool = false, quiet: Bool = false, _ work: () throws -> Void) throws {
    isQuiet = quiet
    do {
      try work()
      try flushOutput()
    } catch let failure as FacetError {
      progressEnd()
      error(failure.rendered)
      if isTerminal, let first = failure.diagnostics.first { error("'facet explain \(first.code)' says more.") }
      if json { print(try Console.json(["errors": failure.diagnostics])) }
      throw ExitCode(1)
    }
  }

  /// Results that did not reach their reader (a full disk behind `>`) are a failure.
  static func flushOutput() throws(FacetError) {
    guard standardOutputIsWritten() else {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.outputUnwritable, file: "standard output", message: "it cannot be written",
          remedy: "Check the free space where it goes to."))
    }
  }

  /// Writes files and prints the command's report: the files get their names only after the report has reached its reader, so that a status of
  /// 1 means that nothing was written.
  ///
  /// - Parameters:
  ///   - warnings: what must be known all the same where the command is quiet.
  ///   - notes: as well.
  static func finish(
    _ report: @autoclosure () throws -> String, writing files: [(path: String, bytes: [UInt8])], warnings: [String] = [],
    notes: [String] = []
  ) throws {
    let text = isQuiet ? nil : try report()
    if isQuiet { remind(warnings, notes) }
    try OutputFile.write(files) { () throws(FacetError) in
      if let text { try announce(text, beside: files.map(\.path)) }
    }
  }

  /// What a report that is not printed says and somebody must know.
  static func remind(_ warnings: [String], _ notes: [String]) {
    for warning in warnings { error("warning: \(terminalText(warning))") }
    notes.forEach(note)
  }

  /// Prints a report, and sees that it arrives. Where a file goes to the standard output, the report would be part of it.
  static func announce(_ report: String, beside files: [String]) throws(FacetError) {
    if files.contains(where: OutputFile.isStandardOutput) { return error(report) }
    print(FileName.shown(report))
    try flushOutput()
  }

  /// A line for people, as far as somebody reads it: where the error output is closed or full, the exit status still says what it has to.
  static func error(_ text: String) { writeToStandardError(FileName.shown(text) + "\n") }

  /// Columns of the terminal that results go to; nil where they go elsewhere.
  static let terminalWidth: Int? = {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return max(Int(size.ws_col), 40) }
    return 80
  }()

  private static let isTerminal = isatty(STDERR_FILENO) == 1
  // Written from the thread that runs the command only.
  private nonisolated(unsafe) static var lineIsOpen = false
  private nonisolated(unsafe) static var isQuiet = false
  private nonisolated(unsafe) static var lastShown = ContinuousClock.now - .seconds(1)

  /// One line that is written over, ten times a second at most; nothing where the error output is no terminal.
  static func progress(_ stage: String, _ done: Int, _ total: Int) {
    guard isTerminal, !isQuiet, done == total || ContinuousClock.now - lastShown > .milliseconds(100) else { return }
    lastShown = .now
    lineIsOpen = true
    writeToStandardError("\r\u{1B}[K\(stage) \(done) of \(total)")
    if done == total { progressEnd() }
  }

  static func progressEnd() {
    guard lineIsOpen else { return }
    lineIsOpen = false
    writeToStandardError("\r\u{1B}[K")
  }

  /// JSON as all commands write it: keys in snake case and sorted, infinite and NaN as strings.
  static func json(_ value: some Encodable, pretty: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting =
      pretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // File names of any bytes become text here.
    return FileName.shown(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

/// `--quiet`, of commands whose result is a file or an exit status.
struct QuietOption: ParsableArguments {
  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print no report, only errors and warnings.") var isOn = false

  /// Refuses what would leave nothing, or contradict itself.
  ///
  /// - Parameters:
  ///   - json: whether the report is asked for as JSON.
  ///   - result: the option that names what the command writes, where without it the report is all that there is.
  func check(json: Bool = false, without result: String? = nil) throws {
    guard isOn else { return }
    if json { throw ValidationError("--quiet prints no report, and --json is one: leave one of them out.") }
    if let result { throw ValidationError("--quiet without \(result) would leave nothing: give it, or leave --quiet out.") }
  }

  /// The report, or without it what must be known all the same.
  func print(_ report: @autoclosure () throws -> String, warnings: [String] = [], notes: [String] = []) rethrows {
    if !isOn { return Swift.print(try report()) }
    Console.remind(warnings, notes)
  }
}

/// Options that several commands share.
struct EngineOptions: ParsableArguments {
  @Option(
    name: .customLong("threads"),
    help: ArgumentHelp(
      "Threads, or auto: as many as there are CPUs of one speed, those that do most together, within what this process may use. Results do not depend on it.",
      valueName: "n"))
  var threadCount = ThreadCount(number: 1)
  @Option(help: ArgumentHelp("Run on these CPUs of one speed: 4-7 or 0,2.", valueName: "list")) var cpus: String?
  @Option(
    help: ArgumentHelp(
      "Kernel level: \(KernelLevel.known.joined(separator: ", ")). Default: the best that the CPU has.", valueName: "name"),
    completion: .kernelLevels)
  var isa: String?

  /// As many as `validate` settled on.
  var threads: Int { threadCount.number }

  mutating func validate() throws { try threadCount.settle(cpus) }
}

/// The names of `--attributes a,b`; nil where it is not given.
func attributeNames(_ text: String?) -> [String]? {
  text.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
}
