import FacetDiagnostics
import FacetTestSupport
import Foundation
import Testing

@testable import FacetFiles

@Suite struct FileContentTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func zip(_ entry: String) -> [UInt8] { Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26) + Array(entry.utf8) }

  struct Beginning {
    var name: String
    var bytes: [UInt8]
    var content: FileContent?

    init(_ name: String, _ bytes: [UInt8], _ content: FileContent?) { (self.name, self.bytes, self.content) = (name, bytes, content) }

    init(_ name: String, _ text: String, _ content: FileContent?) { self.init(name, Array(text.utf8), content) }
  }

  static let beginnings: [Beginning] = [
    .init("a.facet", [0x89, 0x46, 0x41, 0x43, 0x45, 0x54, 0x0D, 0x0A], .bundle),
    .init("a.delta", [0x89, 0x46, 0x44, 0x45, 0x4C, 0x54, 0x0D, 0x0A], .delta),
    .init("a.bin", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], .png), .init("a.bin", [0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
    .init("a.bin", "P6\n3 3\n255\n", .anymap), .init("a.bin", [0x93] + Array("NUMPY".utf8), .npy),
    .init("w.pth", zip("archive/data.pkl"), .pytorch), .init("w.pt", zip("m/constants.pkl"), .torchScript),
    .init("w.ckpt", zip("x"), .pytorch), .init("m.pt2", zip("x"), .exportedProgram), .init("w.pth", [0x80, 2, 0x8A, 0x0A], .pytorch),
    .init("m.pkl", [0x80, 4, 0x95, 0], .pickle), .init("m.keras", zip("metadata.json"), .keras), .init("s.npz", zip("age.npy"), .npz),
    .init("m.h5", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], .keras),
    .init("m.tflite", [0x1C, 0, 0, 0] + Array("TFL3".utf8), .tflite),
    .init("m.safetensors", [0x40, 1, 0, 0, 0, 0, 0, 0] + Array(#"{"a":{}}"#.utf8), .safetensors),
    .init("m.onnx", "version https://git-lfs.github.com/spec/v1", .lfsPointer), .init("m.onnx", "<!DOCTYPE html><html>", .webPage),
    .init("m.xml", "<?xml version=\"1.0\"?>\n<net name=\"x\" version=\"11\">", .openVINO), .init("m.onnx.gz", [0x1F, 0x8B, 8], .gzip),
    .init("r.json", "  {\n", .json), .init("m.caffemodel", [0x0A, 3], .caffe), .init("frozen.pb", [0x0A, 3], .frozenGraph),
    .init("m.mlmodel", [0x08, 4, 0x12], .coreML), .init("m.engine", "ftrt", .tensorRT), .init("m.pdmodel", [0x0A, 3], .paddle),
    .init("m", [0x08, 8, 0x12, 7], .onnx), .init("m.onnx", "no model at all", nil), .init("m.onnx", [], nil), .init("m.onnx", [0x80], nil),
    .init("x.csv", "file,age\n", nil),
  ]

  @Test(arguments: beginnings.indices) func aFileIsKnownByItsBeginning(_ index: Int) {
    let file = Self.beginnings[index]
    #expect(FileContent.of(file.bytes, name: file.name) == file.content, "\(file.name) \(file.bytes)")
  }

  @Test func filesOfTheRepositoryAreKnown() {
    func content(_ path: String) -> FileContent? { FileContent.of(Self.repository.appending(path: path).path) }
    #expect(content("Examples/face-attributes/face-attributes.onnx") == .onnx)
    #expect(content("Examples/face-attributes/recipe.json") == .json)
    #expect(content("Examples/face-attributes/calibration/00000.jpg") == .jpeg)
    #expect(content("README.md") == nil && content("none") == nil && content("Sources") == nil)
    for model in ["pytorch", "keras", "dynamo", "caffe2", "qdq"] { #expect(content("Tests/FuzzModels/\(model).onnx") == .onnx) }
  }

  @Test(arguments: FileContent.allCases) func everyKindSaysWhatToDoInEveryPlace(_ content: FileContent) {
    for role in [FileContent.Role.model, .bundle, .recipe, .data, .delta] {
      guard let message = content.message(wanted: role) else { continue }
      #expect(message.hasPrefix("This is \(content.name), but \(role.rawValue) "))
      #expect(content.remedy(wanted: role).hasSuffix("."))
    }
    #expect((content.message(wanted: .model) == nil) == (content == .onnx))
  }

  @Test func whatIsWantedIsLeftAsItIs() {
    let path = Self.repository.appending(path: "Examples/face-attributes/face-attributes.onnx").path
    let diagnostic = Diagnostic(code: FileErrorCode.fileUnreadable, file: path, message: "m", remedy: "r")
    #expect(diagnostic.naming(path, wanted: .model) == diagnostic)
    #expect(diagnostic.naming(path, wanted: .bundle).message == "This is an ONNX model, but a Facet bundle is expected.")
    #expect(diagnostic.naming("none", wanted: .bundle) == diagnostic)
  }
}
