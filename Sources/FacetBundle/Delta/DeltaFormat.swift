import FacetDiagnostics
import FacetFiles
import FacetFormat

/// A delta: how one file becomes another, by what they have in common (`Formats/facet-delta.md`).
package enum DeltaFormat {
  /// 0x89 F D E L T CR LF
  static let magic: UInt64 = 0x0A0D_544C_4544_4689
  package static let version: UInt32 = 1
  static let headerSize: UInt32 = 112
  /// Of parents, results and deltas: a bundle's offsets may be larger, its arena and all that was ever compiled are not.
  package static let maximumBytes = Int(Int32.max)

  static let stored: UInt32 = 0
  static let deflated: UInt32 = 1
}

/// Magic u64, version u32, header size u32, parent size u64, SHA-256 of the parent, result size u64, SHA-256 of the result, size of the
/// steps u64, compression u32, zero u32.
package struct DeltaHeader: Equatable, Sendable {
  package var parentSize: UInt64
  package var parentHash: SHA256.Digest
  package var resultSize: UInt64
  package var resultHash: SHA256.Digest
  /// Bytes of the steps, as they are before compression.
  var stepSize: UInt64
  var compression: UInt32

  func write(to writer: inout ByteWriter) {
    writer.u64(DeltaFormat.magic)
    writer.u32(DeltaFormat.version)
    writer.u32(DeltaFormat.headerSize)
    writer.u64(parentSize)
    parentHash.write(to: &writer)
    writer.u64(resultSize)
    resultHash.write(to: &writer)
    writer.u64(stepSize)
    writer.u32(compression)
    writer.u32(0)
  }

  /// - Parameter file: what the delta is called, for messages.
  init(_ view: ByteView, file: String) throws(FacetError) {
    var reader = ByteReader(view)
    guard reader.u64() == DeltaFormat.magic else {
      throw FacetError(
        code: .deltaFormat, file: file, message: "is not a delta", remedy: "Name a file that 'facet diff OLD NEW --emit FILE' wrote."
      ).naming(file, wanted: .delta)
    }
    let version = reader.u32()
    let size = reader.u32()
    guard reader.failed || version == DeltaFormat.version else {
      throw FacetError(
        code: .deltaVersion, file: file, message: "is a delta of format \(version); this version reads format \(DeltaFormat.version)",
        remedy: "Make the delta with this version, or use a newer Facet.")
    }
    parentSize = reader.u64()
    parentHash = SHA256.Digest(reading: &reader)
    resultSize = reader.u64()
    resultHash = SHA256.Digest(reading: &reader)
    stepSize = reader.u64()
    compression = reader.u32()
    _ = reader.u32()
    guard !reader.failed, size == DeltaFormat.headerSize, compression <= DeltaFormat.deflated else { throw Self.damaged(file) }
  }

  init(parentSize: UInt64, parentHash: SHA256.Digest, resultSize: UInt64, resultHash: SHA256.Digest, stepSize: UInt64, compression: UInt32)
  {
    self.parentSize = parentSize
    self.parentHash = parentHash
    self.resultSize = resultSize
    self.resultHash = resultHash
    self.stepSize = stepSize
    self.compression = compression
  }

  static func damaged(_ file: String, _ what: String = "is damaged or cut off") -> FacetError {
    FacetError(code: .deltaDamaged, file: file, message: what, remedy: "Copy or download it again, or make it again.")
  }
}
