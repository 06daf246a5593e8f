import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import Foundation
import Glibc
import Testing

/// A model whose weights `w` ([1, 3, 1, 1]) lie at `entries` in another file.
private func externalModel(_ entries: [String: String]) -> [UInt8] {
  let pairs = entries.sorted { $0.key < $1.key }.map { Message().text(1, $0.key).text(2, $0.value) }
  let weights = [1, 3, 1, 1].reduce(Message()) { $0.int(1, $1) }.int(2, 1).text(8, "w").messages(13, pairs).int(14, 1)
  return model([node("Conv", ["x", "w"], ["y"])], tensors: [weights])
}

/// A folder of this test's own, with a model folder inside and a data file in each.
private final class Folder {
  let outer = FileManager.default.temporaryDirectory.appending(path: "facet-import-\(UUID().uuidString)")
  var inner: URL { outer.appending(path: "model") }

  init() throws {
    try FileManager.default.createDirectory(at: inner.appending(path: "sub"), withIntermediateDirectories: true)
    let floats = Data([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40])  // 1, 2, 3
    try floats.write(to: outer.appending(path: "secret"))
    try floats.write(to: inner.appending(path: "w.bin"))
    try (Data(count: 4) + floats).write(to: inner.appending(path: "sub/w.bin"))
    try FileManager.default.createSymbolicLink(
      at: inner.appending(path: "out"), withDestinationURL: outer.appending(path: "secret"))
    try FileManager.default.createSymbolicLink(at: inner.appending(path: "up"), withDestinationURL: outer)
    mkfifo(inner.appending(path: "pipe").path, 0o600)
  }

  deinit { try? FileManager.default.removeItem(at: outer) }

  /// The folder as a model hub's cache has it: the model and its data are links to files elsewhere, which have other names.
  func writeAsCache(_ bytes: [UInt8]) throws -> String {
    let (blobs, snapshot) = (outer.appending(path: "blobs"), outer.appending(path: "snapshots/1"))
    for folder in [blobs, snapshot] { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    try Data(bytes).write(to: blobs.appending(path: "3f"))
    try FileManager.default.copyItem(at: inner.appending(path: "w.bin"), to: blobs.appending(path: "a7"))
    for (name, blob) in [("model.onnx", "3f"), ("model.onnx_data", "a7")] {
      try FileManager.default.createSymbolicLink(
        atPath: snapshot.appending(path: name).path, withDestinationPath: "../../blobs/\(blob)")
    }
    return snapshot.appending(path: "model.onnx").path
  }

  func write(_ entries: [String: String]) throws -> String {
    let url = inner.appending(path: "m.onnx")
    try Data(externalModel(entries)).write(to: url)
    return url.path
  }
}

@Suite struct ExternalDataTests {
  @Test(arguments: [
    ["location": "w.bin"], ["location": "w.bin", "offset": "0", "length": "12"], ["location": "./w.bin"],
    ["location": "sub/w.bin", "offset": "4"], ["location": "sub/w.bin", "offset": "4", "length": "12", "checksum": "00"],
  ])
  func dataInsideTheModelsFolderIsRead(_ entries: [String: String]) throws {
    let folder = try Folder()
    let model = try importONNX(path: folder.write(entries))
    #expect(model.graph.constant(model.graph.nodes[0].inputs[1])?.elements == [1, 2, 3])
    // The file is named, so that nothing is written over it.
    #expect(model.source.externalFiles.count == 1 && model.source.externalFiles[0].hasSuffix("w.bin"))
  }

  @Test(arguments: [["location": "out"], ["location": "up/secret"]]) func dataMayBeALinkToElsewhere(_ entries: [String: String]) throws {
    let folder = try Folder()
    let model = try importONNX(path: folder.write(entries))
    #expect(model.graph.constant(model.graph.nodes[0].inputs[1])?.elements == [1, 2, 3])
    #expect(model.source.externalFiles.map { $0.hasSuffix("/secret") } == [true])
  }

  @Test func aCacheOfLinksIsRead() throws {
    let folder = try Folder()
    let model = try importONNX(path: folder.writeAsCache(externalModel(["location": "model.onnx_data"])))
    #expect(model.graph.constant(model.graph.nodes[0].inputs[1])?.elements == [1, 2, 3])
    #expect(model.source.externalFiles.map { $0.hasSuffix("/blobs/a7") } == [true])
  }

