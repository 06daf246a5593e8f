import ArgumentParser
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetVerification

/// How commands read folders of data.
struct DataOptions: ParsableArguments {
  @Flag(
    help: "Skip images and tensors that cannot be read; each is named and they are counted. Without it, the first one ends the command.")
  var skipUnreadable = false
  @Flag(help: "Read the folders in a folder, too. A labels.csv lists its files itself, including those in subfolders.")
  var recursive = false

  var options: DatasetOptions {
    var options = DatasetOptions()
    (options.skipsUnreadable, options.isRecursive) = (skipUnreadable, recursive)
    return options
  }
}

extension Console {
  static func note(_ text: String) { error("note: \(terminalText(text))") }

  /// Names a file that was passed over.
  static func skipped(_ problem: Diagnostic) {
    progressEnd()
    let place = problem.place.map { "\($0): " } ?? ""
    error(terminalText("skipped[\(problem.code)] \(problem.file): \(place)\(problem.message)"))
  }
}
