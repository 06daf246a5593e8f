import FacetIR

/// A node being lowered: typed access to its attributes and inputs, for the functions of `ONNXOperatorTable`.
struct ONNXCall {
  let node: ONNXNode
  let lowering: ONNXLowering
  /// Stand for the node's inputs where it is imported as an operator that reads others.
  var operands: [ValueID]?
  /// Whether all that it reads is constant, so that it is computed here: NaN and infinite numbers may pass through.
  var isConstant = false

  var opset: Int { node.opset }

  /// How many inputs stand there, left-out ones included.
  var inputCount: Int { node.inputs.count }

  // MARK: attributes

  func int(_ name: String) throws(ONNXProblem) -> Int? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .int(let value) = attribute else { throw wrongKind(name, attribute, "an integer") }
    return Int(value)
  }

  func int(_ name: String, default fallback: Int) throws(ONNXProblem) -> Int { try int(name) ?? fallback }

  /// An attribute that is 0 or 1.
  func flag(_ name: String, default fallback: Bool = false) throws(ONNXProblem) -> Bool {
    let value = try int(name, default: fallback ? 1 : 0)
    guard value == 0 || value == 1 else {
      throw ONNXProblem(.attribute, "The attribute '\(name)' is \(value), expected 0 or 1.", ONNXProblem.damaged)
    }
    return value == 1
  }

  /// A finite number.
  func float(_ name: String, default fallback: Float) throws(ONNXProblem) -> Float {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .float(let value) = attribute else { throw wrongKind(name, attribute, "a number") }
    guard value.isFinite else {
      throw ONNXProblem(.notFinite, "The attribute '\(name)' is \(value).", "Train or export the model again.")
    }
    return value
  }

  func ints(_ name: String) throws(ONNXProblem) -> [Int]? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .ints(let values) = attribute else { throw wrongKind(name, attribute, "integers") }
    return values.map { Int($0) }
  }

  func string(_ name: String) throws(ONNXProblem) -> String? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .string(let value) = attribute else { throw wrongKind(name, attribute, "a string") }
    return value
  }

  /// Refuses attributes that this opset moved to inputs: reading them would be a guess.
  func refuse(attributes names: String..., since version: Int) throws(ONNXProblem) {
    guard opset >= version else { return }
    for name in names where node.attributes[name] != nil {
      throw ONNXProblem(
        .attribute, "The attribute '\(name)' is an input since opset \(version), and the model has opset \(opset).",
        ONNXProblem.damaged)
    }
  }

  private func wrongKind(_ name: String, _ found: ONNXAttribute, _ wanted: String) -> ONNXProblem {
    ONNXProblem(.attribute, "The attribute '\(name)' is \(found.kind), expected \(wanted).", ONNXProblem.damaged)
  }

  // MARK: inputs

  /// Whether an optional input is given.
  func has(_ index: Int) -> Bool { index < node.inputs.count && !node.inputs[index].isEmpty }

  /// An input of numbers, computed or constant.
  func value(_ index: Int) throws(ONNXProblem) -> ValueID {
    let id = try anyValue(index)
    if !isConstant, lowering.values.notFinite.contains(id) {
      throw ONNXProblem(
        .notFinite, "It holds NaN or infinite numbers.",
        "The training has diverged or the export is damaged: correct the weights and export the model again.",
        place: "tensor '\(node.inputs[index])'")
    }
    return id
  }

  /// What minus infinity counts as where it is added: far below any score, so that a softmax gives 0 there.
  static let maskedScore: Float = -1e9

  /// As `value`, for what is added: a constant may hold minus infinity, as masks of attention do.
  func addend(_ index: Int) throws(ONNXProblem) -> ValueID {
    let id = try anyValue(index)
    guard !isConstant, lowering.values.notFinite.contains(id), let mask = lowering.graph.constant(id),
      mask.elements.allSatisfy({ $0.isFinite || $0 == -.infinity })
    else { return try value(index) }
    try charge(elements: mask.elements.count)
    lowering.noteMask(node.inputs[index])
    let finite = Tensor(shape: mask.shape, elements: mask.elements.map { $0.isFinite ? $0 : Self.maskedScore })
    return lowering.values.addConstant(finite, name: node.inputs[index], to: &lowering.graph)
  }

  func shape(_ index: Int) throws(ONNXProblem) -> [Int] {
    // First the value: it may be a constant that only now enters the graph.
    let id = try value(index)
    return lowering.graph.shape(id)
  }

  /// An input that must be known now, such as weights.
  func constant(_ index: Int, _ role: String) throws(ONNXProblem) -> (id: ValueID, tensor: Tensor) {
    let id = try value(index)
    guard let tensor = lowering.graph.constant(id) else { throw notConstant(index, role) }
    return (id, tensor)
  }

  /// A constant of one number, which may be infinite.
  func scalar(_ index: Int, _ role: String) throws(ONNXProblem) -> Float {
    let id = try anyValue(index)
    guard let tensor = lowering.graph.constant(id) else { throw notConstant(index, role) }
    guard tensor.elements.count == 1 else {
      throw ONNXProblem(
        .inputs, "The \(role) '\(node.inputs[index])' has shape \(tensor.shape), expected one number.", ONNXProblem.damaged)
    }
    guard !tensor.elements[0].isNaN else {
      throw ONNXProblem(
        .notFinite, "The \(role) '\(node.inputs[index])' is not a number.", "Correct the bounds and export the model again.")
    }
    return tensor.elements[0]
  }

  /// A constant of integers: sizes or axes.
  func integers(_ index: Int, _ role: String) throws(ONNXProblem) -> ONNXIntegers {
    switch try resolve(index) {
    case .integers(let integers): return integers
    case .value(let id) where lowering.graph.constant(id) == nil: throw notConstant(index, role)
    default:
      throw ONNXProblem(
        .tensorType, "The \(role) '\(node.inputs[index])' is not a tensor of integers.", ONNXProblem.damaged)
    }
  }

  /// The value behind an input.
  func resolve(_ index: Int) throws(ONNXProblem) -> ONNXValue {
    guard has(index) else {
      throw ONNXProblem(.inputs, "The input \(index) is left out.", ONNXProblem.damaged)
    }
    if let operands { return .value(operands[index]) }
    return try lowering.resolve(node.inputs[index])
  }

  private func anyValue(_ index: Int) throws(ONNXProblem) -> ValueID {
    let found = try resolve(index)
    if case .integers(let integers) = found, integers.elements.isEmpty {
      throw ONNXProblem(
        .tensorData, "It has no elements.", ONNXProblem.damaged, place: "tensor '\(node.inputs[index])'")
    }
    if case .codes(let codes) = found {
      try charge(elements: codes.bytes.count)
      return lowering.values.addConstant(codes.numbers, name: node.inputs[index], to: &lowering.graph)
    }
    guard case .value(let id) = found else {
      throw ONNXProblem(
        .tensorType, "The input '\(node.inputs[index])' holds integers, where float32 is needed.",
        "Integers are only supported where they are constants: sizes, axes and indices.")
    }
    return id
  }

  private func notConstant(_ index: Int, _ role: String) -> ONNXProblem {
    ONNXProblem(
      .notConstant, "The \(role) '\(node.inputs[index])' is computed while the network runs, expected a constant.",
      "Export the model with constant folding, and with this input as a stored tensor.")
  }

  // MARK: outputs

  /// Adds an operator whose output is one of the node's, usually the first.
  func emit(_ op: any Operator, _ inputs: [ValueID], output: Int = 0) throws(ONNXProblem) -> ONNXValue {
    let name = node.outputs.indices.contains(output) ? node.outputs[output] : node.name
    return .value(try add(op, inputs, name: output == 0 ? node.name : "\(node.name).\(output)", output: name))
  }

  /// Adds an operator on the way to the node's output, named after the node and `step`.
  func step(_ step: String, _ op: any Operator, _ inputs: [ValueID]) throws(ONNXProblem) -> ValueID {
    try add(op, inputs, name: "\(node.name).\(step)", output: "\(node.outputs.first ?? node.name).\(step)")
  }

  /// The operator's output; a constant where all inputs are, so that weights may be computed from others.
  private func add(_ op: any Operator, _ inputs: [ValueID], name: String, output: String) throws(ONNXProblem) -> ValueID {
    do {
      if let constant = try fold(op, inputs) {
        let id = lowering.values.addConstant(constant, name: output, to: &lowering.graph)
        if inputs.count == 1, let grid = lowering.graph.constantQuantizations[inputs[0]] {
          lowering.graph.constantQuantizations[id] = grid.after(op, from: lowering.graph.shape(inputs[0]), to: constant.shape)
        }
        return id
      }
      return try lowering.graph.addNode(name: name, op, inputs, outputName: output)
    } catch let error as ShapeError {
      throw ONNXProblem(error)
    } catch let error as ONNXProblem {
      throw error
    } catch {
      throw ONNXProblem(.shape, "These inputs are not possible.", ONNXProblem.damaged)
    }
  }

  /// What the operator gives for constants; nil where an input is computed, or it is too much work for here.
  private func fold(_ op: any Operator, _ inputs: [ValueID]) throws -> Tensor? {
    let constants = inputs.compactMap(lowering.graph.constant)
    guard !inputs.isEmpty, constants.count == inputs.count else { return nil }
    let shapes = constants.map(\.shape)
    let output = try op.outputShape(shapes)
    let largest = shapes.reduce(output.elementCount) { max($0, $1.elementCount) }
    let window = (op as? MaxPool)?.kernel ?? (op as? AveragePool)?.kernel ?? []
    // Each size of a window is below 2^15, the elements at most 2^31.
    let looks = output.elementCount.multipliedReportingOverflow(by: window.elementCount).partialValue
    let products = max(op.multiplyAccumulates(shapes, output: output), looks)
    guard largest <= Self.foldLimit, products <= Self.foldLimit else { return nil }
    // Bounds the time, too, of a file that computes with the same tensors again and again.
    try charge(elements: max(largest, products / 64))
    return op.reference(constants)
  }

  /// The most elements, or products, of one computation on constants.
  private static let foldLimit = 1 << 24

  /// Adds a constant made of others, within the memory budget.
  ///
  /// - Parameter quantization: the int8 grid that it is on.
  func derivedConstant(_ name: String, _ tensor: Tensor, quantization: ConstantQuantization? = nil) throws(ONNXProblem) -> ValueID {
    guard tensor.isFinite else {
      throw ONNXProblem(
        .notFinite, "Its constants give NaN or infinite numbers.", "Correct the weights and export the model again.")
    }
    let id = lowering.values.addConstant(tensor, name: name, to: &lowering.graph)
    lowering.graph.constantQuantizations[id] = quantization
    return id
  }

  /// The int8 grid of a constant; nil where it is on none.
  func grid(_ id: ValueID) -> ConstantQuantization? { lowering.graph.constantQuantizations[id] }

  /// Accounts for a constant of this many elements that is about to be made.
  func charge(elements: Int, size: Int = 4) throws(ONNXProblem) { try lowering.reader.charge(elements: elements, size: size) }
}

/// An axis counted from the end where negative.
func normalizedAxis(_ axis: Int, rank: Int) throws(ONNXProblem) -> Int {
  guard axis >= -rank, axis < rank else {
    throw ONNXProblem(.attribute, "The axis \(axis) is not one of the \(rank) axes of its input.", ONNXProblem.damaged)
  }
  return axis < 0 ? axis + rank : axis
}
