import FacetImport

/// " Did you mean 'width'?" to append to a message; empty where nothing is close.
package func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String {
  suggestion(for: name, among: candidates).map { "Did you mean '\($0)'?" } ?? ""
}
