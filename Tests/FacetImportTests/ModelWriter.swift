import FacetDiagnostics
import FacetImport

/// Writes ONNX bytes of any kind, right or wrong, for the tests of bad input: protocol buffer fields by number.
struct Message {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(_ field: UInt64, _ value: [UInt8]) {
    varint(field << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  func int(_ field: UInt64, _ value: Int64) -> Message {
    var copy = self
    copy.varint(field << 3)
    copy.varint(UInt64(bitPattern: value))
    return copy
  }

  func float(_ field: UInt64, _ value: Float) -> Message {
    var copy = self
    copy.varint(field << 3 | 5)
    copy.bytes += littleEndian([value])
    return copy
  }

  func data(_ field: UInt64, _ value: [UInt8]) -> Message { messages(field, [Message(bytes: value)]) }
  func text(_ field: UInt64, _ value: String) -> Message { data(field, Array(value.utf8)) }
  func message(_ field: UInt64, _ value: Message) -> Message { messages(field, [value]) }

  func messages(_ field: UInt64, _ values: [Message]) -> Message {
    var copy = self
    for value in values { copy.append(field, value.bytes) }
    return copy
  }
}

func littleEndian(_ values: [Float]) -> [UInt8] {
  values.flatMap { value in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value.bitPattern >> $0) } }
}

/// A size of an input: fixed, a symbol, or nothing.
enum Size: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  case fixed(Int64)
  case symbol(String)
  init(integerLiteral value: Int64) { self = .fixed(value) }
  init(stringLiteral value: String) { self = .symbol(value) }
}

func input(_ name: String, _ sizes: [Size], type: Int64 = 1) -> Message {
  let shape = Message().messages(
    1,
    sizes.map {
      switch $0 {
      case .fixed(let size): Message().int(1, size)
      case .symbol(let symbol): symbol.isEmpty ? Message() : Message().text(2, symbol)
      }
    })
  return Message().text(1, name).message(2, Message().message(1, Message().int(1, type).message(2, shape)))
}

func node(
  _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [Message] = [], name: String = "", domain: String = ""
)
  -> Message
{
  var message = Message()
  for input in inputs { message = message.text(1, input) }
  for output in outputs { message = message.text(2, output) }
  return message.text(3, name).text(4, type).messages(5, attributes).text(7, domain)
}

func attribute(_ name: String, int value: Int64) -> Message { Message().text(1, name).int(3, value).int(20, 2) }
func attribute(_ name: String, _ value: Float) -> Message { Message().text(1, name).float(2, value).int(20, 1) }
func attribute(_ name: String, _ value: String) -> Message { Message().text(1, name).text(4, value).int(20, 3) }
func attribute(_ name: String, _ values: [Int64]) -> Message {
  values.reduce(Message().text(1, name)) { $0.int(8, $1) }.int(20, 7)
}

func tensor(_ name: String, _ dims: [Int64], _ values: [Float]) -> Message {
  dims.reduce(Message()) { $0.int(1, $1) }.int(2, 1).text(8, name).data(9, littleEndian(values))
}

func tensor(_ name: String, integers: [Int64], dims: [Int64]? = nil) -> Message {
  (dims ?? [Int64(integers.count)]).reduce(integers.reduce(Message()) { $0.int(7, $1) }) { $0.int(1, $1) }.int(2, 7).text(8, name)
}

/// A model around `nodes`; its input is `x` of [N, 3, 4, 4] unless given, its output `y`.
func model(
  _ nodes: [Message], tensors: [Message] = [], inputs: [Message] = [input("x", ["N", 3, 4, 4])], outputs: [String] = ["y"],
  opset: Int64 = 17
) -> [UInt8] {
  let graph = Message().messages(1, nodes).text(2, "test").messages(5, tensors).messages(11, inputs)
    .messages(12, outputs.map { Message().text(1, $0) })
  return Message().int(1, 8).message(7, graph).message(8, Message().int(2, opset)).bytes
}

/// The diagnostics of bytes that should not import; empty where they do.
func diagnostics(_ bytes: [UInt8], options: ImportOptions = ImportOptions()) -> [Diagnostic] {
  do {
    _ = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx", options: options) }
    return []
  } catch {
    return (error as? FacetError)?.diagnostics ?? []
  }
}

func codes(_ bytes: [UInt8]) -> [String] { diagnostics(bytes).map(\.code) }
