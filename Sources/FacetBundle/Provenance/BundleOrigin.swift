import FacetFiles
import FacetFormat
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
    let said = provenance
    var origin = BundleOrigin()
    for model in said.models + said.replaced.map(\.model) where !model.sha256.isEmpty {
      origin.models.append(BundleOrigin.File(name: model.name, sha256: model.sha256))
    }
    for calibration in [said.calibration] + said.replaced.map(\.calibration) {
      if let calibration { origin.calibrations.append((calibration.samples, calibration.sha256)) }
    }
    let merged = said.isMerged ? said.models : []
    origin.mergedCount = merged.count
    origin.merged = Self.merged(
      merged.map { ($0.name, $0.attributes) }, attributes: attributes.map(\.name.text), replaced: replacedBranches)
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
