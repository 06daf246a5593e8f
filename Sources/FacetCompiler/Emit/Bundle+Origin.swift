import FacetFiles
import FacetFormat
import FacetImport
import FacetRuntime

/// What a bundle's provenance says that it was made from. Names and hashes; no paths.
package struct BundleOrigin: Sendable {
  package struct File: Equatable, Sendable {
    /// Without folder.
    package var name: String
    /// SHA-256, in hexadecimal.
    package var sha256: String
  }

  /// A model that was merged with others, and those of the bundle's attributes that it has.
  package struct MergedModel: Equatable, Sendable {
    package var name: String
    package var attributes: [String]
  }

  /// How many models were merged; 0 of a single one.
  package var mergedCount = 0
  /// Nil of a single model, and where the provenance does not say which attribute is of which. Of a replaced branch, the new model.
  package var merged: [MergedModel]?
  /// Those that were compiled, and those of replaced branches; empty where the provenance does not say.
  package var models: [File] = []
  /// Of the calibration samples, one after the other as the network sees them: of the whole and of replaced branches.
  package var calibrations: [(samples: Int, sha256: String)] = []
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
    let merged = elements(field("models", of: root))
    origin.mergedCount = merged.count
    origin.merged = Self.merged(
      merged.map { node in
        (text(field("name", of: node)) ?? "", field("attributes", of: node).map { elements($0).compactMap(text) })
      }, attributes: attributes.map(\.name.text), replaced: replacedBranches)
    return origin
  }

  /// - Parameter models: names, and attributes where they are stated; where none are, each model has one, in their order.
  private static func merged(
    _ models: [(name: String, attributes: [String]?)], attributes: [String], replaced: [String: ReplacedBranch]
  ) -> [BundleOrigin.MergedModel]? {
    let isStated = models.allSatisfy { $0.attributes != nil }
    guard !models.isEmpty, isStated || models.count == attributes.count else { return nil }
    let names = ModelNames.names(of: models.map(\.name))
    var result = models.indices.map { index in
      BundleOrigin.MergedModel(
        name: names[index],
        attributes: (models[index].attributes ?? [attributes[index]]).filter { attributes.contains($0) && replaced[$0] == nil })
    }
    result += attributes.compactMap { attribute in
      replaced[attribute].map { BundleOrigin.MergedModel(name: ModelNames.names(of: [$0.name])[0], attributes: [attribute]) }
    }
    guard Set(result.flatMap(\.attributes)) == Set(attributes) else { return nil }
    return result.filter { !$0.attributes.isEmpty }
  }
}

/// Tells samples apart by what the network sees of them.
package struct SampleFingerprints {
  private var hasher: SHA256?
  package private(set) var count = 0

  /// - Parameter wantsWhole: whether `whole` is wanted.
  package init(wantsWhole: Bool) { hasher = wantsWhole ? SHA256() : nil }

  /// - Returns: that of this sample, for this run of the program.
  package mutating func add(_ input: NetworkInput) -> Int {
    count += 1
    return input.bytes.withUnsafeBytes {
      hasher?.update($0)
      var own = Hasher()
      own.combine(bytes: $0)
      return own.finalize()
    }
  }

  /// That of all samples in order, as a bundle's provenance states it of its calibration.
  package var whole: String? {
    guard var hasher else { return nil }
    return String(decoding: hasher.finish().hexadecimal, as: UTF8.self)
  }
}
