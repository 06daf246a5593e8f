import FacetFiles

/// Damage that keeps to the structure of a message.
extension ProtobufTree {
  /// One damage to a field somewhere in the tree.
  package mutating func damage(_ random: inout SplitMix64) {
    guard !fields.isEmpty else { return }
    var donor: Field?
    // From elsewhere in the file: a name for a name, a node for a node, or anything for anything.
    Self.visit(fields, number: random.below(Self.count(fields))) { donor = $0[$1] }
    var place = random.below(Self.count(fields))
    Self.change(&fields, number: &place) { message, index in
      Self.damage(&message, index, donor: donor, &random)
    }
  }

  private static func damage(_ message: inout [Field], _ index: Int, donor: Field?, _ random: inout SplitMix64) {
    switch random.below(12) {
    case 0: message.remove(at: index)
    case 1: message.insert(message[index], at: index)
    case 2: message.swapAt(index, random.below(message.count))
    case 3: if let donor { message[index].payload = donor.payload }
    case 4: if let donor { message.insert(donor, at: index) }
    case 5: message[index].number = UInt64(1 + random.below(30))
    case 6: message[index].payload = otherType(message[index].payload, &random)
    case 7: message[index].payload = wrongLength(message[index].payload, &random)
    case 8:
      // In itself, again and again.
      let depth = serialize([message[index]]).count < 1 << 16 ? [1, 30, 300][random.below(3)] : 1
      for _ in 0..<depth { message[index].payload = .message([message[index]]) }
    case 9:
      // Of a weight only a few.
      let copies = min([2, 20, 1000][random.below(3)], 1 + (1 << 20) / (1 + serialize([message[index]]).count))
      message.insert(contentsOf: repeatElement(message[index], count: copies), at: index)
    default: message[index].payload = otherValue(message[index].payload, &random)
    }
  }

  /// Numbers that sizes, kinds and indices break at.
  private static let numbers: [UInt64] = [
    0, 1, 2, 3, 7, 8, 10, 16, 64, 127, 128, 255, 65_535, 1 << 20, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 62, 1 << 63 - 1, 1 << 63,
    .max, .max - 1,
  ]

  private static func otherValue(_ payload: Payload, _ random: inout SplitMix64) -> Payload {
    switch payload {
    case .varint(let value):
      let near = [value &+ 1, value &- 1, 0 &- value, value << 1, value >> 1][random.below(5)]
      return .varint(random.below(2) == 0 ? near : numbers[random.below(numbers.count)])
    case .fixed64(let bytes): return .fixed64(noise(bytes, &random))
    case .fixed32(let bytes): return .fixed32(noise(bytes, &random))
    case .bytes(let bytes): return .bytes(otherBytes(bytes, &random))
    case .message(let fields): return .message(Array(fields.prefix(random.below(fields.count + 1))))
    case .raw: return payload
    }
  }

  private static func otherBytes(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    switch random.below(6) {
    case 0: return []
    case 1: return Array(bytes.prefix(random.below(bytes.count + 1)))
    case 2: return bytes + bytes
    case 3: return noise(bytes, &random)
    case 4:
      // Varints in a row: dimensions and integers are packed like this.
      var result: [UInt8] = []
      for _ in 0..<1 + random.below(8) { append(numbers[random.below(numbers.count)], to: &result) }
      return result
    default: return [UInt8](repeating: [0, 0xFF, 0x80, 0x7F][random.below(4)], count: bytes.count)
    }
  }

  private static func noise(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var result = bytes
    for _ in 0..<1 + random.below(4) where !result.isEmpty { result[random.below(result.count)] = UInt8(random.below(256)) }
    return result
  }

  private static func otherType(_ payload: Payload, _ random: inout SplitMix64) -> Payload {
    switch random.below(5) {
    case 0: return .varint(numbers[random.below(numbers.count)])
    case 1: return .fixed32([0, 0, 0x80, 0x7F])
    case 2: return .fixed64([UInt8](repeating: 0xFF, count: 8))
    case 3: return .bytes(content(payload))
    // Groups, which nobody writes, and types that do not exist.
    default: return .raw(wireType: [3, 4, 6, 7][random.below(4)], content(payload))
    }
  }

  private static func content(_ payload: Payload) -> [UInt8] {
    switch payload {
    case .bytes(let bytes), .fixed64(let bytes), .fixed32(let bytes), .raw(_, let bytes): bytes
    case .message(let fields): serialize(fields)
    case .varint: []
    }
  }

  private static func wrongLength(_ payload: Payload, _ random: inout SplitMix64) -> Payload {
    let content = Self.content(payload)
    var result: [UInt8] = []
    let size = UInt64(content.count)
    switch random.below(3) {
    case 0: append(numbers[random.below(numbers.count)], to: &result)
    case 1: append([size &+ 1, size &- 1, size << 1][random.below(3)], to: &result)
    // A length that is written longer than it has to be, and one of more bytes than a number can have.
    default: result += [UInt8](repeating: 0x80, count: [2, 9, 12][random.below(3)]) + [0]
    }
    return .raw(wireType: 2, result + content)
  }

  // MARK: places

  /// Fields of the message and of all in it.
  private static func count(_ fields: [Field]) -> Int {
    fields.reduce(0) { sum, field in
      guard case .message(let inner) = field.payload else { return sum + 1 }
      return sum + 1 + count(inner)
    }
  }

  private static func visit(_ fields: [Field], number: Int, _ body: ([Field], Int) -> Void) {
    var place = number
    var copy = fields
    change(&copy, number: &place) { body($0, $1) }
  }

  /// Gives `body` the message that holds the field of a number, in the order of writing, and its place in that.
  @discardableResult
  private static func change(_ fields: inout [Field], number: inout Int, _ body: (inout [Field], Int) -> Void) -> Bool {
    for index in fields.indices {
      if number == 0 {
        body(&fields, index)
        return true
      }
      number -= 1
      guard case .message(var inner) = fields[index].payload else { continue }
      if change(&inner, number: &number, body) {
        fields[index].payload = .message(inner)
        return true
      }
    }
    return false
  }
}
