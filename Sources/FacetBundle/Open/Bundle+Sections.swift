import FacetFormat
import FacetRuntime

extension Bundle {
  /// The bytes of a section; nil where there is none.
  package func content(_ kind: SectionKind, _ index: Int = 0) -> ByteView? {
    guard let entry = sections.first(where: { $0.kind == kind.rawValue && $0.index == UInt32(index) }) else { return nil }
    return view.part(offset: Int64(clamping: entry.offset), length: Int64(clamping: entry.length))
  }
}
