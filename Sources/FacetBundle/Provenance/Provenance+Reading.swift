import FacetFiles

extension Provenance {
  /// What a bundle says. What is not understood is left out: a later version may say more, an earlier one said less.
  package init(_ text: String) {
    guard let root = try? JSONParser.parse(Array(text.utf8)) else { return }
    version = root["facet"]?.string ?? ""
    precision = root["precision"]?.string ?? ""
    target = root["target"]?.string ?? ""
    if let merged = root["models"]?.elements {
      isMerged = true
      models = merged.map { Model($0) }
    } else if let model = root["model"] {
      models = [Model(model)]
    }
    mergeTolerance = root["merge_tolerance"]?.number ?? 0
    recipe = root["recipe"].map { RecipeText($0) }
    calibration = root["calibration"].flatMap { CalibrationData($0) }
    options = root["options"].map { Options($0) } ?? Options()
    stopAfter = root["stop_after"]?.integer
    effort = root["effort"]?.string
    ranges = root["ranges"]?.string
    for member in root["precisions"]?.members ?? [] { precisions[member.key] = member.node.string }
    for member in root["profiles"]?.members ?? [] { profiles[member.key] = member.node.strings }
    replaced = (root["replaced"]?.elements ?? []).map { Replaced($0) }
  }
}

extension Provenance.Model {
  fileprivate init(_ node: JSONNode) {
    name = node["name"]?.string ?? ""
    format = node["format"]?.string ?? ""
    producer = node["producer"]?.string ?? ""
    operatorSet = node["opset"]?.integer
    sha256 = node["sha256"]?.string ?? ""
    attributes = node["attributes"]?.strings
  }
}

extension Provenance.RecipeText {
  fileprivate init(_ node: JSONNode) {
    sha256 = node["sha256"]?.string ?? ""
    text = node["text"]?.string ?? ""
  }
}

extension Provenance.CalibrationData {
  fileprivate init?(_ node: JSONNode) {
    guard let hash = node["sha256"]?.string, let count = node["samples"]?.integer else { return nil }
    (samples, sha256) = (count, hash)
  }
}

extension Provenance.Replaced {
  fileprivate init(_ node: JSONNode) {
    branch = node["branch"]?.string ?? ""
    parent = node["parent"]?.string ?? ""
    version = node["facet"]?.string ?? ""
    model = node["model"].map { Provenance.Model($0) } ?? Provenance.Model()
    calibration = node["calibration"].flatMap { Provenance.CalibrationData($0) }
    recipe = node["recipe"].map { Provenance.RecipeText($0) }
    for member in node["precisions"]?.members ?? [] { precisions[member.key] = member.node.string }
  }
}

extension Provenance.Options {
  fileprivate init(_ node: JSONNode) {
    outputs = node["outputs"]?.elements.map { $0.compactMap(\.string) }
    for member in node["shapes"]?.members ?? [] { shapes[member.key] = member.node.integers }
    for member in node["constants"]?.members ?? [] {
      if let shape = member.node["shape"]?.integers, let numbers = member.node["numbers"]?.numbers {
        constants[member.key] = .numbers(shape: shape, numbers)
      } else if let name = member.node["file"]?.string {
        constants[member.key] = .file(name: name, sha256: member.node["sha256"]?.string ?? "")
      }
    }
  }
}
