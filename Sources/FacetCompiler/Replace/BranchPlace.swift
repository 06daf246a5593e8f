import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetPasses
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// The branch of an attribute in a bundle that can take another one.
struct BranchPlace {
  let attribute: Int
  /// The one that this attribute alone needs.
  let fragment: Int
  let known: ValueNumbers

  /// Planning memory takes time by their square; the compiler makes no more than a network has operators.
  private static let storageLimit = 2 * PassPipeline.nodeLimit

  init(_ bundle: Bundle, file: String, branch: String) throws(FacetError) {
    func failure(_ code: ReplaceErrorCode, _ message: String, _ remedy: String) -> FacetError {
      FacetError(Diagnostic(code: code, file: file, message: message, remedy: remedy))
    }
    do { try bundle.verifyHashes() } catch { throw FacetError(error, file: file) }
    let attributes = bundle.attributes.map(\.name.text)
    guard let attribute = attributes.firstIndex(of: branch) else {
      throw failure(
        .branch, "The bundle has no attribute \(quoted(branch)).",
        [didYouMean(branch, among: attributes), "It has \(attributes.map { quoted($0) }.joined(separator: ", "))."]
          .filter { !$0.isEmpty }.joined(separator: " "))
    }
    guard bundle.isInt8 else {
      throw failure(
        .precision, "It is a float32 bundle: only branches of int8 bundles are replaced.", "Compile the models together again.")
    }
    guard let known = ValueNumbers(bundle), bundle.fragments.reduce(0, { $0 + $1.storages.count }) <= Self.storageLimit else {
      throw failure(
        .numbers, "It does not say which network it was made from, or says so in a way that this version does not know.",
        "Compile it again with this version, from all its models.")
    }
    let fragment = Int(bundle.attributes[attribute].fragment)
    guard fragment > 0, bundle.fragments[fragment].attributes == [attribute] else {
      throw failure(
        .noBranch,
        "\(quoted(branch)) has no branch of its own: other attributes need all of its operators, too, or it is the only attribute.",
        "Compile the models together again.")
    }
    self.attribute = attribute
    self.fragment = fragment
    self.known = known
  }
}
