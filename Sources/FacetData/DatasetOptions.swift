import FacetDiagnostics
import FacetFiles

/// How data are read.
package struct DatasetOptions: Sendable, Equatable {
  /// Whether files that cannot be read are passed over, named and counted, instead of ending the work.
  package var skipsUnreadable = false
  /// Whether the folders in a folder are read, too. A `labels.csv` says all itself.
  package var isRecursive = false

  package init() {}
}

/// What in a folder of data is no sample of it.
package struct PassedOver: Sendable, Equatable, CustomStringConvertible {
  package var folders = 0
  /// Names that begin with a dot.
  package var hidden = 0
  /// Files with other endings.
  package var others = 0

  package var isEmpty: Bool { self == PassedOver() }

  package var description: String {
    [(folders, "folder", "folders"), (hidden, "hidden name", "hidden names"), (others, "file of another kind", "files of other kinds")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
  }
}

extension FacetError {
  private static let ofOneFile: Set<String> = Set(
    ([
      .fileMissing, .fileKind, .fileUnreadable, .fileChanged, .fileTooLarge, .npyMagic, .npyVersion, .npyHeader, .npyTruncated, .npyType,
      .npyOrder, .npyShape,
    ] as [FileErrorCode]).map(\.code)
      + ([.imageUnknown, .imageTruncated, .imageCorrupt, .imageTooLarge, .imageUnsupported] as [DataErrorCode]).map(\.code))

  /// Whether it tells of a file that cannot be read, and of nothing that other files share.
  package var isUnreadable: Bool { diagnostics.allSatisfy { Self.ofOneFile.contains($0.code) } }

  /// With the option that passes over such a file.
  var namingTheFlag: FacetError {
    guard isUnreadable else { return self }
    var error = self
    for index in error.diagnostics.indices { error.diagnostics[index].remedy += " Or skip such files with --skip-unreadable." }
    return error
  }
}

extension Dataset {
  /// As `sample`; nil for one that cannot be read, where such are passed over.
  package func readableSample(_ index: Int, skipped: (Diagnostic) -> Void) throws(FacetError) -> Sample? {
    do {
      return try sample(index)
    } catch {
      guard options.skipsUnreadable, error.isUnreadable else { throw count > 1 ? error.namingTheFlag : error }
      error.diagnostics.forEach(skipped)
      return nil
    }
  }

  /// What a user should know about the folder; nil where all of it was read.
  package var note: String? {
    guard labels == nil, !options.isRecursive, passedOver.folders > 0 else { return nil }
    let folders = passedOver.folders == 1 ? "A folder in '\(path)' was" : "\(passedOver.folders) folders in '\(path)' were"
    return "\(folders) passed over; --recursive reads what is in \(passedOver.folders == 1 ? "it" : "them"), too."
  }
}
