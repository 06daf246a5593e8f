import FacetDiagnostics
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

@testable import FacetData

@Suite struct DatasetTests {
  static let ppm = Array("P6 1 1 255\nabc".utf8)

  @Test("A single image is one sample under its own name")
  func image() throws {
    let folder = try TemporaryFolder()
    let set = try Dataset.open(path: folder.add("face.png", ImageCases.rgb))
    #expect(set.count == 1 && set.labels == nil)
    let frame = try #require(Frame(width: 5, height: 3, pixels: ImageCases.rgbPixels))
    #expect(try set.sample(0) == .frame(frame, name: "face.png"))
    #expect(code { () throws(FacetError) in try set.sample(1) } == "data.set.index")
    #expect(code { () throws(FacetError) in try set.sample(-1) } == "data.set.index")
  }

  @Test("A folder gives its images in byte order of their names; other files, hidden ones and folders are not samples")
  func folder() throws {
    let folder = try TemporaryFolder()
    for name in ["b.PPM", "a10.ppm", "a2.ppm", "B.ppm", ".hidden.ppm", "notes.txt", "sub/x.ppm", "c.ppm.bak"] {
      try folder.add(name, Self.ppm)
    }
    let set = try Dataset.open(path: folder.path)
    #expect(try (0..<set.count).map { try set.sample($0).name } == ["B.ppm", "a10.ppm", "a2.ppm", "b.PPM"])
    #expect(try Dataset.open(path: folder.path + "/", limit: 2).count == 2)
  }

  @Test(
    "uint8 that is no batch in NHWC says how to save it",
    arguments: [
      ([2, 3, 8, 8], "x.transpose(0, 2, 3, 1)"), ([2, 1, 8, 8], "x.transpose(0, 2, 3, 1)"), ([2, 8, 8, 4], "x[..., :3]"),
      ([8, 8, 3], "x[None]"), ([2, 8, 8], "x[..., None]"), ([8, 8], "x[None, :, :, None]"),
    ] as [([Int], String)])
  func layouts(_ shape: [Int], _ remedy: String) throws {
    let folder = try TemporaryFolder()
    let array = try #require(NPYArray(shape: shape, elements: .uint8([UInt8](repeating: 0, count: shape.reduce(1, *)))))
    let file = try folder.add("a.npy", array.serialized())
    let failure = #expect(throws: FacetError.self) { try Dataset.open(path: file) }
    #expect(failure?.code == "data.npy.shape" && failure?.remedy.hasPrefix("Save " + remedy) == true, "\(failure?.remedy ?? "")")
  }

