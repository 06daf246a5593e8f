import FacetFormat
import FacetIR
import FacetPasses

/// A number for what a value computes: equal wherever it is computed by the same operators from the same constants, whatever
/// things are called and whichever file they come from.
struct ValueNumber: Hashable, Comparable {
  private var words: [UInt32]

  init(_ digest: SHA256.Digest) { words = (0..<8).map { digest.words[$0] } }

  var digest: SHA256.Digest { SHA256.Digest(words: InlineArray { words[$0] }) }

  /// The first 64 bits: enough to tell the operators of two networks apart.
  var short: UInt64 { UInt64(words[0].byteSwapped) | UInt64(words[1].byteSwapped) << 32 }

  /// Stands for no value.
  static let none = ValueNumber(SHA256.Digest(words: InlineArray(repeating: 0)))

  static func < (a: ValueNumber, b: ValueNumber) -> Bool { a.words.lexicographicallyPrecedes(b.words) }
}

/// Value numbers that hold beyond one graph: SHA-256 over operator, attributes and the numbers of the inputs, down to the graph's
/// input and the bits of the constants. `ValueNumbering` finds the same within a graph, without hashing.
///
/// A bundle keeps some of them ("Value numbers" in Formats/facet-bundle.md has the bytes that are hashed).
struct ContentNumbering {
  /// Of the inputs and of all that is computed.
  private(set) var numbers: [ValueID: ValueNumber] = [:]

  init(_ graph: Graph) {
    for input in graph.inputs { numbers[input] = Self.number("input", graph.shape(input)) { _ in } }
    var constants: [ValueID: ValueNumber] = [:]
    for node in graph.nodes {
      var inputs: [ValueNumber] = []
      for input in node.inputs {
        guard let tensor = graph.constant(input) else {
          inputs.append(numbers[input] ?? .none)
          continue
        }
        let number = constants[input] ?? Self.number(tensor, graph.constantQuantizations[input])
        constants[input] = number
        inputs.append(number)
      }
      if node.isCommutative { inputs.sort() }
      numbers[node.output] = Self.number("\(node.op.name) \(node.op.attributes)", graph.shape(node.output)) { writer in
        for input in inputs { input.digest.write(to: &writer) }
      }
    }
  }

  private static func number(_ tensor: Tensor, _ quantization: ConstantQuantization?) -> ValueNumber {
    var hasher = SHA256()
    var writer = ByteWriter()
    begin(&writer, quantization == nil ? "constant" : "quantized", tensor.shape)
    if let quantization {
      writer.u32(UInt32(quantization.axis))
      writer.u32(UInt32(quantization.scales.count))
      for scale in quantization.scales { writer.f32(scale) }
    }
    writer.bytes.withUnsafeBytes { hasher.update($0) }
    // Hosts are little-endian, as the format is.
    tensor.elements.withUnsafeBytes { hasher.update($0) }
    return ValueNumber(hasher.finish())
  }

  private static func number(_ text: String, _ shape: [Int], _ more: (inout ByteWriter) -> Void) -> ValueNumber {
    var writer = ByteWriter()
    begin(&writer, text, shape)
    more(&writer)
    return ValueNumber(writer.bytes.withUnsafeBytes { SHA256.hash($0) })
  }

  private static func begin(_ writer: inout ByteWriter, _ text: String, _ shape: [Int]) {
    writer.u32(UInt32(text.utf8.count))
    writer.raw(Array(text.utf8))
    writer.u32(UInt32(shape.count))
    for size in shape { writer.u64(UInt64(size)) }
  }
}
