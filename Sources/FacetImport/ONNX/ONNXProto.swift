import COnnx

/// A decoded ONNX file; owns the C messages that everything else of the importer points into.
///
/// This file and `ONNXTensor.swift` are where the pointers are; what they hand out are Swift values.
final class ONNXProto {
  private let model: UnsafeMutablePointer<Onnx__ModelProto>

  /// Memory for decoding: 4 times the file and 64 MB, and never more than 8 GB.
  private static func limits(fileSize: Int) -> connx_limits {
    let live = min(fileSize * 4 + (64 << 20), 8 << 30)
    return connx_limits(live: live, total: live * 4)
  }

  /// Decodes a file of at most `ModelFile.maximumSize` bytes. The bytes are copied.
  convenience init(_ bytes: UnsafeRawBufferPointer) throws(ONNXProblem) {
    try Self.refuseBundle(bytes.prefix(Self.bundleMagic.count))
    var model: UnsafeMutablePointer<Onnx__ModelProto>?
    let status = connx_decode(
      bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, Self.limits(fileSize: bytes.count), &model)
    try self.init(model, status, size: bytes.count)
  }

  /// Decodes a file that nobody reads again, so that it and its copy are not held at one time.
  convenience init(_ file: consuming ModelFile) throws(ONNXProblem) {
    var model: UnsafeMutablePointer<Onnx__ModelProto>?
    let size = file.bytes.count
    try Self.refuseBundle(file.bytes.prefix(Self.bundleMagic.count))
    let status = file.withDiscardedBytes { connx_decode_discarding($0, size, Self.limits(fileSize: size), &model) }
    try self.init(model, status, size: size)
  }

  private init(_ model: UnsafeMutablePointer<Onnx__ModelProto>?, _ status: connx_status, size: Int) throws(ONNXProblem) {
    if status == CONNX_EXHAUSTED {
      throw ONNXProblem(.memory, "There is not enough memory to decode this file of \(size) bytes.", ONNXProblem.noMemory)
    }
    if status == CONNX_MEMORY {
      throw ONNXProblem(
        .memory, "Decoding this file of \(size) bytes needs more memory than a model of its size can (4 times the file and 64 MB).",
        ONNXProblem.damaged)
    }
    guard let model else {
      throw ONNXProblem(
        .malformed, "This is not an ONNX model, or it is damaged or cut short (\(size) bytes).",
        "Check that the file is complete and was written by an ONNX exporter.")
    }
    self.model = model
  }

  /// The first bytes of a Facet bundle (Formats/facet-bundle.md): the commonest other file in a model's place.
  private static let bundleMagic: [UInt8] = [0x89, 0x46, 0x41, 0x43, 0x45, 0x54, 0x0D, 0x0A]

  private static func refuseBundle(_ start: some Sequence<UInt8>) throws(ONNXProblem) {
    guard start.elementsEqual(bundleMagic) else { return }
    throw ONNXProblem(
      .malformed, "This is a Facet bundle, but an ONNX model is expected.", "Name the model that the bundle was compiled from.")
  }

  deinit { connx_free(model) }

  var producer: String {
    let name = text(model.pointee.producer_name)
    let version = text(model.pointee.producer_version)
    return version.isEmpty ? name : name + " " + version
  }

  /// Domain and version of each operator set.
  var operatorSets: [(domain: String, version: Int64)] {
    pointers(model.pointee.opset_import, model.pointee.n_opset_import).map { (text($0.domain), $0.version) }
  }

  /// The functions that the file defines, model-local in ONNX's words.
  var functions: [Onnx__FunctionProto] { pointers(model.pointee.functions, model.pointee.n_functions) }

  var graph: Onnx__GraphProto? { model.pointee.graph?.pointee }
}

/// A decoded subgraph; owns the messages that its nodes and tensors point into.
final class ONNXSubgraph {
  private let message: UnsafeMutablePointer<Onnx__GraphProto>

  var graph: Onnx__GraphProto { message.pointee }

  /// - Parameter limit: bytes that decoding may take.
  init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(ONNXProblem) {
    var message: UnsafeMutablePointer<Onnx__GraphProto>?
    let status = connx_decode_graph(
      bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, connx_limits(live: limit, total: limit * 4), &message)
    if status == CONNX_EXHAUSTED {
      throw ONNXProblem(.memory, "There is not enough memory to decode its subgraph of \(bytes.count) bytes.", ONNXProblem.noMemory)
    }
    guard let message else {
      throw status == CONNX_MEMORY
        ? ONNXProblem(.memory, "Decoding its subgraph needs more memory than a model of this size can.", ONNXProblem.damaged)
        : ONNXProblem(.malformed, "Its subgraph is damaged.", ONNXProblem.damaged)
    }
    self.message = message
  }

  deinit { connx_free_graph(message) }
}

/// A C string of a message; empty where it is absent. Bytes that are not UTF-8 become replacement characters.
func text(_ string: UnsafeMutablePointer<CChar>?) -> String { string.map { String(cString: $0) } ?? "" }

/// Bytes of a message as text, for attributes.
func text(_ bytes: ProtobufCBinaryData) -> String {
  String(decoding: UnsafeBufferPointer(start: bytes.data, count: bytes.data == nil ? 0 : bytes.len), as: UTF8.self)
}

/// The messages of a repeated field.
func pointers<Message>(_ list: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int) -> [Message] {
  UnsafeBufferPointer(start: list, count: list == nil ? 0 : count).compactMap { $0?.pointee }
}

/// The scalars of a repeated field.
func scalars<Scalar>(_ list: UnsafeMutablePointer<Scalar>?, _ count: Int) -> UnsafeBufferPointer<Scalar> {
  UnsafeBufferPointer(start: list, count: list == nil ? 0 : count)
}
