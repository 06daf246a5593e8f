import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

/// What `facet compile --json` prints is what `Formats/compile-report.schema.json` says.
@Suite struct CompileReportSchemaTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL

  private func schema() throws -> [String: Any] {
    let data = try Data(contentsOf: Self.root.appendingPathComponent("Formats/compile-report.schema.json"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func json(_ report: CompileReport) throws -> Any {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try JSONSerialization.jsonObject(with: encoder.encode(report))
  }

  /// What in a value is not as the schema says; `seen` gathers the places of all keys.
  private func faults(_ value: Any, _ schema: [String: Any], _ path: String, _ seen: inout Set<String>) -> [String] {
    let isBool = (value as? NSNumber).map { isBoolean($0) } ?? false
    switch schema["type"] as? String {
    case "object":
      guard let object = value as? [String: Any], let properties = schema["properties"] as? [String: Any] else {
        return ["\(path): no object"]
      }
      var result = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(path).\($0): missing" }
      for (key, value) in object {
        seen.insert("\(path).\(key)")
        guard let inner = properties[key] as? [String: Any] else {
          result.append("\(path).\(key): unknown")
          continue
        }
        result += faults(value, inner, "\(path).\(key)", &seen)
      }
      return result
    case "array":
      guard let array = value as? [Any], let items = schema["items"] as? [String: Any] else { return ["\(path): no array"] }
      return array.flatMap { faults($0, items, "\(path)[]", &seen) }
    case "string": return value is String ? [] : ["\(path): no string"]
    case "boolean": return isBool ? [] : ["\(path): no boolean"]
    case "integer":
      let isWhole = (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
      return isWhole && !isBool ? [] : ["\(path): no integer"]
    case "number": return !isBool && value is NSNumber ? [] : ["\(path): no number"]
    default: return ["\(path): the schema has no type"]
    }
  }

  private func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

  private func keys(_ schema: [String: Any], _ path: String) -> Set<String> {
    var result: Set<String> = []
    for (key, value) in schema["properties"] as? [String: Any] ?? [:] {
      result.insert("\(path).\(key)")
      result.formUnion(keys(value as? [String: Any] ?? [:], "\(path).\(key)"))
    }
    if let items = schema["items"] as? [String: Any] { result.formUnion(keys(items, path + "[]")) }
    return result
  }

  /// A network of a batch normalization and a convolution that int8 cannot do, its mean and a head.
  private func model(_ file: String, head: UInt64, nudge: Float = 1, output: String) throws -> ImportedModel {
    var graph = Graph()
    var random = SplitMix64(seed: 5)
    let x = graph.addInput(name: "image", shape: [1, 3, 6, 6])
    func constant(_ shape: [Int], _ change: (Float) -> Float = { $0 }) -> ValueID {
      graph.addConstant(name: "c", Tensor(shape: shape, elements: random.normals(shape).map(change)))
    }
    let (weights, bias) = (constant([4, 3, 3, 3]) { $0 * nudge }, constant([4]))
    // Beside one that is so large, the others are nothing in int8.
    var large = graph.constant(weights) ?? Tensor([])
    for channel in 0..<4 { large.elements[channel * 27 + 2 * 9] = 5000 }
    graph.makeConstant(weights, large)
    let map = try graph.addNode(name: "conv", Convolution(clamp: .none), [x, weights, bias])
    let normalized = try graph.addNode(
      name: "bn", BatchNormalization(epsilon: 1e-5), [map, constant([4]), constant([4]), constant([4]), constant([4]) { abs($0) + 1 }])
    let mean = try graph.addNode(name: "mean", GlobalAveragePool(keepDimensions: false), [normalized])
    random = SplitMix64(seed: head)
    let y = try graph.addNode(name: "head", FullyConnected(), [mean, constant([2, 4]), constant([2])])
    graph.outputs = [GraphOutput(name: output, value: y)]
    return ImportedModel(
      graph: graph, source: ModelSource(file: file, fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""), notes: [])
  }

  /// Reports that have among them every key of the schema, and none beside.
  @Test func everyKeyOfARealReportIsDescribedAndEveryDescribedKeyIsPrinted() throws {
    let path = NSTemporaryDirectory() + "facet-schema-\(UUID().uuidString).npy"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var random = SplitMix64(seed: 1)
    // Channel 2 is black.
    let pixels = random.normals([8, 3, 6, 6]).enumerated().map { $0 / 36 % 3 == 2 ? 0 : $1 }
    try #require(NPYArray(shape: [8, 3, 6, 6], elements: .float32(pixels))).write(to: path)
    let recipe = #"""
      {"version": 1, "profiles": {"one": ["a"]}, "attributes": {"a": {"labels": ["x", "y"]}, "b": {"when": "a == x"}}}
      """#
    func report(_ tolerance: Double) throws -> CompileReport {
      var request = CompileRequest(
        models: ["a.onnx", "b.onnx"], recipes: [try Recipe.parse(Array(recipe.utf8), file: "r.json")],
        // With vectors of RISC-V, first layers have scratch.
        target: try Target.named(tolerance > 0 ? "riscv64" : Target.defaultName), calibration: path, mergeTolerance: tolerance)
      var budget = BudgetRequest { bundle throws(FacetError) in
        let found = bundle.attributeDescriptions.map {
          Judgement.Attribute(name: $0.name, sqnrDb: 3, agreement: 0.5, accuracyDrop: 0.25, isMet: false, missing: ["all"])
        }
        return Judgement(attributes: found, samples: 1)
      }
      budget.maximumSlowdown = 50
      request.budget = budget
      request.decisions = tolerance > 0 ? PrecisionDecisions([MoreBits(operator: "head", precision: "float32")]) : nil
      return try Compiler.compile(
        [model("a.onnx", head: 1, output: "a"), model("b.onnx", head: 2, nudge: 1.001, output: "b")], request
      ).report
    }
    let schema = try schema()
    var seen: Set<String> = []
    for tolerance in [0, 0.01] { #expect(try faults(json(report(tolerance)), schema, "", &seen) == []) }
    #expect(keys(schema, "").subtracting(seen) == [])
  }
}
