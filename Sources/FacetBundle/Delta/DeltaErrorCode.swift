import FacetDiagnostics

/// The codes of what can be wrong with a delta between two bundles, and what each means.
package enum DeltaErrorCode: String, ErrorCode, CaseIterable {
  case deltaFormat = "data.delta.format"
  case deltaVersion = "data.delta.version"
  case deltaParent = "data.delta.parent"
  case deltaDamaged = "data.delta.damaged"
}

extension DeltaErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .deltaFormat:
      (
        "The file is not a delta.",
        "Another file was named, or a transfer changed its line ends.",
        "Name a file that 'facet diff OLD NEW --emit FILE' wrote; transfer it as binary."
      )
    case .deltaVersion:
      (
        "The delta has a format that this version does not know.",
        "A newer Facet made it.",
        "Make the delta with this version, or use a newer Facet."
      )
    case .deltaParent:
      (
        "The delta was made for another file.",
        "The bundle that is there is not the one from which the delta was made: it is older, newer, or a delta was left out.",
        "Apply deltas in their order, or make one from the bundle that is there. Nothing was written."
      )
    case .deltaDamaged:
      (
        "The delta is damaged or cut off.",
        "A transfer stopped, or the bytes were changed on the way.",
        "Copy or download it again. Nothing was written."
      )
    }
  }
}

extension FacetError {
  /// - Parameter place: where in the file, such as "line 3, column age"; empty when the whole file is meant.
  package init(code: DeltaErrorCode, file: String, place: String = "", message: String, remedy: String) {
    self.init(Diagnostic(code: code, file: file, place: place.isEmpty ? nil : place, message: message, remedy: remedy))
  }
}