  @Test("Labels that cannot be read are an error, not left out")
  func labelsThatAreNoFile() throws {
    let folder = try TemporaryFolder()
    try folder.add("a.ppm", Self.ppm)
    try folder.add("labels.csv/x", [])
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path) } == "data.file.kind")
  }

  @Test("uint8 tensors are frames, float tensors are inputs, and rows of several files count through")
  func tensors() throws {
    let folder = try TemporaryFolder()
    let floats = try #require(NPYArray(shape: [3, 1, 1, 2], elements: .float32([0, 1, 2, 3, 4, 5])))
    let rgb = try #require(NPYArray(shape: [1, 1, 2, 3], elements: .uint8([1, 2, 3, 4, 5, 6])))
    let gray = try #require(NPYArray(shape: [2, 1, 1, 1], elements: .uint8([9, 200])))
    try floats.write(to: folder.path + "/a.npy")
    try rgb.write(to: folder.path + "/b.npy")
    try gray.write(to: folder.path + "/c.npy")
    let set = try Dataset.open(path: folder.path)
    #expect(set.count == 6)
    #expect(try set.sample(2) == .tensor([4, 5], shape: [1, 1, 1, 2], name: "a.npy[2]"))
    let two = try #require(Frame(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6]))
    let one = try #require(Frame(width: 1, height: 1, pixels: [200, 200, 200]))
    #expect(try set.sample(3) == .frame(two, name: "b.npy"))
    #expect(try set.sample(5) == .frame(one, name: "c.npy[1]"))
    #expect(try Dataset.open(path: folder.path + "/a.npy", limit: 2).count == 2)
  }

  @Test(
    "A tensor that is no batch of inputs is refused when the set is opened",
    arguments: [
      (NPYArray(shape: [2], elements: .int64([1, 2])), "data.npy.shape"),
      (NPYArray(shape: [2, 1], elements: .int64([1, 2])), "data.npy.type"),
      (NPYArray(shape: [], elements: .float32([1])), "data.npy.shape"),
      (NPYArray(shape: [0, 3], elements: .float32([])), "data.npy.shape"),
      (NPYArray(shape: [1, 1, 1, 4], elements: .uint8([1, 2, 3, 4])), "data.npy.shape"),
      (NPYArray(shape: [2, 2], elements: .uint8([1, 2, 3, 4])), "data.npy.shape"),
    ])
  func badTensor(array: NPYArray?, expected: String) throws {
    let folder = try TemporaryFolder()
    try #require(array).write(to: folder.path + "/a.npy")
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path) } == expected)
  }

  @Test("With labels.csv the table gives order and labels, and files may lie in folders below")
  func labels() throws {
    let folder = try TemporaryFolder()
    try folder.add("sub/b.ppm", Self.ppm)
    try folder.add("a.ppm", Self.ppm)
    try folder.add("unlabelled.ppm", Self.ppm)
    try folder.add("labels.csv", Array("file,age\nsub/b.ppm,4\na.ppm,1\n".utf8))
    let set = try Dataset.open(path: folder.path)
    #expect(set.count == 2)
    #expect(try set.sample(0).name == "sub/b.ppm")
    #expect(set.labels?[column: "age"] == ["4", "1"])
    let first = try Dataset.open(path: folder.path, limit: 1)
    #expect(first.count == 1 && first.labels?.files == ["sub/b.ppm"])
  }

  @Test("All missing files are reported at once, with their lines")
  func missing() throws {
    let folder = try TemporaryFolder()
    try folder.add("a.ppm", Self.ppm)
    try folder.add("labels.csv", Array(("file\na.ppm\n" + (0..<12).map { "m\($0).ppm\n" }.joined()).utf8))
    let error = failure { () throws(FacetError) in try Dataset.open(path: folder.path) }
    #expect(error?.code == "data.set.missing")
    #expect(error?.message.hasPrefix("12 of 13 files are missing: 'm0.ppm' (line 3), ") == true)
    #expect(error?.message.hasSuffix("'m9.ppm' (line 12) and more") == true)
  }

  @Test("A line of labels.csv cannot label a tensor of several samples")
  func ambiguous() throws {
    let folder = try TemporaryFolder()
    try #require(NPYArray(shape: [2, 1], elements: .float32([0, 1]))).write(to: folder.path + "/a.npy")
    try folder.add("labels.csv", Array("file\na.npy\n".utf8))
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path) } == "data.set.kind")
  }

  @Test("What does not exist, is empty, or would block is an error")
  func nothing() throws {
    let folder = try TemporaryFolder()
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path + "/none") } == "data.file.missing")
    #expect(code { () throws(FacetError) in try Dataset.open(path: "") } == "data.file.missing")
    #expect(code { () throws(FacetError) in try Dataset.open(path: "a\0b") } == "data.file.missing")
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path) } == "data.set.empty")
    #expect(code { () throws(FacetError) in try Dataset.open(path: "/dev/zero") } == "data.file.kind")
    mkfifo(folder.path + "/pipe.png", 0o600)
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path + "/pipe.png") } == "data.file.kind")
    #expect(code { () throws(FacetError) in try readFile(folder.path + "/pipe.png", limit: 9) } == "data.file.kind")
  }

  @Test("A broken image is reported when its sample is read, by its path; the others can be read")
  func lazy() throws {
    let folder = try TemporaryFolder()
    try folder.add("a.png", Array(ImageCases.rgb.dropLast(20)))
    try folder.add("b.png", ImageCases.rgb)
    let set = try Dataset.open(path: folder.path)
    let error = failure { () throws(FacetError) in try set.sample(0) }
    #expect(error?.code == "data.image.truncated" && error?.file == folder.path + "/a.png")
    #expect(try set.sample(1).name == "b.png")
  }

  @Test("What a folder holds beside its samples is counted, and told where nothing else is found")
  func passedOver() throws {
    let folder = try TemporaryFolder()
    for name in ["b.ppm", ".hidden.ppm", "notes.txt", "sub/x.ppm", "sub/deep/y.ppm", "c.ppm.bak"] { try folder.add(name, Self.ppm) }
    let set = try Dataset.open(path: folder.path)
    #expect(set.passedOver.description == "1 folder, 1 hidden name, 2 files of other kinds")
    #expect(set.note == "A folder in '\(folder.path)' was passed over; --recursive reads what is in it, too.")
    unlink(folder.path + "/b.ppm")
    let error = failure { () throws(FacetError) in try Dataset.open(path: folder.path) }
    #expect(error?.code == "data.set.empty" && error?.remedy.contains("--recursive") == true)
    #expect(error?.message == "no samples; passed over: 1 folder, 1 hidden name, 2 files of other kinds")
  }

  @Test("Folders in a folder are read where that is asked for, but for links, which may lead back")
  func recursive() throws {
    let folder = try TemporaryFolder()
    for name in ["b.ppm", "a/x.ppm", "a/b/y.ppm", "c/z.ppm", ".git/w.ppm"] { try folder.add(name, Self.ppm) }
    symlink("..", folder.path + "/a/back")
    symlink("../b.ppm", folder.path + "/c/linked.ppm")
    var options = DatasetOptions()
    options.isRecursive = true
    let set = try Dataset.open(path: folder.path, options: options)
    #expect(try (0..<set.count).map { try set.sample($0).name } == ["a/b/y.ppm", "a/x.ppm", "b.ppm", "c/linked.ppm", "c/z.ppm"])
    #expect(set.passedOver.folders == 1 && set.note == nil)
  }

  @Test("Files that cannot be read keep their place and are passed over where that is asked for; otherwise the error names the option")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.add("a.png", Array(ImageCases.rgb.dropLast(20)))
    try folder.add("b.png", ImageCases.rgb)
    try folder.add("c.npy", [1, 2, 3])
    var options = DatasetOptions()
    #expect(failure { () throws(FacetError) in try Dataset.open(path: folder.path) }?.remedy.contains("--skip-unreadable") == true)
    options.skipsUnreadable = true
    let set = try Dataset.open(path: folder.path, options: options)
    var skipped: [Diagnostic] = []
    let read = try (0..<set.count).map { try set.readableSample($0, skipped: { skipped.append($0) })?.name }
    #expect(read == [nil, "b.png", nil])
    #expect(skipped.map(\.code) == ["data.image.truncated", "data.npy.magic"])
    #expect(skipped.map(\.file) == [folder.path + "/a.png", folder.path + "/c.npy"])
    unlink(folder.path + "/c.npy")
    let strict = try Dataset.open(path: folder.path)
    #expect(
      failure { () throws(FacetError) in try strict.readableSample(0, skipped: { _ in }) }?.remedy.contains("--skip-unreadable") == true)
  }

  @Test("So are lines of labels.csv whose files are missing")
  func missingLines() throws {
    let folder = try TemporaryFolder()
    try folder.add("a.ppm", Self.ppm)
    try folder.add("labels.csv", Array("file,x\nnone.ppm,1\na.ppm,2\nnone.npy,3\n".utf8))
    #expect(code { () throws(FacetError) in try Dataset.open(path: folder.path) } == "data.set.missing")
    var options = DatasetOptions()
    options.skipsUnreadable = true
    let set = try Dataset.open(path: folder.path, options: options)
    var skipped: [String] = []
    let read = try (0..<set.count).map { try set.readableSample($0, skipped: { skipped.append($0.code) })?.name }
    #expect(read == [nil, "a.ppm", nil] && skipped == ["data.file.missing", "data.file.missing"])
  }
}
