import FacetIR

/// What a name of the file stands for while it is lowered.
enum ONNXValue {
  /// A tensor of the file that nothing has read yet.
  case pending(ONNXTensorSource)
  /// A value of the graph: computed, or a constant.
  case value(ValueID)
  case integers(ONNXIntegers)
  /// A constant of uint8 or int8.
  case codes(ONNXCodes)
  /// A constant that nothing reads any more; its shape for messages.
  case released([Int])
  /// Not there because of an error that is already reported.
  case failed
}

/// The values by name; decodes the file's tensors when they are first read, so that unused ones cost nothing.
struct ONNXValueTable {
  private var values: [String: ONNXValue] = [:]
  /// Constants with NaN or infinite elements: an error where they are used as weights, fine as a bound of Clip.
  private(set) var notFinite: Set<ValueID> = []

  /// How many names stand for each value of the graph.
  private var nameCounts: [ValueID: Int] = [:]

  subscript(name: String) -> ONNXValue? {
    get { values[name] }
    set {
      if case .value(let old)? = values[name] { nameCounts[old, default: 1] -= 1 }
      if case .value(let id)? = newValue { nameCounts[id, default: 0] += 1 }
      values[name] = newValue
    }
  }

  func isNamed(_ id: ValueID) -> Bool { nameCounts[id, default: 0] > 0 }

  /// The value behind a name, decoded. A tensor that cannot be decoded throws once and is `failed` from then on.
  mutating func resolve(_ name: String, into graph: inout Graph, reader: ONNXTensorReader) throws(ONNXProblem) -> ONNXValue {
    guard case .pending(let source)? = values[name] else { return values[name] ?? .failed }
    values[name] = .failed
    let value: ONNXValue
    if source.type.isFloat, let shape = try? source.shape(), shape.contains(0) {
      // Exporters write an optional input that is left out like this.
      value = .integers(ONNXIntegers(shape: shape, elements: []))
    } else if source.type.isFloat {
      value = .value(addConstant(try reader.floats(source), name: name, to: &graph))
    } else if source.type.isInteger {
      value = .integers(try reader.integers(source))
    } else if source.type.isByte {
      value = .codes(try reader.codes(source))
    } else {
      throw ONNXProblem(
        .tensorType, "It holds \(source.type), which no supported operator reads.",
        "Export the model with float32 weights, or quantized to uint8 or int8.", place: "tensor '\(name)'")
    }
    self[name] = value
    return value
  }

  /// Adds a constant to the graph and remembers whether it is finite.
  mutating func addConstant(_ tensor: Tensor, name: String, to graph: inout Graph) -> ValueID {
    let id = graph.addConstant(name: name, tensor)
    if !tensor.isFinite { notFinite.insert(id) }
    return id
  }
}

extension Tensor {
  /// Whether no element is NaN or infinite.
  var isFinite: Bool {
    elements.withUnsafeBufferPointer { buffer in
      // Without an early exit this is a few vector instructions per cache line.
      var worst: UInt32 = 0
      for element in buffer { worst = max(worst, element.bitPattern & 0x7fff_ffff) }
      return worst < 0x7f80_0000
    }
  }
}
