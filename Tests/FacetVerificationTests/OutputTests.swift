import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetEvaluation
@testable import FacetVerification

/// Nothing that a command reads is replaced by what it writes.
@Suite struct OutputTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("model.onnx", "m")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "model.onnx")
  }

  private func code(_ output: String, _ inputs: [String] = ["model.onnx"]) -> String? {
    do {
      try OutputFile.check("\(folder.path)/\(output)", notOneOf: inputs.map { "\(folder.path)/\($0)" })
      return nil
    } catch { return error.diagnostics.first?.code }
  }

  @Test(arguments: ["model.onnx", "./model.onnx", "link"]) func anInputIsNoOutput(_ output: String) {
    #expect(code(output) == "output.is-input")
  }

  @Test func anotherFileIsAndAFolderMustExist() throws {
    #expect(code("new.facet") == nil)
    try folder.write("old.facet", "o")
    #expect(code("old.facet") == nil && code("model.onnx", ["none"]) == nil)
    #expect(code("none/new.facet") == "output.folder")
    try FileManager.default.createDirectory(atPath: folder.path + "/there", withIntermediateDirectories: false)
    #expect(code("there") == "output.folder" && code("there/") == "output.folder")
    #expect(throws: Never.self) { try OutputFile.check("/dev/null", notOneOf: []) }
    // Root may write anywhere.
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path + "/there")
    #expect(code("there/new.facet") == (geteuid() == 0 ? nil : "output.folder"))
  }

  @Test(arguments: ["a.jpg", "B.NPY", "labels.csv"]) func aFileOfAFolderOfDataIsNoOutput(_ name: String) throws {
    try folder.write(name, "data")
    try folder.write("old.facet", "o")
    #expect(code(name, ["."]) == "output.is-input" && code(name, ["none"]) == nil)
    #expect(code("old.facet", ["."]) == nil && code("new.jpg", ["."]) == nil)
  }

  @Test func resultsDoNotReplaceATensorOfTheirFolder() throws {
    let data = folder.path + "/data"
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
    try folder.write("data/kind.npy", channels: [1, 0, 0])
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
    let run = try BundleRun(BundleFile(folder.path + "/m.facet"), inputs: [data], threads: 1, isa: "scalar")
    let failure = #expect(throws: FacetError.self) { try ResultFiles(folder: data, for: run) }
    #expect(failure?.diagnostics.map(\.code) == ["output.is-input"])
  }

  @Test func resultsDoNotReplaceTheirInput() throws {
    try folder.write("kind.npy", channels: [1, 0, 0])
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
    let run = try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: [folder.path + "/kind.npy"], threads: 1, isa: "scalar")
    let failure = #expect(throws: FacetError.self) { try ResultFiles(folder: folder.path, for: run) }
    #expect(failure?.diagnostics.map(\.code) == ["output.is-input"])
    #expect(throws: Never.self) { try ResultFiles(folder: folder.path + "/other", for: run) }
    let file = #expect(throws: FacetError.self) { try ResultFiles(folder: folder.path + "/m.facet", for: run) }
    #expect(file?.diagnostics.map(\.code) == ["run.output"])
  }

  /// NHWC has as many numbers as NCHW, and means something else.
  @Test func aTensorInAnotherOrderIsRefused() throws {
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
    try folder.write("nhwc.npy", NPYArray(shape: [1, 2, 2, 3], elements: .float32(Array(repeating: 1, count: 12)))?.serialized() ?? [])
    let run = try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: [folder.path + "/nhwc.npy"], threads: 1, isa: "scalar")
    let failure = #expect(throws: FacetError.self) { try run.run { _ in } }
    #expect(failure?.diagnostics.map(\.code) == ["data.input.shape"])
    #expect(failure?.diagnostics.first?.message == "a sample of shape [1, 2, 2, 3], but the network takes [1, 3, 2, 2]")
  }
}
