import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetRecipe
import FacetVerification
import Foundation
import Testing

/// A bundle of several models, from their files to its verification against them.
@Suite struct MergedVerificationTests {
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path

  /// An ONNX file with one of its outputs alone: the importer takes what that needs.
  private func onlyOutput(_ wanted: String, of model: [UInt8]) -> [UInt8] {
    // ModelProto.graph is field 7; GraphProto.output field 12, with its name in field 1.
    rewritten(model) { field, graph in
      guard field == 7 else { return graph }
      return rewritten(graph) { field, output in
        guard field == 12 else { return output }
        var name: [UInt8] = []
        _ = rewritten(output) { field, bytes in
          if field == 1 { name = bytes }
          return bytes
        }
        return String(decoding: name, as: UTF8.self) == wanted ? output : nil
      }
    }
  }

  /// A protocol buffer message with its fields of bytes changed, or left out where `change` gives nil.
  private func rewritten(_ message: [UInt8], _ change: (UInt64, [UInt8]) -> [UInt8]?) -> [UInt8] {
    var result: [UInt8] = []
    var at = 0
    func varint() -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while true {
        let byte = message[at]
        at += 1
        value |= UInt64(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { return value }
      }
    }
    func append(_ value: UInt64) {
      var rest = value
      while rest >= 0x80 {
        result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      result.append(UInt8(rest))
    }
    while at < message.count {
      let tag = varint()
      switch tag & 7 {
      case 0:
        let value = varint()
        append(tag)
        append(value)
      case 2:
        let count = Int(varint())
        let bytes = Array(message[at..<at + count])
        at += count
        guard let changed = change(tag >> 3, bytes) else { continue }
        append(tag)
        append(UInt64(changed.count))
        result += changed
      default:
        let count = tag & 7 == 1 ? 8 : 4
        append(tag)
        result += message[at..<at + count]
        at += count
      }
    }
    return result
  }

  @Test func aMergedBundleIsVerifiedAgainstItsModels() throws {
    let folder = try Folder()
    let whole = Self.example + "/face-attributes.onnx"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: whole)))
    let names = ["age", "emotion", "eyewear", "skin_tone"]
    for name in names { try folder.write("\(name).onnx", onlyOutput(name, of: bytes)) }
    let models = names.map { "\(folder.path)/\($0).onnx" }
    let recipe = try Recipe.load(Self.example + "/recipe.json")
    let merged = try Compiler.compile(
      CompileRequest(models: models, recipes: [recipe], target: try Target.named(Target.defaultName), threads: 2))
    try folder.write("face.facet", merged.bytes)

    try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
    for image in 0..<24 {
      let name = "000\(image < 10 ? "0" : "")\(image).jpg"
      try FileManager.default.copyItem(atPath: "\(Self.example)/test/\(name)", toPath: "\(folder.path)/data/\(name)")
    }
    func verify(_ against: [String]) throws -> VerificationReport {
      try VerifyJob(
        bundle: folder.path + "/face.facet", against: against, data: folder.path + "/data", recipes: [], threads: 1, isa: nil,
        progress: nil
      ).run()
    }
    // The order of the models does not matter, and the network drawn as one is the same reference.
    let (parts, one) = (try verify(models.reversed()), try verify([whole]))
    #expect(parts.samples == 24 && Set(parts.attributeNames) == Set(names))
    for name in names {
      #expect(parts.attributes[name]?.difference.agreement == one.attributes[name]?.difference.agreement)
      #expect(parts.attributes[name]?.difference.meanAbsoluteError == one.attributes[name]?.difference.meanAbsoluteError)
      #expect((parts.attributes[name]?.difference.agreement ?? 0) > 0.9)
    }
    #expect(parts.gate.otherModels == nil && parts.warnings == nil)
    #expect(one.gate.otherModels == [whole] && one.warnings?.first?.contains("'skin_tone.onnx'") == true)
    // Another model has no reference for the attributes.
    let other = Self.example + "/../../Tests/FuzzModels/pytorch.onnx"
    #expect(throws: FacetError.self) { try verify([other]) }
  }

  /// The example with the last weights of `age` turned round: where the old network says a lot, the new one says little.
  private func withOtherAge(_ model: [UInt8]) -> [UInt8] {
    // GraphProto.initializer is field 5; TensorProto has its name in field 8, its bytes in field 9.
    rewritten(model) { field, graph in
      guard field == 7 else { return graph }
      return rewritten(graph) { field, tensor in
        guard field == 5, tensor.firstRange(of: Array("age.scores.weight".utf8)) != nil else { return tensor }
        return rewritten(tensor) { field, bytes in
          // The sign of each little-endian float.
          field == 9 ? bytes.enumerated().map { $0 % 4 == 3 ? $1 ^ 0x80 : $1 } : bytes
        }
      }
    }
  }

  @Test func aReplacedBranchIsHeldAgainstItsOwnModel() throws {
    let folder = try Folder()
    let base = Self.example + "/face-attributes.onnx"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: base)))
    // The new model has all outputs again; another one `age` alone; a third is like the first, but another file.
    try folder.write("new.onnx", withOtherAge(bytes))
    try folder.write("alone.onnx", onlyOutput("age", of: withOtherAge(bytes)))
    try folder.write("old-age.onnx", onlyOutput("age", of: bytes))
    let old = try Compiler.compile(
      CompileRequest(
        models: [base], recipes: [try Recipe.load(Self.example + "/recipe.json")], target: try Target.named(Target.defaultName), threads: 2)
    )
    try folder.write("old.facet", old.bytes)
    try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
    for image in 0..<8 {
      try FileManager.default.copyItem(
        atPath: "\(Self.example)/test/0000\(image).jpg", toPath: "\(folder.path)/data/0000\(image).jpg")
    }
    for new in ["new.onnx", "alone.onnx"] {
      let request = ReplaceRequest(branch: "age", model: "\(folder.path)/\(new)", calibration: Self.example + "/calibration", threads: 2)
      let parent = try BundleFile(folder.path + "/old.facet")
      try folder.write("new.facet", Compiler.replace(parent.bundle, file: "old.facet", request).bytes)
      func verify(_ models: [String]) throws -> VerificationReport {
        try VerifyJob(
          bundle: folder.path + "/new.facet", against: models, data: folder.path + "/data", recipes: [], threads: 1, isa: nil,
          progress: nil
        ).run()
      }
      for models in [[base, request.model], [request.model, base]] {
        let report = try verify(models)
        #expect(report.notes == nil && report.gate.otherModels == nil && report.attributeNames.count == 4, "\(new)")
        for name in report.attributeNames { #expect((report.attributes[name]?.difference.sqnrDb ?? 0) > 25, "\(new), \(name)") }
      }
      let stale = try verify([base])
      #expect((stale.attributes["age"]?.difference.sqnrDb ?? 99) < 0 && (stale.attributes["emotion"]?.difference.sqnrDb ?? 0) > 25)
      #expect(stale.notes?.count == 1 && stale.notes?.first?.contains("'\(new)'") == true)
      // Which of two old networks is meant cannot be known.
      let failure = #expect(throws: FacetError.self) { try verify([base, folder.path + "/old-age.onnx"]) }
      #expect(failure?.diagnostics.first?.code == "recipe.model" && failure?.diagnostics.first?.remedy.contains("'\(new)'") == true)
    }
  }
}
