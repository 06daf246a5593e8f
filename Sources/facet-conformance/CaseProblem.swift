/// Why a case failed, as one line.
struct CaseProblem: Error {
  var message: String

  init(_ message: String) { self.message = message.split(separator: "\n").joined(separator: "; ") }
}
