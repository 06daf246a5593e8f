import FacetData
import FacetDiagnostics
import FacetTestSupport
import Testing

@testable import FacetFiles

@Suite struct ZipTests {
  private func open(_ entries: [ZipBuilder.Entry]) throws(FacetError) -> ZipArchive {
    try ZipArchive(bytes: ZipBuilder(entries).bytes, name: "a.zip")
  }

  /// What reading the only entry says.
  private func failureOfReading(_ entry: ZipBuilder.Entry) -> Diagnostic? {
    failure { () throws(FacetError) in
      let archive = try open([entry])
      return try archive.read(archive.entries[0], limit: 1 << 20)
    }
  }

  @Test("Entries come in the directory's order with their contents, empty ones and folders too")
  func contents() throws {
    let archive = try open([
      .init(name: "b", content: [1, 2, 3]), .init(name: "folder/", content: []),
      .init(name: "a", content: Array(repeating: 7, count: 200_000)),
    ])
    #expect(archive.entries.map(\.name) == ["b", "folder/", "a"])
    let contents = try archive.entries.map { try archive.read($0, limit: 1 << 20) }
    #expect(contents == [[1, 2, 3], [], Array(repeating: 7, count: 200_000)])
    #expect(archive.entry("a")?.byteCount == 200_000 && archive.entry("c") == nil)
    #expect(code { () throws(FacetError) in try archive.read(archive.entries[2], limit: 199_999) } == "data.zip.too-large")
  }

  @Test("An archive without entries, and one with a comment that looks like an end record, are read")
  func odd() throws {
    #expect(try open([]).entries.isEmpty)
    var builder = ZipBuilder([.init(name: "x", content: [9])])
    builder.comment = [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 30)
    #expect(try ZipArchive(bytes: builder.bytes, name: "x").entries.map(\.name) == ["x"])
  }

  @Test("Sizes may be missing from local headers, and 64-bit records stand in small files, as PyTorch writes them")
  func torch() throws {
    let archive = try ZipArchive(bytes: caseFile("torch.zip"), name: "torch.zip")
    #expect(archive.entries.map(\.name) == ["model/x.npy", "model/y.npy"])
    let x = try NPYArray.parse(archive.read(archive.entries[0], limit: 1 << 20), name: "x")
    #expect(x == NPYArray(shape: [2, 3], elements: .float32([1.5, -2, 3, 0, 1e-3, -65504])))
    let y = try NPYArray.parse(archive.read(archive.entries[1], limit: 1 << 20), name: "y")
    #expect(y == NPYArray(shape: [2], elements: .int64([.min, .max])))
  }

  @Test(
    "A directory that lies is refused when the archive is opened",
    arguments: [
      ([.init(name: "a", content: [1]), .init(name: "a", content: [2])], "duplicate"),
      ([.init(name: "a", content: [1], size: 2)], "size"),
      ([.init(name: "a", content: [1], method: 8, size: 3000)], "size"),
      ([.init(name: "a", content: [1], size: 5000, storedSize: 5000)], "overlap"),
      ([.init(name: "a", content: [1, 2]), .init(name: "b", content: [1], offset: 0)], "overlap"),
      ([.init(name: "a", content: [1], offset: 5000)], "size"),
      ([.init(name: "", content: [1])], "name"), ([.init(name: "a\0b", content: [1])], "name"),
      ([.init(name: "a", content: [1], extra: [1, 0, 200, 0])], "entry"),
      ([.init(name: "a", content: [1], size: .max, extra: [1, 0, 4, 0, 1, 0, 0, 0])], "entry"),
      (
        [.init(name: "a", content: [1], size: .max, storedSize: .max, extra: [1, 0, 16, 0] + [UInt8](repeating: 0xff, count: 16))], "size"
      ),
    ] as [([ZipBuilder.Entry], String)])
  func lyingDirectory(entries: [ZipBuilder.Entry], reason: String) {
    let error = failure { () throws(FacetError) in try open(entries) }
    #expect(error?.code == "data.zip.\(reason)")
    #expect(error?.file == "a.zip" && error?.remedy.isEmpty == false)
  }

