import FacetData
import FacetFiles
import FacetFormat
import FacetImport
import Foundation

/// Where a bundle comes from, as JSON with sorted keys: names and hashes of what went in, never paths, so that the same inputs give
/// the same bytes wherever they lie.
enum Provenance {
  static func json(_ model: PreparedModel, _ request: CompileRequest, calibration: Calibration?) -> [UInt8] {
    var fields: [String: Any] = [
      "facet": Compiler.version,
      "precision": request.precision.rawValue,
      "target": request.target.name,
    ]
    if model.sources.count == 1 {
      fields["model"] = source(model.source)
    } else {
      fields["models"] = model.sources.indices.map { index in
        var entry = source(model.sources[index])
        // Where each model has one attribute, in their order, that goes without saying.
        if model.outputModels != Array(model.sources.indices) { entry["attributes"] = model.attributeNames(ofModel: index) }
        return entry
      }
      if request.mergeTolerance > 0 { fields["merge_tolerance"] = request.mergeTolerance }
    }
    if let recipe = model.recipe { fields["recipe"] = self.recipe(recipe) }
    if let calibration { fields["calibration"] = self.calibration(calibration) }
    let options = request.options.provenance(model.recipe)
    if !options.isEmpty { fields["options"] = options }
    if let stopAfter = request.stopAfter { fields["stop_after"] = stopAfter }
    if !request.profiles.isEmpty {
      fields["profiles"] = Dictionary(request.profiles.map { ($0.name, $0.attributes) }, uniquingKeysWith: { $1 })
    }
    return data(fields) ?? []
  }

  static func data(_ fields: [String: Any]) -> [UInt8]? {
    let data = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map(Array.init)
  }

  static func recipe(_ recipe: Recipe) -> [String: Any] {
    ["sha256": hash(recipe.text), "text": String(decoding: recipe.text, as: UTF8.self)]
  }

  static func calibration(_ calibration: Calibration) -> [String: Any] {
    ["samples": calibration.sampleCount, "sha256": text(calibration.hash)]
  }

  static func source(_ model: ModelSource) -> [String: Any] {
    [
      "name": FileName.shown((model.file as NSString).lastPathComponent), "format": model.format, "producer": model.producer,
      "opset": model.operatorSet, "sha256": fileHash(model.file),
    ]
  }

  private static func text(_ digest: SHA256.Digest) -> String { String(decoding: digest.hexadecimal, as: UTF8.self) }

  private static func hash(_ bytes: [UInt8]) -> String { text(bytes.withUnsafeBytes { SHA256.hash($0) }) }

  /// SHA-256. Empty where the file cannot be read any more.
  static func fileHash(_ path: String) -> String {
    let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var hasher = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return "" }
      if count == 0 { return text(hasher.finish()) }
      buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }
}
