import FacetIR

/// A tensor of the package (`TensorProto`, onnx.proto): numbers of any type as float32.
struct CaseTensor {
  var name: String
  var tensor: Tensor

  /// Most elements of a tensor: the largest of the package has 640,000.
  private static let maximumElements = 1 << 26

  init(_ bytes: [UInt8]) throws(CaseProblem) {
    let message = try WireMessage(bytes[...])
    name = message.text(8)
    var shape: [Int] = []
    var count = 1
    for size in try message.integers(1) {
      guard size >= 0, size <= Self.maximumElements, count * Int(size) <= Self.maximumElements else {
        throw CaseProblem("a tensor of the case is too large")
      }
      shape.append(Int(size))
      count *= Int(size)
    }
    let type = try message.integers(2).last ?? 0
    let elements = try Self.elements(message, type: type)
    guard elements.count == count else {
      throw CaseProblem("a tensor of the case has \(elements.count) elements for the shape \(shape)")
    }
    tensor = Tensor(shape: shape, elements: elements)
  }

  private static func elements(_ message: WireMessage, type: Int64) throws(CaseProblem) -> [Float] {
    if let raw = message.bytes(9).last {
      switch type {
      case 1: return load(raw, UInt32.self) { Float(bitPattern: $0) }
      case 2, 9: return load(raw, UInt8.self) { Float($0) }
      case 3: return load(raw, Int8.self) { Float($0) }
      case 6: return load(raw, Int32.self) { Float($0) }
      case 7: return load(raw, Int64.self) { Float($0) }
      case 10: return load(raw, UInt16.self) { Float(Float16(bitPattern: $0)) }
      case 11: return load(raw, UInt64.self) { Float(Double(bitPattern: $0)) }
      default: throw CaseProblem("a tensor of the case holds type \(type)")
      }
    }
    switch type {
    case 1: return message.bytes(4).flatMap { load($0, UInt32.self) { Float(bitPattern: $0) } }
    case 2, 3, 6, 9: return try message.integers(5).map { Float($0) }
    case 7: return try message.integers(7).map { Float($0) }
    case 11: return message.bytes(10).flatMap { load($0, UInt64.self) { Float(Double(bitPattern: $0)) } }
    default: throw CaseProblem("a tensor of the case holds type \(type)")
    }
  }

  /// Little-endian elements; bytes that make no whole element are left out, which the count then shows.
  private static func load<Bits: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, _: Bits.Type, _ convert: (Bits) -> Float
  ) -> [Float] {
    let size = MemoryLayout<Bits>.size
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / size).map { convert(Bits(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Bits.self))) }
    }
  }
}
