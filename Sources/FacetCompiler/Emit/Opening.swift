import FacetData
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetRuntime

extension Bundle {
  /// Opens a bundle from an array, which is copied.
  package static func opening(_ bytes: [UInt8]) throws(BundleError) -> Bundle {
    try bytes.withUnsafeBytes { raw in Result { () throws(BundleError) in try Bundle(copying: raw) } }.get()
  }
}

extension Bundle {
  /// Refuses a session whose arena the machine cannot have: it is had page by page, and its end is no error then.
  package func checkMemory(plan: Int = 0, file: String) throws(FacetError) {
    try AvailableMemory.check(arenaBytes(plan: plan) ?? 0, for: "the network's activations", file: file)
  }
}

extension Session {
  package static func make(_ bundle: Bundle, threads: Int) throws(SessionError) -> Session {
    try Session(bundle: bundle, threads: threads)
  }
}

extension FacetError {
  /// A bundle that the compiler itself wrote did not run: a defect of the compiler, never of the input.
  static func internalError(_ step: String, _ error: any Error, _ file: String) -> FacetError {
    if let refused = error as? SessionError, refused == .outOfMemory || refused == .threadsNotAvailable {
      return FacetError(refused, file: file)
    }
    if let refused = error as? BundleError, refused.fault == .tooMuchWork {
      return FacetError(
        Diagnostic(
          code: CompileErrorCode.tooLarge, file: file, message: "One inference would take more than 2^40 steps, which the engine refuses.",
          remedy: "Use a smaller input or smaller windows."))
    }
    return FacetError([
      Diagnostic(
        code: CompileErrorCode.internal, file: file, message: "The \(step) step failed: \(error).",
        remedy: "This is a defect in Facet: report it with the model.")
    ])
  }
}
