import FacetDiagnostics
import FacetTestSupport
import Foundation
import Testing

@testable import FacetFiles

@Suite struct NPZTests {
  private static let numbers: [Float] = [1.5, -2, 3, 0, 1e-3, -65504]

  @Test(
    "Every element type, byte order and order of axes that numpy writes is read",
    arguments: [
      ("float32", NPYArray(shape: [2, 3], elements: .float32(numbers))), ("float64", NPYArray(shape: [2, 3], elements: .float32(numbers))),
      ("float16", NPYArray(shape: [2, 3], elements: .float32([1.5, -2, 3, 0, 0x1p-24, -65504]))),
      ("big_float32", NPYArray(shape: [2, 3], elements: .float32(numbers))),
      ("big_float64", NPYArray(shape: [2, 3], elements: .float32(numbers))),
      ("big_int64", NPYArray(shape: [2], elements: .int64([-1, 1 << 40]))),
      ("fortran", NPYArray(shape: [2, 3, 4], elements: .float32((0..<24).map { Float($0) }))),
      ("bool", NPYArray(shape: [2], elements: .uint8([1, 0]))), ("uint8", NPYArray(shape: [2], elements: .uint8([0, 255]))),
      ("int8", NPYArray(shape: [2], elements: .int32([-128, 127]))),
      ("int16", NPYArray(shape: [2], elements: .int32([-32768, 32767]))), ("uint16", NPYArray(shape: [2], elements: .int32([0, 65535]))),
      ("int32", NPYArray(shape: [2], elements: .int32([.min, .max]))),
      ("uint32", NPYArray(shape: [2], elements: .int64([0, 4_294_967_295]))),
      ("int64", NPYArray(shape: [2], elements: .int64([.min, .max]))), ("scalar", NPYArray(shape: [], elements: .float32([2.5]))),
      ("empty", NPYArray(shape: [0, 4], elements: .float32([]))), ("a/b:größe", NPYArray(shape: [1], elements: .float32([7]))),
    ])
  func numpy(name: String, expected: NPYArray?) throws {
    for file in ["stored.npz", "deflated.npz"] {
      let npz = try NPZFile(bytes: caseFile(file), name: file)
      #expect(try npz.array(name) == expected)
      #expect(try npz.header(name).shape == expected?.shape)
    }
  }

  @Test("An array of more than one piece is read whole, and only up to the caller's limit")
  func long() throws {
    let npz = try NPZFile(bytes: caseFile("deflated.npz"), name: "x")
    #expect(try npz.array("long").elements == .float32((0..<100_000).map { Float($0 % 1000) }))
    #expect(code { () throws(FacetError) in try npz.array("long", limit: 399_999) } == "data.file.too-large")
  }

  @Test("A file from a pipe, with sizes behind the data and a comment, is read from disk")
  func pipe() throws {
    let folder = try TemporaryFolder()
    let npz = try NPZFile(path: folder.add("pipe.npz", caseFile("pipe.npz")))
    #expect(npz.names == ["x", "y"])
    #expect(try npz.array("x").elements == .float32(Self.numbers))
    #expect(try npz.array("y").elements == .int64([.min, .max]))
  }

  @Test(
    "Objects, texts, structures and complex numbers are refused by name; the file's other arrays are read",
    arguments: [("objects", "Python objects"), ("texts", "texts"), ("bytes", "texts"), ("structure", "structured"), ("complex", "complex")])
  func odd(name: String, kind: String) throws {
    let npz = try NPZFile(bytes: caseFile("odd.npz"), name: "odd.npz")
    let error = failure { () throws(FacetError) in try npz.array(name) }
    #expect(error?.code == "data.npy.type" && error?.place == "array '\(name)'")
    #expect(error?.message.contains(kind) == true)
    #expect(try npz.array("fine").elements == .float32([1, 1]))
  }

  @Test("An array's header may not say more than its entry holds, and the checksum counts")
  func lies() throws {
    var cut = file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }") + [0, 0, 0, 0]
    let short = try NPZFile(bytes: ZipBuilder([.init(name: "x.npy", content: cut)]).bytes, name: "x")
    #expect(code { () throws(FacetError) in try short.array("x") } == "data.npy.truncated")
    cut += [UInt8](repeating: 0, count: 8)
    let changed = try NPZFile(bytes: ZipBuilder([.init(name: "x.npy", content: cut, crc: 1)]).bytes, name: "x")
    #expect(code { () throws(FacetError) in try changed.array("x") } == "data.zip.crc")
    #expect(code { () throws(FacetError) in try changed.array("y") } == "data.npz.missing")
    #expect(code { () throws(FacetError) in try NPZFile(bytes: ZipBuilder([]).bytes, name: "x") } == "data.npz.empty")
  }

  @Test("A folder of .npy files, or one, gives arrays under the files' names")
  func folders() throws {
    let folder = try TemporaryFolder()
    try folder.add("b.npy", NPYTests.fromNumpy)
    try folder.add("a.x.npy", NPYTests.fromNumpy)
    try folder.add("notes.txt", [])
    let arrays = try NamedArrays.open(folder.path)
    #expect(arrays.names == ["a.x", "b"] && arrays.path == folder.path)
    #expect(try arrays.array("b", limit: 1 << 20).shape == [2, 3])
    #expect(try NamedArrays.open(folder.path + "/b.npy").names == ["b"])
    #expect(["a.npz", "b.NPY", folder.path].allSatisfy(NamedArrays.isNamed) && !NamedArrays.isNamed(by: "m.onnx"))
    let empty = try TemporaryFolder()
    #expect(code { () throws(FacetError) in try NamedArrays.open(empty.path) } == "data.npz.empty")
  }
}
