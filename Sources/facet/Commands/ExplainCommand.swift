import ArgumentParser
import FacetCompiler
import FacetData
import FacetFiles
import FacetVerification

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what an error's code means and what to do, or list all codes or operators.")

  @Argument(
    help: "A code, as shown in brackets in a message, such as import.onnx.opset or B12.",
    completion: .list(ErrorCatalogue.codes.map(\.code)))
  var code: String?
  @Flag(help: "List the ONNX operators that convert, instead of the codes.") var operators = false
  @Flag(help: "Print the whole list as Markdown: docs/errors.md and docs/operators.md are made so.") var markdown = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard !(markdown && json) else { throw ValidationError("--markdown and --json are two forms of the same: give one of them.") }
    guard let code else { return }
    guard !operators else { throw ValidationError("--operators lists operators: leave the code out.") }
    guard !markdown else { throw ValidationError("--markdown prints all entries: leave the code out.") }
    guard ErrorCatalogue[code] == nil else { return }
    let guess = ErrorCatalogue.didYouMean(code)
    throw ValidationError(
      "There is no code '\(terminalText(code))'. \(guess.isEmpty ? "'facet explain' lists all codes." : guess)")
  }

  func run() throws {
    try Console.reporting {
      if operators {
        return markdown
          ? print(OperatorCatalogue.markdown, terminator: "")
          : print(json ? try Console.json(["operators": OperatorCatalogue.entries]) : OperatorCatalogue.list)
      }
      if markdown { return print(ErrorCatalogue.markdown, terminator: "") }
      guard let code, let found = ErrorCatalogue[code] else {
        return print(json ? try Console.json(["codes": ErrorCatalogue.entries]) : ErrorCatalogue.list)
      }
      print(json ? try Console.json(ErrorCatalogue.Entry(found)) : ErrorCatalogue.text(found))
    }
  }
}
