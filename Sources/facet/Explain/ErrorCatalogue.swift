import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetRecipe
import FacetRuntime
import FacetVerification

/// All codes that an error of this project can have, for `facet explain` and for `docs/errors.md`, which is made from it.
package enum ErrorCatalogue {
  /// The codes of one part.
  package struct Part: Sendable {
    package var title: String
    /// Where such errors come from: a sentence.
    package var about: String
    package var codes: [any ErrorCode]
  }

  package static let parts: [Part] = [
    Part(
      title: "Models", about: "Errors in a model's file, found while it is imported; all of them are reported at once.",
      codes: ImportErrorCode.allCases),
    Part(
      title: "Recipes", about: "Errors in a recipe, by itself or compared with the model.", codes: RecipeErrorCode.allCases),
    Part(
      title: "Compiling", about: "Reasons why a model that could be read does not become a bundle; nothing is written then.",
      codes: CompileErrorCode.allCases),
    Part(
      title: "Merging and planning", about: "Errors of several models that are to become one network, and of 'facet plan'.",
      codes: MergeErrorCode.allCases),
    Part(title: "Replacing a branch", about: "Errors of 'facet replace'; nothing is written then.", codes: ReplaceErrorCode.allCases),
    Part(
      title: "Images, tensors and labels", about: "Errors of the files that commands read and write.",
      codes: FileErrorCode.allCases + DataErrorCode.allCases + DeltaErrorCode.allCases),
    Part(title: "Running", about: "Errors of commands that use bundles or write results.", codes: RunErrorCode.allCases),
    Part(title: "Verifying", about: "Errors of 'facet verify'.", codes: VerifyErrorCode.allCases),
    Part(
      title: "Refused bundles",
      about: "What the engine says about a bundle that it does not open. 'facet-run' on a board shows the same numbers.",
      codes: BundleFault.allCodes),
    Part(
      title: "Sessions",
      about: "What the engine says where it cannot run, or cannot answer. 'facet-run' on a board shows the same numbers.",
      codes: SessionError.allCodes),
  ]

  package static var codes: [any ErrorCode] { parts.flatMap(\.codes) }

  /// Letters may be of either case, and brackets may stand around it, as in messages.
  package static subscript(_ text: String) -> (any ErrorCode)? {
    let wanted = bare(text)
    return codes.first { $0.code.lowercased() == wanted }
  }

  /// "Did you mean 'import.onnx.opset'?", also by its last word; empty where nothing is close.
  package static func didYouMean(_ text: String) -> String {
    let wanted = bare(text)
    let names = codes.map(\.code)
    let sameEnd = names.filter { $0.hasSuffix("." + wanted) }
    guard sameEnd.isEmpty else { return "Did you mean \(sameEnd.map { "'\($0)'" }.joined(separator: " or "))?" }
    return FacetDiagnostics.didYouMean(wanted, among: names)
  }

  private static func bare(_ text: String) -> String {
    var text = text.lowercased()[...]
    if text.hasPrefix("error") { text = text.dropFirst(5) }
    if text.hasPrefix("[") { text = text.dropFirst() }
    if text.hasSuffix("]") { text = text.dropLast() }
    return String(text)
  }
}
