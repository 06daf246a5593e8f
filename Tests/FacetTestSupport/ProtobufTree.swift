/// A protobuf message without its schema: fields in order, with what looks like a message taken apart (Protocol Buffers, "Encoding").
///
/// Damage done to it leaves the lengths around it right, so that it gets past the decoder, to the code that reads the model.
package struct ProtobufTree: Equatable, Sendable {
  package indirect enum Payload: Equatable, Sendable {
    case varint(UInt64)
    case fixed64([UInt8])
    case fixed32([UInt8])
    case bytes([UInt8])
    case message([Field])
    /// Written as it is, after the key: a damaged length, say.
    case raw(wireType: UInt64, [UInt8])
  }

  package struct Field: Equatable, Sendable {
    package var number: UInt64
    package var payload: Payload
  }

  package var fields: [Field]

  /// Nil where the bytes are no message.
  package init?(_ bytes: [UInt8]) {
    guard let fields = Self.parse(bytes[...], depth: 0) else { return nil }
    self.fields = fields
  }

  package var bytes: [UInt8] { Self.serialize(fields) }

  // MARK: reading

  /// Messages nest this deep at most in a model: a value's type, its shape's dimension.
  private static let maximumDepth = 8
  /// Longer ones are weights.
  private static let maximumMessage = 1 << 20

  private static func parse(_ bytes: ArraySlice<UInt8>, depth: Int) -> [Field]? {
    var rest = bytes
    var fields: [Field] = []
    while !rest.isEmpty {
      guard let key = readVarint(&rest), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
      let payload: Payload
      switch key & 7 {
      case 0:
        guard let value = readVarint(&rest) else { return nil }
        payload = .varint(value)
      case 1:
        guard rest.count >= 8 else { return nil }
        payload = .fixed64(Array(rest.prefix(8)))
        rest = rest.dropFirst(8)
      case 5:
        guard rest.count >= 4 else { return nil }
        payload = .fixed32(Array(rest.prefix(4)))
        rest = rest.dropFirst(4)
      case 2:
        guard let length = readVarint(&rest), length <= UInt64(rest.count) else { return nil }
        let content = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        let inner = length > 1 && length < maximumMessage && depth < maximumDepth ? parse(content, depth: depth + 1) : nil
        // Only what is written the same again: otherwise it was text or numbers that look like a message.
        payload = inner.flatMap { serialize($0) == Array(content) ? .message($0) : nil } ?? .bytes(Array(content))
      default: return nil
      }
      fields.append(Field(number: key >> 3, payload: payload))
    }
    return fields
  }

  private static func readVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  // MARK: writing

  static func serialize(_ fields: [Field]) -> [UInt8] {
    var result: [UInt8] = []
    for field in fields {
      func key(_ wireType: UInt64) { append(field.number << 3 | wireType, to: &result) }
      switch field.payload {
      case .varint(let value):
        key(0)
        append(value, to: &result)
      case .fixed64(let bytes):
        key(1)
        result += bytes
      case .fixed32(let bytes):
        key(5)
        result += bytes
      case .bytes(let bytes):
        key(2)
        append(UInt64(bytes.count), to: &result)
        result += bytes
      case .message(let inner):
        let bytes = serialize(inner)
        key(2)
        append(UInt64(bytes.count), to: &result)
        result += bytes
      case .raw(let wireType, let bytes):
        key(wireType)
        result += bytes
      }
    }
    return result
  }

  package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
