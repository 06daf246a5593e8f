import ArgumentParser
import FacetCompiler
import FacetData
import FacetVerification
import Foundation

/// What commands write and how they end.
enum Console {
  /// Runs a command's work; its errors go to the error output, all of them, and the exit status is 1.
  ///
  /// - Parameter json: whether the errors go to the standard output, too, as `{"errors": [...]}`: the command has printed nothing else.
  static func reporting(json: Bool = false, _ work: () throws -> Void) throws {
    do {
      try work()
      try flushOutput()
    } catch let failure as CompileFailure {
      progressEnd()
      error(failure.rendered)
      if isTerminal, let first = failure.diagnostics.first { error("'facet explain \(first.code)' says more.") }
      if json { print(try Console.json(["errors": failure.problems])) }
      throw ExitCode(1)
    }
  }

  /// Results that did not reach their reader (a full disk behind `>`) are a failure.
  static func flushOutput() throws(CompileFailure) {
    guard standardOutputIsWritten() else {
      throw CompileFailure(
        Diagnostic(
          code: RunErrorCode.outputUnwritable, file: "standard output", message: "it cannot be written",
          remedy: "Check the free space where it goes to."))
    }
  }

  /// Writes files and prints the command's report: the files get their names only after the report has reached its reader, so that a status of
  /// 1 means that nothing was written.
  static func finish(_ report: String, writing files: [(path: String, bytes: [UInt8])]) throws {
    try OutputFile.write(files) { () throws(CompileFailure) in
      try announce(report, beside: files.map(\.path))
    }
  }

  /// Prints a report, and sees that it arrives. Where a file goes to the standard output, the report would be part of it.
  static func announce(_ report: String, beside files: [String]) throws(CompileFailure) {
    if files.contains(where: OutputFile.isStandardOutput) { return error(report) }
    print(FileName.shown(report))
    try flushOutput()
  }

  /// A line for people, as far as somebody reads it: where the error output is closed or full, the exit status still says what it has to.
  static func error(_ text: String) { writeToStandardError(FileName.shown(text) + "\n") }

  private static let isTerminal = isatty(STDERR_FILENO) == 1
  // Written from the thread that runs the command only.
  private nonisolated(unsafe) static var lineIsOpen = false
  private nonisolated(unsafe) static var lastShown = ContinuousClock.now - .seconds(1)

  /// One line that is written over, ten times a second at most; nothing where the error output is no terminal.
  static func progress(_ stage: String, _ done: Int, _ total: Int) {
    guard isTerminal, done == total || ContinuousClock.now - lastShown > .milliseconds(100) else { return }
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

/// Options that several commands share.
struct EngineOptions: ParsableArguments {
  @Option(help: "Threads. Results do not depend on it.") var threads = 1
  @Option(
    help: ArgumentHelp(
      "Kernel level, such as scalar, avx2, avxvnni or avx512vnni. Default: the best that the CPU has.", valueName: "name"))
  var isa: String?

  func validate() throws {
    guard (1...64).contains(threads) else { throw ValidationError("--threads is from 1 to 64.") }
  }
}

/// The names of `--attributes a,b`; nil where it is not given.
func attributeNames(_ text: String?) -> [String]? {
  text.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
}
