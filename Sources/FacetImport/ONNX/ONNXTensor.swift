import COnnx
import FacetIR

/// A tensor of the file, not yet decoded: the message stays in the `ONNXProto`, which must outlive it.
struct ONNXTensorSource {
  private let message: UnsafeMutablePointer<Onnx__TensorProto>
  /// For messages: its own name, or that of the value it is given to.
  var name: String
  /// Whether several nodes may decode it, as each call of a function does with the tensors of its body.
  var isShared: Bool

  init(_ message: UnsafeMutablePointer<Onnx__TensorProto>, isShared: Bool = false) {
    (self.message, self.isShared) = (message, isShared)
    name = text(message.pointee.name)
  }

  var type: ONNXElementType { ONNXElementType(message.pointee.data_type) }

  /// The sizes, checked: none negative or above 2^31, and no more than 2^31 elements.
  func shape() throws(ONNXProblem) -> [Int] {
    let sizes = scalars(message.pointee.dims, message.pointee.n_dims)
    guard sizes.count <= 16 else { throw broken("It has \(sizes.count) dimensions.") }
    guard let shape = checkedShape(sizes) else { throw broken("Its sizes \(Array(sizes)) are not possible.") }
    return shape
  }

  /// Where the data lies outside of the file, by key (`location`, `offset`, `length`); nil where it does not.
  var external: [String: String]? {
    guard message.pointee.data_location == 1 else { return nil }
    let entries = pointers(message.pointee.external_data, message.pointee.n_external_data)
    return Dictionary(entries.map { (text($0.key), text($0.value)) }) { $1 }
  }

  /// Bytes of the data as it lies in the file, for the budget.
  func byteCount(elements: Int) -> Int { elements * type.size }

  /// The values of a tensor of float32, float16, bfloat16 or float64 as float32.
  /// - Parameter raw: the bytes of external data, little-endian, or nil where the data is in the file.
  func floats(count: Int, raw: UnsafeRawBufferPointer?) throws(ONNXProblem) -> [Float] {
    let tensor = message.pointee
    if let bytes = raw ?? rawData {
      try check(bytes.count, is: count * type.size, unit: "bytes")
      switch type {
      case .float32: return Self.load(bytes, count, as: UInt32.self) { Float(bitPattern: $0) }
      case .float16: return Self.load(bytes, count, as: UInt16.self) { Float(Float16(bitPattern: $0)) }
      case .bfloat16: return Self.load(bytes, count, as: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .float64: return Self.load(bytes, count, as: UInt64.self) { Float(Double(bitPattern: $0)) }
      default: throw wrongType("numbers")
      }
    }
    switch type {
    case .float32:
      try check(tensor.n_float_data, is: count, unit: "values")
      return Array(scalars(tensor.float_data, tensor.n_float_data))
    case .float16, .bfloat16:
      try check(tensor.n_int32_data, is: count, unit: "values")
      let isHalf = type == .float16
      return scalars(tensor.int32_data, tensor.n_int32_data).map {
        let bits = UInt16(truncatingIfNeeded: $0)
        return isHalf ? Float(Float16(bitPattern: bits)) : Float(bitPattern: UInt32(bits) << 16)
      }
    case .float64:
      try check(tensor.n_double_data, is: count, unit: "values")
      return scalars(tensor.double_data, tensor.n_double_data).map { Float($0) }
    default: throw wrongType("numbers")
    }
  }

  /// The values of a tensor of integers, but for uint8 and int8, or of bool.
  func integers(count: Int, raw: UnsafeRawBufferPointer?) throws(ONNXProblem) -> [Int] {
    let tensor = message.pointee
    if let bytes = raw ?? rawData {
      try check(bytes.count, is: count * type.size, unit: "bytes")
      switch type {
      case .int64: return Self.load(bytes, count, as: Int64.self) { Int($0) }
      case .int32: return Self.load(bytes, count, as: Int32.self) { Int($0) }
      case .bool: return Self.load(bytes, count, as: UInt8.self) { Int($0) }
      case .int16: return Self.load(bytes, count, as: UInt16.self) { Int(Int16(bitPattern: $0)) }
      case .uint16: return Self.load(bytes, count, as: UInt16.self) { Int($0) }
      case .uint32: return Self.load(bytes, count, as: UInt32.self) { Int($0) }
      case .uint64: return try signed(Self.load(bytes, count, as: UInt64.self) { $0 })
      default: throw wrongType("integers")
      }
    }
    switch type {
    case .int64:
      try check(tensor.n_int64_data, is: count, unit: "values")
      return scalars(tensor.int64_data, tensor.n_int64_data).map { Int($0) }
    case .int32, .bool, .int16, .uint16:
      try check(tensor.n_int32_data, is: count, unit: "values")
      return scalars(tensor.int32_data, tensor.n_int32_data).map { Int($0) }
    case .uint32, .uint64:
      try check(tensor.n_uint64_data, is: count, unit: "values")
      return try signed(Array(scalars(tensor.uint64_data, tensor.n_uint64_data)))
    default: throw wrongType("integers")
    }
  }

  private func signed(_ values: [UInt64]) throws(ONNXProblem) -> [Int] {
    guard values.allSatisfy({ $0 <= UInt64(Int.max) }) else {
      throw ONNXProblem(
        .tensorType, "It holds numbers of 2^63 or more.", "Export the model with int64 sizes.", place: "tensor '\(name)'")
    }
    return values.map { Int($0) }
  }

  /// The values of a tensor of uint8 or int8 as they lie in the file.
  func codes(count: Int, raw: UnsafeRawBufferPointer?) throws(ONNXProblem) -> [UInt8] {
    if let bytes = raw ?? rawData {
      try check(bytes.count, is: count, unit: "bytes")
      return Array(bytes)
    }
    let tensor = message.pointee
    try check(tensor.n_int32_data, is: count, unit: "values")
    return scalars(tensor.int32_data, tensor.n_int32_data).map { UInt8(truncatingIfNeeded: $0) }
  }

  /// Gives the memory of the data back, of which a second decoding would find none; not where there may be one.
  func release() {
    if !isShared { connx_release_data(message) }
  }

  private var rawData: UnsafeRawBufferPointer? {
    let tensor = message.pointee
    // An empty raw_data beside typed data is an exporter's default, not data.
    guard tensor.has_raw_data != 0, let start = tensor.raw_data.data, tensor.raw_data.len > 0 else { return nil }
    return UnsafeRawBufferPointer(start: start, count: tensor.raw_data.len)
  }

  /// Reads little-endian elements from bytes of any alignment. Precondition: `bytes` holds `count` of them.
  private static func load<Bits: FixedWidthInteger, Element>(
    _ bytes: UnsafeRawBufferPointer, _ count: Int, as: Bits.Type, _ convert: (Bits) -> Element
  ) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
        buffer.initializeElement(at: index, to: convert(Bits(littleEndian: bits)))
      }
      initialized = count
    }
  }

  private func check(_ found: Int, is expected: Int, unit: String) throws(ONNXProblem) {
    guard found == expected else {
      throw broken("It holds \(found) \(unit), and its sizes and type ask for \(expected).")
    }
  }

  private func broken(_ message: String) -> ONNXProblem {
    ONNXProblem(.tensorData, message, ONNXProblem.damaged, place: "tensor '\(name)'")
  }

  private func wrongType(_ wanted: String) -> ONNXProblem {
    ONNXProblem(
      .tensorType, "It holds \(type.description), where \(wanted) are needed.",
      "Export the model with float32 weights and int64 sizes.", place: "tensor '\(name)'")
  }
}

