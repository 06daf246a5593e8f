import FacetCompiler
import FacetFormat
import FacetKernels
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetQuantization
@testable import FacetRecipe
@testable import FacetVerification

/// Compiles the test networks and compares the bundles' hashes with `Tests/FrozenBundles/hashes.txt`: a change of bytes is always seen, and
/// whoever means it writes the new line there.
///
/// Calibration runs the float32 kernels of this CPU, which agree in every bit with those of all others.
@Suite struct BundleBytesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var models: [String]
    var recipe: String?
    var calibration: String?
    var target = Target.defaultName
    var precision = Precision.int8
    var testDescription: String { name }
  }

  private static let folder = FrozenBundleTests.folder

  static let all: [Case] = {
    var cases: [Case] = []
    for target in Target.all where target.like.isEmpty {
      cases.append(
        Case(name: "int8-\(target.name)", models: ["0.1/a.onnx"], recipe: "plain", calibration: "pixels", target: target.name))
      cases.append(
        Case(
          name: "merged-\(target.name)", models: ["0.1/a.onnx", "0.1/b.onnx"], recipe: "merged", calibration: "pixels", target: target.name)
      )
    }
    cases.append(Case(name: "one-label", models: ["0.1/b.onnx"], recipe: "one-label", calibration: "pixels"))
    cases.append(Case(name: "tensors", models: ["0.1/a.onnx"], calibration: "floats"))
    cases.append(Case(name: "float32", models: ["0.1/a.onnx"], recipe: "plain", precision: .float32))
    cases.append(Case(name: "qdq", models: ["../FuzzModels/qdq.onnx"]))
    for name in ["keras", "dynamo", "caffe2", "pytorch"] {
      let model = ["../FuzzModels/\(name).onnx"]
      cases.append(Case(name: "\(name)-int8", models: model, calibration: name == "keras" ? "nhwc" : "small"))
      cases.append(Case(name: "\(name)-float32", models: model, precision: .float32))
    }
    return cases
  }()

  static let table: [String: String] = {
    let text = (try? String(contentsOf: folder.appendingPathComponent("hashes.txt"), encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    return Dictionary(lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
  }()

  @Test(arguments: all) func aTestNetworkCompilesToTheBytesOfTheTable(_ test: Case) throws {
    try compile(test)
  }

  /// A board's bundle is that of its kind, but for the name in its provenance.
  @Test(arguments: Target.all.filter { !$0.like.isEmpty }.map(\.name)) func aBoardsBundleIsThatOfItsKind(_ board: String) throws {
    func bundle(_ target: String) throws -> FacetRuntime.Bundle {
      let model = Self.folder.appendingPathComponent("0.1/a.onnx").standardized.path
      let data = Self.folder.appendingPathComponent("0.1/pixels.npy").standardized.path
      let recipe = try Recipe.load(Self.folder.appendingPathComponent("0.1/plain.json").standardized.path)
      return try Bundle.opening(
        Compiler.compile(CompileRequest(models: [model], recipes: [recipe], target: try Target.named(target), calibration: data)).bytes)
    }
    let (own, kind) = (try bundle(board), try bundle(Target.named(board).like))
    #expect(own.programsHashText == kind.programsHashText && own.provenance.target == board)
  }

  /// Calibrated with the scalar kernels: what any other CPU would make of it.
  @Test(arguments: all.filter { $0.precision == .int8 && $0.target == Target.defaultName })
  func theBytesDoNotDependOnTheKernelsOfCalibration(_ test: Case) throws {
    try KernelLevel.$ofCompiler.withValue(FACET_ISA_SCALAR) { try compile(test) }
  }

  private func compile(_ test: Case) throws {
    func path(_ name: String) -> String { Self.folder.appendingPathComponent(name).standardized.path }
    let recipes = try test.recipe.map { [try Recipe.load(path("0.1/\($0).json"))] } ?? []
    let result = try Compiler.compile(
      CompileRequest(
        models: test.models.map(path), recipes: recipes, target: try Target.named(test.target),
        calibration: test.calibration.map { path("0.1/\($0).npy") }, precision: test.precision, threads: 2))
    let hash = result.bytes.withUnsafeBytes { String(decoding: SHA256.hash($0).hexadecimal, as: UTF8.self) }
    #expect(Self.table[test.name] == hash, "now: \(test.name) \(hash)")
  }
}
