import FacetFiles
import FacetIR
import Glibc

/// Decodes tensors within a budget: however often a file refers to the same bytes, what is made from them is bounded.
final class ONNXTensorReader {
  /// The folder that external data may come from, or nil where the model has none (bytes in memory).
  private let folder: String?
  /// Bytes of constants that may still be held.
  private var budget: Int
  /// What this machine may still give.
  private var memory: Int
  /// Bytes that may still be made, freed or not: bounds the time.
  private var work: Int
  private var isExhausted = false
  /// Bytes that have been made.
  private(set) var spent = 0
  /// What a file of this size may ask for, without its external data.
  let allowance: Int
  /// External files seen, by resolved path; each adds to the budget once.
  private(set) var externalFiles: Set<String> = []

  private static let maximumBudget = 8 << 30
  /// How often the budget may be used again for constants that have been freed.
  private static let reuse = 16

  /// - Parameter fileSize: of the model; 4 times that and 64 MB may be held at a time.
  init(folder: String?, fileSize: Int, memory: Int = .max) {
    self.memory = memory
    self.folder = folder
    allowance = min(fileSize * 4 + (64 << 20), Self.maximumBudget)
    budget = allowance
    work = allowance * Self.reuse
  }

  private func allow(_ bytes: Int) {
    let more = min(bytes, Self.maximumBudget - min(budget, Self.maximumBudget))
    budget += more
    work += more * Self.reuse
  }

  /// Gives back what was charged for constants that are freed.
  func refund(_ bytes: Int) {
    budget += bytes
    memory += bytes
  }

  /// Accounts for `elements` new float32 (or, as int64, twice as much).
  func charge(elements: Int, size: Int = 4) throws(ONNXProblem) {
    guard elements <= budget / size, !isExhausted else {
      // What comes after would only try the same again.
      isExhausted = true
      throw ONNXProblem(
        .memory, "The constants that are made here need more memory than a file of this size may ask for (4 times the file and 64 MB).",
        "It is a limit of Facet against files made to exhaust memory: check the sizes of this operator; where they are right, store its "
          + "result in the file (constant folding before the export), or cut the network before it with --outputs.")
    }
    guard elements <= memory / size else {
      throw ONNXProblem(.memory, "The weights need more memory than is left on this machine.", ONNXProblem.noMemory)
    }
    guard elements <= work / size else {
      throw .limit("Computing the constants up to here takes more work than a file of this size may ask for.")
    }
    memory -= elements * size
    budget -= elements * size
    work -= elements * size
    spent += elements * size
  }

  /// The tensor as float32. Its data in the file is freed unless it is shared: decode once.
  func floats(_ source: ONNXTensorSource) throws(ONNXProblem) -> Tensor {
    let shape = try source.shape()
    guard let count = shape.checkedElementCount else {
      throw ONNXProblem(.tensorData, "It has no elements.", ONNXProblem.damaged, place: "tensor '\(source.name)'")
    }
    let elements: [Float]
    if let entries = source.external {
      let data = try external(entries, source, count)
      try charge(elements: count)
      elements = try source.floats(count: count, raw: data.bytes)
    } else {
      // What the file itself holds is bounded by its size: the account comes second, the exact message first.
      elements = try source.floats(count: count, raw: nil)
      try charge(elements: count)
    }
    source.release()
    return Tensor(shape: shape, elements: elements)
  }

  /// The tensor as integers, for sizes and axes.
  func integers(_ source: ONNXTensorSource) throws(ONNXProblem) -> ONNXIntegers {
    let shape = try source.shape()
    let count = shape.elementCount
    let elements: [Int]
    if let entries = source.external {
      let data = try external(entries, source, count)
      try charge(elements: count, size: 8)
      elements = try source.integers(count: count, raw: data.bytes)
    } else {
      elements = try source.integers(count: count, raw: nil)
      try charge(elements: count, size: 8)
    }
    source.release()
    return ONNXIntegers(shape: shape, elements: elements, type: source.type)
  }

  /// The tensor's codes. What is made of them as float32 has four times their bytes, and is allowed for like that of a float32 file.
  func codes(_ source: ONNXTensorSource) throws(ONNXProblem) -> ONNXCodes {
    let shape = try source.shape()
    guard let count = shape.checkedElementCount else {
      throw ONNXProblem(.tensorData, "It has no elements.", ONNXProblem.damaged, place: "tensor '\(source.name)'")
    }
    let bytes: [UInt8]
    if let entries = source.external {
      let data = try external(entries, source, count)
      try charge(elements: count, size: 1)
      bytes = try source.codes(count: count, raw: data.bytes)
    } else {
      bytes = try source.codes(count: count, raw: nil)
      allow(count * 12)
      try charge(elements: count, size: 1)
    }
    source.release()
    return ONNXCodes(shape: shape, bytes: bytes, type: source.type)
  }

  /// Reads external data (ONNX "External Data"): a regular file that is named inside of the model's folder, or linked to from there.
  private func external(_ entries: [String: String], _ source: ONNXTensorSource, _ count: Int) throws(ONNXProblem) -> ModelFile {
    let place = "tensor '\(source.name)'"
    func problem(_ message: String) -> ONNXProblem {
      ONNXProblem(
        .externalData, message,
        "Keep the data files in the model's folder as the exporter wrote them, or export the model as one file.",
        place: place)
    }
    guard let folder else { throw problem("Its data lies in another file, and this model has no folder.") }
    let location = entries["location"] ?? ""
    guard !location.isEmpty, !location.hasPrefix("/"), !location.split(separator: "/").contains("..") else {
      throw problem("The data file '\(location)' is not inside the model's folder.")
    }
    // The name is inside; what lies there may be a link to elsewhere, as in the cache of a model hub.
    guard let path = realPath(folder + "/" + FileName.text(location.utf8)) else {
      throw problem("The data file '\(location)' does not exist.")
    }
    do {
      let (descriptor, size) = try ModelFile.open(path)
      defer { close(descriptor) }
      guard let offset = Int(entries["offset"] ?? "0"), offset >= 0, offset <= size,
        let length = Int(entries["length"] ?? String(size - offset)), length >= 0, length <= size - offset
      else {
        throw problem(
          "The range \(entries["offset"] ?? "0") + \(entries["length"] ?? "all") is not in '\(location)' of \(size) bytes.")
      }
      guard length == source.byteCount(elements: count) else {
        throw problem(
          "It has \(length) bytes in '\(location)', and its sizes and type ask for \(source.byteCount(elements: count)).")
      }
      if externalFiles.insert(path).inserted {
        allow(min(size, Self.maximumBudget) * (source.type.isByte ? 16 : 4))
      }
      return try ModelFile(descriptor: descriptor, offset: offset, count: length)
    } catch let error as ModelFile.Unreadable {
      throw problem("The data file '\(location)': \(error.message)")
    } catch let error as ONNXProblem {
      throw error
    } catch {
      throw problem("The data file '\(location)' cannot be read.")
    }
  }

  private func realPath(_ path: String) -> String? {
    guard let resolved = FileName.withBytes(path, { realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return FileName.text(UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) })
  }
}

/// A constant of integers or of bool (0 and 1). The graph holds float32 only, so these stay in the importer.
struct ONNXIntegers {
  var shape: [Int]
  var elements: [Int]
  var type = ONNXElementType.int64
}
