import FacetFormat
import FacetLowering
import FacetRuntime

/// A bundle's sections, some of which are exchanged; all others keep their bytes, also those of kinds that are not known.
struct BundleSections {
  private struct Section {
    var kind: UInt32
    var index: UInt32
    var bytes: [UInt8]
  }

  private var header: BundleHeader
  private var sections: [Section]
  /// What is no longer as it was, such as "program 3".
  private(set) var changed: [String] = []

  init(_ bundle: Bundle) {
    header = bundle.header
    sections = bundle.sections.map { entry in
      let content = bundle.view.part(offset: Int64(clamping: entry.offset), length: Int64(clamping: entry.length))
      return Section(kind: entry.kind, index: entry.index, bytes: content.map { Array($0.bytes) } ?? [])
    }
  }

  var count: Int { sections.count }

  /// The bytes of a section; nil where there is none.
  func content(_ kind: SectionKind, _ index: Int = 0) -> [UInt8]? { position(kind, index).map { sections[$0].bytes } }

  /// A section that is not there is added where there is something to add.
  mutating func set(_ kind: SectionKind, index: Int = 0, _ bytes: [UInt8]) {
    let old = position(kind, index)
    guard bytes != old.map({ sections[$0].bytes }) ?? [] else { return }
    changed.append("\(kind) \(index)")
    if let old {
      sections[old].bytes = bytes
    } else {
      sections.append(Section(kind: kind.rawValue, index: UInt32(index), bytes: bytes))
    }
  }

  /// What engines must know of (`BundleHeader.requiredFeatures`).
  mutating func setFeature(_ bit: UInt32, _ isRequired: Bool) {
    header.requiredFeatures = isRequired ? header.requiredFeatures | bit : header.requiredFeatures & ~bit
  }

  private func position(_ kind: SectionKind, _ index: Int) -> Int? {
    sections.firstIndex { $0.kind == kind.rawValue && $0.index == UInt32(index) }
  }

  func bytes() -> [UInt8] {
    var writer = BundleWriter()
    writer.version = header.version
    writer.flags = header.flags
    writer.requiredFeatures = header.requiredFeatures
    for section in sections { writer.add(kind: section.kind, index: section.index, section.bytes) }
    return writer.bytes()
  }

  /// Of a section as the table will state it; that of no bytes where there is none.
  func hash(_ kind: SectionKind, _ index: Int) -> SHA256.Digest {
    (content(kind, index) ?? []).withUnsafeBytes { SHA256.hash($0) }
  }

  func contentHashes(_ fragment: Int) -> ProgramHeader.ContentHashes {
    ProgramHeader.ContentHashes(
      program: hash(.program, fragment), constants: hash(.constants, fragment), weights: hash(.weights, fragment))
  }
}