  @Test func aModelAndAFolderWhoseNamesAreNotUTF8AreReadWithTheirData() throws {
    let folder = try Folder()
    let path = try folder.write(["location": "w.bin"])
    let content = try #require(FileContent.of(path))
    let inner = folder.inner.path
    let (odd, model) = (FileName.text(Array("\(inner)-".utf8) + [0xe9]), FileName.text([0x63, 0xe9]) + ".onnx")
    // Foundation does not remove such names.
    func rename(_ old: String, _ new: String) -> Int32 {
      FileName.withBytes(old) { old in FileName.withBytes(new) { Glibc.rename(old, $0) } }
    }
    #expect(rename(path, "\(inner)/\(model)") == 0 && rename(inner, odd) == 0)
    defer { _ = (rename(odd, inner), rename("\(inner)/\(model)", path)) }
    let imported = try importONNX(path: "\(odd)/\(model)")
    #expect(imported.graph.constant(imported.graph.nodes[0].inputs[1])?.elements == [1, 2, 3])
    let data = try #require(imported.source.externalFiles.first)
    #expect(FileName.withBytes(data) { access($0, F_OK) } == 0)
    #expect(FileContent.of("\(odd)/\(model)") == content)
  }

  @Test func aMissingFileIsOneMessageForAllItsTensors() throws {
    let folder = try Folder()
    let tensors = (0..<93).map { index in
      [3].reduce(Message()) { $0.int(1, $1) }.int(2, 1).text(8, "w\(index)").messages(
        13, [Message().text(1, "location").text(2, "gone.bin")]
      )
      .int(14, 1)
    }
    let nodes = (0..<93).map {
      node($0.isMultiple(of: 2) ? "Add" : "Mul", [$0 == 0 ? "x" : "v\($0)", "w\($0)"], [$0 == 92 ? "y" : "v\($0 + 1)"])
    }
    let path = folder.inner.appending(path: "m.onnx")
    try Data(model(nodes, tensors: tensors, inputs: [input("x", [1, 3])])).write(to: path)
    let failure = try #require(throws: FacetError.self) { try importONNX(path: path.path) }
    #expect(failure.diagnostics.map(\.code) == ["import.onnx.external-data"])
    #expect(
      failure.diagnostics[0].place == "93 tensors, node 'Add_0', tensor 'w0'; node 'Mul_1', tensor 'w1'; node 'Add_2', tensor 'w2'; …")
    #expect(failure.diagnostics[0].message == "The data file 'gone.bin' does not exist.")
  }

  @Test(
    arguments: [
      ([:], "not inside"), (["location": ""], "not inside"), (["location": "../secret"], "not inside"),
      (["location": "sub/../../secret"], "not inside"), (["location": "/absolute/w.bin"], "not inside"),
      (["location": "missing"], "does not exist"), (["location": "sub"], "not a regular file"),
      (["location": "pipe"], "not a regular file"), (["location": "w.bin", "offset": "1"], "11 bytes"),
      (["location": "w.bin", "offset": "13"], "13 + all"), (["location": "w.bin", "offset": "-4"], "-4 + all"),
      (["location": "w.bin", "length": "16"], "0 + 16"), (["location": "w.bin", "length": "8"], "8 bytes"),
      (["location": "w.bin", "offset": "9223372036854775807", "length": "12"], "is not in"),
      (["location": "w.bin", "offset": "99999999999999999999"], "is not in"),
      (["location": "w.bin", "offset": "zero"], "is not in"),
    ] as [([String: String], String)])
  func anyOtherDataIsRefused(_ entries: [String: String], _ says: String) throws {
    let folder = try Folder()
    let path = try folder.write(entries)
    let failure = try #require(throws: FacetError.self) { try importONNX(path: path) }
    #expect(failure.diagnostics.map(\.code) == ["import.onnx.external-data"])
    #expect(failure.diagnostics[0].message.contains(says), "\(failure)")
    #expect(failure.diagnostics[0].place == "node 'Conv_0', tensor 'w'")
  }

  @Test func whatIsNoFileIsRefused() throws {
    let folder = try Folder()
    for name in ["missing.onnx", "sub", "pipe"] {
      let path = folder.inner.appending(path: name).path
      let failure = try #require(throws: FacetError.self) { try importONNX(path: path) }
      #expect(failure.diagnostics.map(\.code) == ["import.file.unreadable"])
      #expect(failure.diagnostics[0].file == path)
    }
  }
}
