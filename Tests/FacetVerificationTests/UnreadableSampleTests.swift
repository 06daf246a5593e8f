import FacetData
import FacetDiagnostics
import FacetFiles
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetEvaluation
@testable import FacetVerification

/// One damaged file among many: an error, or passed over where that is asked for.
@Suite struct UnreadableSampleTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("a.npy", channels: [1, 0, 0])
    try folder.write("b.npy", channels: [0, 3, 0])
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: TinyNetwork.recipe))
  }

  /// A cut-off tensor among two sound ones.
  private func damaged(_ options: EvaluationOptions) throws -> BundleRun {
    let data = folder.path + "/data"
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    for name in ["a.npy", "b.npy"] { try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(data)/\(name)") }
    try folder.write("data/ab.npy", Array(try Data(contentsOf: URL(fileURLWithPath: data + "/a.npy")).dropLast(5)))
    return try BundleRun(BundleFile(folder.path + "/m.facet"), inputs: [data], options: options, threads: 1, isa: "scalar")
  }

  @Test func aSampleThatCannotBeReadIsPassedOverAndKeepsItsRow() throws {
    var options = EvaluationOptions()
    options.reading.skipsUnreadable = true
    let run = try damaged(options)
    var files = try ResultFiles(folder: folder.path + "/out", for: run)
    var (results, skipped) = ([String](), [Diagnostic]())
    func skip(_ problem: Diagnostic) {
      skipped.append(problem)
      files.addMissing()
    }
    try run.run(skipped: skip) {
      results.append($0.file)
      files.add($0)
    }
    try files.write()
    #expect(results == ["a.npy", "b.npy"] && skipped.map(\.file) == [folder.path + "/data/ab.npy"])
    let size = try NPYArray.read(folder.path + "/out/size.npy")
    guard case .float32(let values) = size.elements else { throw CocoaError(.fileReadCorruptFile) }
    #expect(size.shape == [3, 1] && values[0] == 1 && values[1].isNaN && values[2] == 0)
  }

  @Test func withoutTheOptionTheErrorNamesIt() throws {
    let failure = #expect(throws: FacetError.self) { try damaged(EvaluationOptions()) }
    #expect(failure?.diagnostics.first?.remedy.contains("--skip-unreadable") == true)
  }

  @Test func notOneSampleIsAnError() throws {
    try folder.write("only.npy", [1, 2, 3])
    var options = EvaluationOptions()
    options.reading.skipsUnreadable = true
    let run = try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: [folder.path + "/only.npy"], options: options, threads: 1, isa: "scalar")
    #expect(throws: FacetError.self) { try run.run { _ in } }
  }
}
