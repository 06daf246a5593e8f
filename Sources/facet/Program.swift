import ArgumentParser
import CProcess
import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetVerification
@preconcurrency import Glibc

extension Facet {
  /// Runs a command and ends with its status, whatever becomes of the standard streams.
  static func main() {
    facet_process_begin()
    OutOfMemory.endsInOrder()
    do {
      let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
      if let problem = CommandName.problem(arguments, commands: commands) { throw ValidationError(problem) }
      var command = try parseAsRoot(arguments)
      try command.run()
      Glibc.exit(0)
    } catch {
      end(error)
    }
  }

  /// The words of the command line, where file names may be of any bytes.
  private static var arguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { FileName.text(UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) }) }
    }
  }

  /// Prints what an error says: help and versions to the standard output, where they must arrive, all else to the error output.
  private static func end(_ error: Error) -> Never {
    let (text, status) = (fullMessage(for: error), exitCode(for: error).rawValue)
    if status != 0 {
      if !text.isEmpty { Console.error(text) }
      Glibc.exit(status)
    }
    if !text.isEmpty { print(FileName.shown(text)) }
    do throws(FacetError) {
      try Console.flushOutput()
      Glibc.exit(0)
    } catch {
      Console.error(error.rendered)
      Glibc.exit(1)
    }
  }
}

/// What is said where an allocation fails that nobody foresaw.
private enum OutOfMemory {
  private static let mark = "#"

  /// Swift ends a process without memory as it ends a defect. Here it is an error like others: one message, and status 1.
  static func endsInOrder() {
    let error = FacetError(
      Diagnostic(
        code: RunErrorCode.memory, file: "facet", message: "\(mark) more bytes of memory could not be allocated; nothing was written",
        remedy: "End other programs, raise the limit (ulimit -v), or use a machine with more memory."))
    let parts = (error.rendered + "\n").split(separator: Character(mark))
    // They live as long as the process.
    facet_process_end_without_memory(strdup(String(parts[0])), strdup(String(parts[1])))
  }
}