  @Test("A directory that is not where the end record says, or counts other entries, is refused")
  func misplacedDirectory() {
    var builder = ZipBuilder([.init(name: "a", content: [1])])
    builder.count = 2
    #expect(code { () throws(FacetError) in try ZipArchive(bytes: builder.bytes, name: "x") } == "data.zip.directory")
    builder.count = nil
    builder.directoryOffset = 3
    #expect(code { () throws(FacetError) in try ZipArchive(bytes: builder.bytes, name: "x") } == "data.zip.directory")
  }

  @Test(
    "An entry that cannot be read says why, with its name",
    arguments: [
      (.init(name: "a", content: [1, 2], crc: 7), "crc"), (.init(name: "a", content: [1], flags: 1), "encrypted"),
      (.init(name: "a", content: [1], method: 12), "method"), (.init(name: "a", content: [7], method: 8), "corrupt"),
      (.init(name: "a", content: [1], localName: "b"), "entry"),
      // A stored block of deflate that announces three bytes and ends after one; one that holds more, and fewer, than the directory says.
      (.init(name: "a", content: [1, 2, 3], stored: [1, 3, 0, 0xfc, 0xff, 1], method: 8), "truncated"),
      (.init(name: "a", content: [1, 2], stored: [1, 3, 0, 0xfc, 0xff, 1, 2, 3], method: 8), "size"),
      (.init(name: "a", content: [1, 2, 3, 4], stored: [1, 3, 0, 0xfc, 0xff, 1, 2, 3], method: 8), "size"),
      (.init(name: "a", content: [1, 2, 3], stored: [1, 3, 0, 0xfc, 0xff, 1, 2, 3, 0], method: 8), "size"),
    ] as [(ZipBuilder.Entry, String)])
  func unreadable(entry: ZipBuilder.Entry, reason: String) {
    let error = failureOfReading(entry)
    #expect(error?.code == "data.zip.\(reason)")
    #expect(error?.place == "entry 'a'" && error?.remedy.isEmpty == false)
  }

  @Test("A size that deflate could just reach is believed until the data end")
  func bomb() throws {
    // Claims as much as the bytes could hold, and holds nothing.
    let stored: [UInt8] = [1, 0, 0, 0xff, 0xff] + [UInt8](repeating: 0, count: 995)
    let error = failureOfReading(.init(name: "a", content: [], stored: stored, method: 8, size: 1_000_000))
    #expect(error?.code == "data.zip.size")
  }

  @Test("An archive cut short anywhere is refused")
  func everyPrefix() throws {
    for name in ["torch.zip", "pipe.npz"] {
      let bytes = try caseFile(name)
      for count in 0..<bytes.count {
        let error = failure { () throws(FacetError) in try ZipArchive(bytes: Array(bytes[..<count]), name: name) }
        #expect(error?.code == (count < 4 ? "data.zip.magic" : "data.zip.directory"), "\(count) bytes of \(name)")
      }
    }
  }

  @Test("A damaged archive gives its arrays unchanged, or an error", arguments: ["torch.zip", "pipe.npz", "deflated.npz"])
  func damage(name: String) throws {
    let bytes = try caseFile(name)
    let sound = try ZipArchive(bytes: bytes, name: name)
    var contents: Set<[UInt8]> = []
    for entry in sound.entries { contents.insert(try sound.read(entry, limit: 1 << 20)) }
    let seed: UInt64 = 4_711
    var refused = 0
    forEachDamaged(bytes, variants: 1000, seed: seed) { damaged in
      do throws(FacetError) {
        let archive = try ZipArchive(bytes: damaged, name: name)
        for entry in archive.entries {
          do throws(FacetError) {
            let content = try archive.read(entry, limit: 1 << 20)
            // The checksum was changed to fit with a chance of 2^-32.
            #expect(contents.contains(content) || content.isEmpty, "seed \(seed)")
          } catch {
            refused += 1
            #expect(error.code.hasPrefix("data.") && !error.remedy.isEmpty, "seed \(seed)")
          }
        }
      } catch {
        refused += 1
        #expect(error.code.hasPrefix("data.zip.") && !error.remedy.isEmpty, "seed \(seed)")
      }
    }
    #expect(refused > 0)
  }

  @Test("What is no archive is named as such")
  func magic() {
    for bytes in [[], [1, 2, 3], Array("a text".utf8), NPYTests.fromNumpy] as [[UInt8]] {
      #expect(code { () throws(FacetError) in try ZipArchive(bytes: bytes, name: "x") } == "data.zip.magic")
    }
  }
}
