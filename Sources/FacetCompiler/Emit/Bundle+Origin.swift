import FacetFormat
import FacetRuntime

/// What a bundle's provenance says that it was made from. Names and hashes; no paths.
package struct BundleOrigin: Equatable, Sendable {
  package struct File: Equatable, Sendable {
    /// Without folder.
    package var name: String
    /// SHA-256, in hexadecimal.
    package var sha256: String
  }

  /// Those that were compiled, and those of replaced branches; empty where the provenance does not say.
  package var models: [File] = []
  /// Of the calibration samples, one after the other as the network sees them: of the whole and of replaced branches.
  package var calibrations: [(samples: Int, sha256: String)] = []

  package static func == (a: Self, b: Self) -> Bool {
    a.models == b.models && a.calibrations.elementsEqual(b.calibrations) { $0.samples == $1.samples && $0.sha256 == $1.sha256 }
  }
}

extension Bundle {
  package var origin: BundleOrigin {
    guard let root = try? JSONParser.parse(Array(provenance.utf8)) else { return BundleOrigin() }
    func field(_ name: String, of node: JSONNode?) -> JSONNode? {
      guard case .object(let members)? = node?.value else { return nil }
      return members.first { $0.key == name }?.node
    }
    func text(_ node: JSONNode?) -> String? { if case .string(let text)? = node?.value { text } else { nil } }
    func elements(_ node: JSONNode?) -> [JSONNode] { if case .array(let elements)? = node?.value { elements } else { [] } }
    let replaced = elements(field("replaced", of: root))
    var origin = BundleOrigin()
    for node in elements(field("models", of: root)) + ([root] + replaced).compactMap({ field("model", of: $0) }) {
      guard let name = text(field("name", of: node)), let hash = text(field("sha256", of: node)), !hash.isEmpty else { continue }
      origin.models.append(BundleOrigin.File(name: name, sha256: hash))
    }
    for node in ([root] + replaced).compactMap({ field("calibration", of: $0) }) {
      guard let hash = text(field("sha256", of: node)), case .number(let samples)? = field("samples", of: node)?.value,
        let count = Int(exactly: samples)
      else { continue }
      origin.calibrations.append((count, hash))
    }
    return origin
  }
}

/// Tells samples apart by what the network sees of them.
package struct SampleFingerprints {
  private var hasher = SHA256()
  package private(set) var count = 0

  package init() {}

  /// - Returns: that of this sample.
  package mutating func add(_ input: NetworkInput) -> String {
    count += 1
    return input.bytes.withUnsafeBytes {
      hasher.update($0)
      return String(decoding: SHA256.hash($0).hexadecimal, as: UTF8.self)
    }
  }

  /// That of all samples in order, as a bundle's provenance states it of its calibration.
  package func whole() -> String {
    var hasher = hasher
    return String(decoding: hasher.finish().hexadecimal, as: UTF8.self)
  }
}
