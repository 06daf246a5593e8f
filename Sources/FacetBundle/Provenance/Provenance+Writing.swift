import Foundation

extension Provenance {
  /// The section's bytes.
  package var json: [UInt8] { Self.bytes(fields) ?? [] }

  /// A bundle's provenance with a branch more that was replaced; all else stays, also what only later versions understand. Nil where the text
  /// is not a JSON object.
  package static func adding(_ replaced: Replaced, to text: String) -> [UInt8]? {
    guard var fields = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else { return nil }
    fields["replaced"] = (fields["replaced"] as? [Any] ?? []) + [replaced.fields]
    return bytes(fields)
  }

  private static func bytes(_ fields: [String: Any]) -> [UInt8]? {
    let data = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map(Array.init)
  }

  private var fields: [String: Any] {
    var fields: [String: Any] = ["facet": version, "precision": precision, "target": target]
    if isMerged { fields["models"] = models.map(\.fields) } else { fields["model"] = models.first?.fields ?? [:] }
    if mergeTolerance > 0 { fields["merge_tolerance"] = mergeTolerance }
    fields["recipe"] = recipe?.fields
    fields["calibration"] = calibration?.fields
    if !options.isEmpty { fields["options"] = options.fields }
    fields["stop_after"] = stopAfter
    fields["effort"] = effort
    fields["ranges"] = ranges
    if !precisions.isEmpty { fields["precisions"] = precisions }
    if !profiles.isEmpty { fields["profiles"] = profiles }
    if !replaced.isEmpty { fields["replaced"] = replaced.map(\.fields) }
    return fields
  }
}

extension Provenance.Model {
  fileprivate var fields: [String: Any] {
    var fields: [String: Any] = ["name": name, "format": format, "producer": producer, "sha256": sha256]
    fields["opset"] = operatorSet
    fields["attributes"] = attributes
    return fields
  }
}

extension Provenance.RecipeText {
  fileprivate var fields: [String: Any] { ["sha256": sha256, "text": text] }
}

extension Provenance.CalibrationData {
  fileprivate var fields: [String: Any] { ["samples": samples, "sha256": sha256] }
}

extension Provenance.Replaced {
  fileprivate var fields: [String: Any] {
    var fields: [String: Any] = ["branch": branch, "parent": parent, "facet": version, "model": model.fields]
    fields["calibration"] = calibration?.fields
    fields["recipe"] = recipe?.fields
    if !precisions.isEmpty { fields["precisions"] = precisions }
    return fields
  }
}

extension Provenance.Options {
  fileprivate var fields: [String: Any] {
    var fields: [String: Any] = [:]
    fields["outputs"] = outputs
    if !shapes.isEmpty { fields["shapes"] = shapes }
    if !constants.isEmpty {
      fields["constants"] = constants.mapValues { constant -> [String: Any] in
        switch constant {
        case .numbers(let shape, let numbers): ["shape": shape, "numbers": numbers]
        case .file(let name, let hash): ["file": name, "sha256": hash]
        }
      }
    }
    return fields
  }
}
