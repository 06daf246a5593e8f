import FacetBundle
import FacetDiagnostics
import FacetRuntime

extension FacetError {
  /// A bundle that the compiler itself wrote did not run: a defect of the compiler, never of the input.
  package static func internalError(_ step: String, _ error: any Error, _ file: String) -> FacetError {
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
