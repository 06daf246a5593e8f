/// The command line.
struct ConformanceArguments {
  struct UsageError: Error {
    var message: String
  }

  /// The folder of the package that holds `node`, `pytorch-converted` and the others.
  var data = ""
  /// Paths of the lists.
  var cases = ""
  var excluded = ""
  /// One case to run instead of the lists, excluded or not.
  var only: String?

  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard ["--data", "--cases", "--excluded", "--only"].contains(option) else {
        throw UsageError(message: "there is no option \(option)")
      }
      guard let value = rest.popFirst() else { throw UsageError(message: "\(option) takes a value") }
      switch option {
      case "--data": data = value
      case "--cases": cases = value
      case "--excluded": excluded = value
      default: only = value
      }
    }
    guard !data.isEmpty, only != nil || (!cases.isEmpty && !excluded.isEmpty) else {
      throw UsageError(message: "--data, --cases and --excluded are needed")
    }
  }
}
