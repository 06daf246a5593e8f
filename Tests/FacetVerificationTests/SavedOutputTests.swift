import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetMetrics
import FacetRuntime
import Foundation
import Testing

@testable import FacetRecipe
@testable import FacetVerification

/// The tiny network on four samples, against outputs that stand in files.
@Suite struct SavedOutputTests {
  let folder: Folder
  /// Scores of `kind` and `size` when every factor is 1, worked out by hand.
  static let kind: [Float] = [1, 0, 0, 0, 2, 0, 0, 1, 1.5, 0, 0, 4]
  static let size: [Float] = [1, 0, 0, 0]

  init() throws {
    folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder.path + "/saved", withIntermediateDirectories: true)
    // One .npy of four samples.
    let samples: [[Float]] = [[1, 0, 0], [0, 2, 0], [0, 1, 1.5], [0, 0, 4]]
    let values = samples.flatMap { $0.flatMap { Array(repeating: $0, count: 4) } }
    try folder.write("data/x.npy", NPYArray(shape: [4, 3, 2, 2], elements: .float32(values))?.serialized() ?? [])
    try save("kind", [4, 3], Self.kind)
    try save("size", [4, 1], Self.size)
  }

  private func save(_ name: String, _ shape: [Int], _ values: [Float]) throws {
    try folder.write("saved/\(name).npy", NPYArray(shape: shape, elements: .float32(values))?.serialized() ?? [])
  }

  private func saved(_ paths: [String] = ["saved"], recipe: String? = nil, samples: Int = 4) throws -> SavedOutputs {
    try SavedOutputs(
      paths.map { "\(folder.path)/\($0)" }, bundle: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1])),
      recipes: recipe.map { [try Recipe.parse(Array($0.utf8), file: "r.json")] } ?? [], samples: samples)
  }

  private func failures(_ body: () throws -> Void) -> [String] {
    do {
      try body()
      return []
    } catch {
      let text = (error as? FacetError)?.rendered ?? "\(error)"
      return text.replacingOccurrences(of: folder.path + "/", with: "").split(separator: "\n").map(String.init)
    }
  }

  private func verify(tested: [Float], model: [Float]? = nil) throws -> VerificationReport {
    try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: tested)), bundleFile: "m.facet",
      reference: model.map { try Bundle.opening(TinyNetwork.bundle(factors: $0)) }, saved: saved(), against: ["saved"],
      data: Dataset.open(path: folder.path + "/data"), recipes: []
    ).run()
  }

  @Test func aBundleIsHeldAgainstWhatWasSaved() throws {
    let report = try verify(tested: [1, 1, 0.5])
    #expect(report.samples == 4 && report.precision == "float32" && report.against == ["saved"] && report.importCheck == nil)
    #expect(report.saved?.map(\.array) == ["kind", "size"] && report.unusedArrays == [:])
    let kind = try #require(report.attributes["kind"]?.difference)
    #expect(kind.agreement == 0.75 && kind.maxAbsoluteError == 2 && kind.maxRelativeError == 0.5 && kind.notFinite == 0)
    #expect(abs(kind.meanAbsoluteError - 2.75 / 12) < 1e-12)
    #expect(report.attributes["size"]?.difference.maxAbsoluteError == 0)
  }

  @Test func withAModelTheImportIsCheckedAlone() throws {
    // The model's second score is a tenth too large: that is the import's error; the tested bundle has the model's and another.
    let report = try verify(tested: [1, 1.1, 0.5], model: [1, 1.1, 1])
    let imported = try #require(report.importCheck?["kind"])
    #expect(abs(imported.maxAbsoluteError - 0.2) < 1e-6 && abs((imported.maxRelativeError ?? 0) - 0.05) < 1e-6)
    #expect(report.attributes["kind"]?.difference.maxAbsoluteError == 2)
    #expect(report.importCheck?["size"]?.maxAbsoluteError == 0)
  }

  @Test func aScoreThatIsNoNumberIsCounted() throws {
    try save("kind", [4, 3], [.nan, .infinity] + Self.kind.dropFirst(2))
    let report = try verify(tested: [1, 1, 1])
    #expect(report.attributes["kind"]?.difference.notFinite == 2 && !report.gate.passed)
    #expect(report.gate.missed.contains { $0.criterion == .finite && $0.value == 2 })
  }

  @Test func anArrayMayHaveTheNameOfTheOutputAndOtherTypesAndAxesOfOne() throws {
    let recipe = #"{"version": 1, "attributes": {"kind": {"output": "logits/k:0"}, "size": {"output": "s"}}}"#
    try FileManager.default.removeItem(atPath: folder.path + "/saved")
    try FileManager.default.createDirectory(atPath: folder.path + "/saved", withIntermediateDirectories: true)
    try save("logits_k_0", [4, 3, 1, 1], Self.kind)
    try folder.write("saved/s.npy", NPYArray(shape: [4], elements: .int64([1, 0, 0, 0]))?.serialized() ?? [])
    try save("x", [1], [0])
    let outputs = try saved(recipe: recipe)
    #expect(outputs.sources.map(\.array) == ["logits_k_0", "s"])
    #expect(outputs.unused == ["\(folder.path)/saved": ["x"]])
    var scores: [[Float]] = []
    for sample in 0..<4 { outputs.withScores(1, sample: sample) { scores.append(Array($0)) } }
    #expect(scores == [[1], [0], [0], [0]])
  }

  @Test func anAttributeThatWasNotSavedIsNamedAndNotCompared() throws {
    try FileManager.default.removeItem(atPath: folder.path + "/saved/size.npy")
    var report = try verify(tested: [1, 1, 1])
    #expect(report.notSaved == ["size"] && report.saved?.map(\.attribute) == ["kind"])
    #expect(report.attributes["size"] == nil && report.attributes["kind"]?.difference.agreement == 1 && report.gate.missed.isEmpty)
    // With a model only the import's check lacks it.
    report = try verify(tested: [1, 1, 1], model: [1, 1, 1])
    #expect(report.notSaved == ["size"] && report.importCheck.map { Array($0.keys) } == ["kind"] && report.attributes["size"] != nil)
    // A budget that somebody wrote does not pass unseen.
    let budgets = #"{"version": 1, "attributes": {"kind": {}, "size": {"budget": {"sqnr_db": 20}}}}"#
    let gated = try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1])), bundleFile: "m.facet", reference: nil, saved: saved(),
      data: Dataset.open(path: folder.path + "/data"), recipes: [Recipe.parse(Array(budgets.utf8), file: "r.json")]
    ).run().gate
    #expect(!gated.passed && gated.unchecked == [.init(subject: .init(attribute: "size"), budget: .sqnr, limit: 20)])
    try FileManager.default.removeItem(atPath: folder.path + "/saved/kind.npy")
    try save("other", [4, 3], Self.kind)
    #expect(failures { _ = try saved() }.count { $0.hasPrefix("error[verify.saved.missing]") } == 2)
  }

  @Test func whatDoesNotFitIsSaidAllAtOnce() throws {
    try FileManager.default.moveItem(atPath: folder.path + "/saved/kind.npy", toPath: folder.path + "/saved/knid.npy")
    try save("size", [3, 1], [1, 2, 3])
    #expect(
      failures { _ = try saved() } == [
        "error[verify.saved.samples] saved: array 'size': its shape [3, 1] holds 3 samples, the data 4.",
        "  help: Save the outputs of the same data, samples along the first axis; a folder's images count in the order of their names, "
          + "or of labels.csv.",
        "error[verify.saved.missing] saved: attribute 'kind': there is no array 'kind'",
        "  help: Did you mean 'knid'? The arrays are knid, size; save one for each attribute, under its name.",
      ])
    try save("kind", [4, 4], Self.kind + Self.size)
    try save("size", [4], Self.size)
    #expect(
      failures { _ = try saved() }.first
        == "error[verify.saved.shape] saved: array 'kind': a sample has the shape [4], but attribute 'kind' gives [3]")
    try save("kind", [4, 3], Self.kind)
    #expect(
      failures { _ = try saved(["saved", "saved/kind.npy"]) }.first
        == "error[verify.saved.duplicate] saved: array 'kind': it is in 'saved/kind.npy' too.")
  }

  @Test func theCommandNeedsNoModelAndNoRecipe() throws {
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
    let report = try VerifyJob(
      bundle: folder.path + "/m.facet", against: [folder.path + "/saved"], data: folder.path + "/data/x.npy", recipes: [], threads: 1,
      isa: "scalar", progress: nil
    ).run()
    #expect(report.gate.missed.isEmpty && report.attributes["kind"]?.difference.maxAbsoluteError == 0)
    let missing = failures {
      _ = try VerifyJob(
        bundle: folder.path + "/m.facet", against: ["none.npz", "nor-this.npz"], data: folder.path + "/data", recipes: [], threads: 1,
        isa: nil, progress: nil
      ).run()
    }
    #expect(missing.filter { $0.hasPrefix("error[data.file.missing]") }.count == 2)
  }
}
