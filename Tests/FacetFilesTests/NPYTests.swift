import FacetData
import FacetDiagnostics
import FacetTestSupport
import Testing

@testable import FacetFiles

@Suite struct NPYTests {
  /// `numpy.save` of `numpy.array([[1.5, -2, 3], [0, 1e-3, -65504]], "<f4")`, numpy 2.
  static let fromNumpy: [UInt8] =
    [0x93] + Array("NUMPY".utf8) + [1, 0, 0x76, 0]
    + Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".utf8) + [UInt8](repeating: 0x20, count: 58)
    + [0x0a] + [
      0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x40, 0x40, 0, 0, 0, 0, 0x6f, 0x12, 0x83, 0x3a, 0, 0xe0, 0x7f, 0xc7,
    ]

  @Test("A file of numpy is read, and written again to the same bytes")
  func numpy() throws {
    let array = try NPYArray.parse(Self.fromNumpy, name: "x")
    #expect(array.shape == [2, 3])
    #expect(array.elements == .float32([1.5, -2, 3, 0, 1e-3, -65504]))
    #expect(array.serialized() == Self.fromNumpy)
  }

  @Test("Every element type and rank survives a file, and its elements start at a multiple of 64")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let arrays = [
      NPYArray(shape: [], elements: .float32([3])), NPYArray(shape: [0, 4], elements: .uint8([])),
      NPYArray(shape: [3], elements: .uint8([0, 128, 255])), NPYArray(shape: [1, 2], elements: .int32([.min, .max])),
      NPYArray(shape: [2], elements: .int64([.min, .max])),
      NPYArray(shape: [Int](repeating: 1, count: 32), elements: .float32([.infinity])),
    ]
    for array in arrays {
      let array = try #require(array)
      let path = folder.path + "/a.npy"
      try array.write(to: path)
      #expect(try NPYArray.read(path) == array)
      let header = try NPYHeader(prefix: array.serialized(), fileByteCount: array.serialized().count, name: path)
      #expect(header.dataOffset % 64 == 0)
    }
    #expect(NPYArray(shape: [2, 2], elements: .uint8([1])) == nil)
    #expect(NPYArray(shape: [-1, -1], elements: .uint8([1])) == nil)
    #expect(NPYArray(shape: [.max, .max], elements: .uint8([])) == nil)
  }

  @Test("float64 is rounded to float32, also in pieces from a file")
  func float64() throws {
    let values = (0..<70_000).map { Double($0) / 3 }
    let bytes =
      file("{'descr': '<f8', 'fortran_order': False, 'shape': (70000,), }") + values.withUnsafeBytes { Array($0) }
    #expect(try NPYArray.parse(bytes, name: "x").elements == .float32(values.map { Float($0) }))
    let folder = try TemporaryFolder()
    #expect(try NPYArray.read(folder.add("a.npy", bytes)).elements == .float32(values.map { Float($0) }))
  }

  @Test("Fortran order and big-endian numbers become C order; files of samples in Fortran order are refused")
  func orders() throws {
    let fortran = file("{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3), }") + (0..<6).flatMap { [0, 0, 0, UInt8($0)] }
    #expect(try NPYArray.parse(fortran, name: "x").elements == .int32([0, 2, 4, 1, 3, 5]))
    let folder = try TemporaryFolder()
    let images = file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 1, 1, 3), }") + [0, 1, 2, 3, 4, 5]
    let path = try folder.add("a.npy", images)
    #expect(code { () throws(FacetError) in try Dataset.open(path: path) } == "data.npy.order")
    #expect(try NPYArray.read(path).elements == .uint8([0, 2, 4, 1, 3, 5]))
    let halves = try folder.add("b.npy", file("{'descr': '>f2', 'fortran_order': True, 'shape': (2, 1), }") + [0x3c, 0, 0xc0, 0])
    #expect(try Dataset.open(path: halves).sample(1) == .tensor([-2], shape: [1, 1], name: "b.npy[1]"))
  }

  @Test("Versions 2.0 and 3.0 differ in the length field only")
  func versions() throws {
    for version: UInt8 in [2, 3] {
      let bytes = file("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", version: version) + [8, 9]
      #expect(try NPYArray.parse(bytes, name: "x").elements == .uint8([8, 9]))
    }
  }

  @Test(
    "A header that is not numpy's, or means what is not read, is refused",
    arguments: [
      ("{'descr': '>c8', 'fortran_order': False, 'shape': (1,), }", "type"),
      ("{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "type"),
      ("{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }", "type"),
      ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "type"),
      ("{'descr': [('a', '<f4', (2,)), ('b', [('c', '|u1')])], 'fortran_order': False, 'shape': (1,), }", "type"),
      ("{'descr': [('a', '<f4'), 'fortran_order': False, 'shape': (1,), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, }", "header"), ("", "header"), ("{", "header"), ("{}", "header"),
      ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,,), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } 1", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "header"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "shape"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,), }", "shape"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }", "truncated"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 33))), }", "shape"),
    ])
  func refused(header: String, reason: String) {
    let error = failure { () throws(FacetError) in try NPYArray.parse(file(header) + [0, 0, 0], name: "x.npy") }
    #expect(error?.code == "data.npy.\(reason)")
    #expect(error?.description.hasPrefix("x.npy: npy header: ") == true)
  }

  @Test("A file cut short anywhere is refused")
  func everyPrefix() {
    for count in 0..<Self.fromNumpy.count {
      let code = code { () throws(FacetError) in try NPYArray.parse(Array(Self.fromNumpy[..<count]), name: "x") }
      #expect(code == (count < 6 ? "data.npy.magic" : "data.npy.truncated"))
    }
  }

  @Test("A damaged file gives an array that fits its shape, or an error")
  func damage() {
    let seed: UInt64 = 77
    forEachDamaged(Self.fromNumpy, variants: 2000, seed: seed) { damaged in
      do throws(FacetError) {
        let array = try NPYArray.parse(damaged, name: "x")
        #expect(array.shape.reduce(1, *) == array.elements.count, "seed \(seed)")
      } catch {
        #expect(error.code.hasPrefix("data.npy.") && !error.remedy.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test("A header length of 4 GB is refused, and a file beyond the caller's limit too")
  func limits() throws {
    let long: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xff, 0xff, 0xff, 0xff, 0x20]
    #expect(code { () throws(FacetError) in try NPYArray.parse(long, name: "x") } == "data.npy.header")
    let folder = try TemporaryFolder()
    let path = try folder.add("a.npy", Self.fromNumpy)
    #expect(code { () throws(FacetError) in try NPYArray.read(path, limit: 23) } == "data.file.too-large")
    #expect(try NPYArray.read(path, limit: 24).shape == [2, 3])
  }
}

/// A header of the given version around a dictionary.
func file(_ text: String, version: UInt8 = 1) -> [UInt8] {
  let length = text.utf8.count
  let lengthBytes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(text.utf8)
}