/// TensorProto.DataType.
enum ONNXElementType: Equatable, CustomStringConvertible {
  case float32, float16, bfloat16, float64, int64, int32, bool
  case other(Int32)

  init(_ number: Int32) {
    switch number {
    case 1: self = .float32
    case 6: self = .int32
    case 7: self = .int64
    case 9: self = .bool
    case 10: self = .float16
    case 11: self = .float64
    case 16: self = .bfloat16
    default: self = .other(number)
    }
  }

  var isFloat: Bool { self == .float32 || self == .float16 || self == .bfloat16 || self == .float64 }

  /// Integers that are read as such: all but uint8 and int8, which are codes.
  var isInteger: Bool {
    switch self {
    case .int64, .int32, .bool, .int16, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  /// uint8, int8, uint16 or int16: float32 holds every value.
  var isSmallInteger: Bool {
    switch self {
    case .other(let number): (2...5).contains(number)
    default: false
    }
  }

  /// uint8 or int8: what quantized tensors hold.
  var isByte: Bool { self == .uint8 || self == .int8 }

  static let uint8 = ONNXElementType(2)
  static let int8 = ONNXElementType(3)
  static let uint16 = ONNXElementType(4)
  static let int16 = ONNXElementType(5)
  static let uint32 = ONNXElementType(12)
  static let uint64 = ONNXElementType(13)

  /// The numbers that a type of integers holds; nil for other types, and for uint64 those that int64 holds, too.
  var range: ClosedRange<Int>? {
    switch self {
    case .int64: Int.min...Int.max
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .bool: 0...1
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65_535
    case .int16: -32_768...32_767
    case .uint32: 0...Int(UInt32.max)
    case .uint64: 0...Int.max
    default: nil
    }
  }

  /// Bytes of an element; 1 for types that are never decoded.
  var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .bool, .other: 1
    }
  }

  var description: String {
    switch self {
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float64: "float64"
    case .int64: "int64"
    case .int32: "int32"
    case .bool: "bool"
    case .other(let number):
      [
        2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 8: "string", 12: "uint32", 13: "uint64", 17: "float8", 18: "float8", 19: "float8",
        20: "float8",
        21: "uint4", 22: "int4",
      ][number] ?? "type \(number)"
    }
  }
}

extension [Int] {
  /// Whether a tensor may have these sizes: none is negative, and the elements are at most `maximumElementCount`. Those of an empty tensor
  /// are counted without its zeros, so that no product of some of its sizes is too large either.
  var isPossibleShape: Bool { filter { $0 != 0 }.checkedElementCount != nil }
}

/// Sizes as a shape, or nil where there is no such tensor. Zero may be.
func checkedShape(_ sizes: some Sequence<Int64>) -> [Int]? {
  var shape: [Int] = []
  for size in sizes {
    guard size >= 0, size <= maximumElementCount else { return nil }
    shape.append(Int(size))
  }
  return shape.isPossibleShape ? shape : nil
}
