import FacetDiagnostics
import FacetIR

/// A constant of uint8 or int8 as it lies in the file.
struct ONNXCodes {
  var shape: [Int]
  var bytes: [UInt8]
  var type: ONNXElementType

  func number(_ byte: UInt8) -> Int { type == .int8 ? Int(Int8(bitPattern: byte)) : Int(byte) }

  /// The codes themselves as float32.
  var numbers: Tensor { Tensor(shape: shape, elements: bytes.map { Float(number($0)) }) }
}

/// What uint8 or int8 numbers stand for: real = scale · (q − zero point), for a whole tensor or for each index of an axis.
struct ONNXQuantization: Equatable {
  var scales: [Float]
  /// As many as `scales`.
  var zeroPoints: [Int]
  /// Counts where there are several scales.
  var axis = 0
  var type: ONNXElementType

  var isPerTensor: Bool { scales.count == 1 }

  /// The smallest and the largest code.
  var range: ClosedRange<Int> { type == .int8 ? -128...127 : 0...255 }

  /// The function of one number that gives the nearest number of this grid. Precondition: `isPerTensor`.
  var function: UnaryFunction {
    .fakeQuantize(scale: scales[0], zeroPoint: type == .int8 ? zeroPoints[0] : zeroPoints[0] - 128)
  }

  /// For each element of a shape in order the index of its scale.
  func index(in shape: [Int]) -> (Int) -> Int {
    if isPerTensor { return { _ in 0 } }
    let inner = Array(shape[(axis + 1)...]).elementCount
    return { [count = scales.count] in $0 / inner % count }
  }
}

/// A value of uint8 or int8: the importer computes with the real numbers behind it, and makes codes of them where codes are asked for.
struct ONNXQuantizedValue {
  var real: ValueID
  var quantization: ONNXQuantization
  /// The codes as float32, once something has asked for them.
  var codes: ValueID?

  var type: ONNXElementType { quantization.type }
}

extension ONNXProblem {
  fileprivate static func wideCodes(_ type: ONNXElementType) -> ONNXProblem {
    ONNXProblem(
      .tensorType, "It is quantized to \(type), expected uint8 or int8.",
      "Quantize the model to 8 bits, activations and weights, or export it in float32 and let Facet quantize it.")
  }
}

// MARK: which of the two forms an operator reads

extension ONNXLowering {
  /// Refuses quantization to 16 bits wherever it stands, also behind another that is refused.
  func refuseWideCodes(_ node: ONNXNode) throws(ONNXProblem) {
    guard node.operatorType == "QuantizeLinear" || node.operatorType == "DequantizeLinear", node.inputs.count == 3 else { return }
    if case .integers(let zeros)? = values[node.inputs[2]], zeros.type == .int16 || zeros.type == .uint16 { throw .wideCodes(zeros.type) }
  }

  /// Lets the names that a node reads stand for real numbers where it only moves or chooses elements, else for codes.
  ///
  /// - Returns: the quantization of its outputs, which are real numbers then; nil where they are what they are.
  func takeForm(of node: ONNXNode) throws(ONNXProblem) -> ONNXQuantization? {
    let names = node.inputs.filter { quantized[$0] != nil }
    guard let first = names.first.flatMap({ quantized[$0]?.quantization }) else { return nil }
    let alike = names.allSatisfy { quantized[$0]?.quantization == first }
    let whole = node.operatorType == "Concat" ? names.count == node.inputs.count : names == [node.inputs[0]]
    guard alike, whole, first.isPerTensor, ONNXOperatorTable.keepsQuantization(node) else {
      for name in names { try takeCodes(name) }
      return nil
    }
    for name in names {
      if let real = quantized[name]?.real { values[name] = .value(real) }
      integerValues[name] = nil
    }
    return first
  }

  /// Lets a quantized name stand for its codes.
  func takeCodes(_ name: String) throws(ONNXProblem) {
    guard var value = quantized[name] else { return }
    if value.codes == nil { value.codes = try makeCodes(value, name) }
    guard let codes = value.codes else { return }
    quantized[name] = value
    values[name] = .value(codes)
    integerValues[name] = value.type
  }

  /// Marks a node's outputs as real numbers of a quantization.
  func tag(_ node: ONNXNode, _ result: ONNXValue, _ quantization: ONNXQuantization) -> ONNXValue {
    for (index, output) in node.outputs.enumerated() {
      guard case .value(let id)? = index == 0 ? result : values[output] else { continue }
      constants.pin(id)
      quantized[output] = ONNXQuantizedValue(real: id, quantization: quantization)
    }
    return result
  }

  private func makeCodes(_ value: ONNXQuantizedValue, _ name: String) throws(ONNXProblem) -> ValueID {
    let q = value.quantization
    do throws(ShapeError) {
      var id = value.real
      func add(_ op: any Operator, _ inputs: [ValueID], _ step: String) throws(ShapeError) {
        id = try graph.addNode(name: "\(name).\(step)", op, inputs, outputName: step == "codes" ? name : "\(name).\(step)")
      }
      if q.isPerTensor {
        try add(Unary(function: .affine(alpha: 1 / q.scales[0], beta: 0)), [id], "scaled")
        try add(Unary(function: .round), [id], "rounded")
        try add(Unary(function: .affine(alpha: 1, beta: Float(q.zeroPoints[0]))), [id], "codes")
      } else {
        let (scales, zeros) = (parameters(q.scales, q, id, name), parameters(q.zeroPoints.map { Float($0) }, q, id, name))
        try add(Binary(function: .divide), [id, scales], "scaled")
        try add(Unary(function: .round), [id], "rounded")
        try add(Binary(function: .add), [id, zeros], "codes")
      }
      return id
    } catch {
      throw ONNXProblem(error)
    }
  }

  /// Numbers for each index of a quantization's axis, as a constant that broadcasts to `value`.
  func parameters(_ numbers: [Float], _ q: ONNXQuantization, _ value: ValueID, _ name: String) -> ValueID {
    var shape = [Int](repeating: 1, count: graph.shape(value).count)
    if !q.isPerTensor { shape[q.axis] = numbers.count }
    return values.addConstant(Tensor(shape: shape, elements: numbers), name: "\(name).parameters", to: &graph)
  }
}

/// A code that is kept as float32; 0 for what a damaged file may put there.
private func whole(_ number: Float) -> Int { abs(number) < 0x1p31 ? Int(number) : 0 }

// MARK: reading inputs

extension ONNXCall {
  /// The quantization that a scale and a zero point input say.
  ///
  /// - Parameters:
  ///   - axis: of the tensor that they are for, where there are several.
  ///   - shape: of that tensor.
  func quantization(
    scale: Int, zeroPoint: Int, axis: Int, shape: [Int], default type: ONNXElementType = .uint8
  ) throws(ONNXProblem) -> ONNXQuantization {
    let scales = try constant(scale, "scale").tensor
    guard scales.elements.allSatisfy({ $0.isNormal && $0 > 0 }) else {
      throw ONNXProblem(
        .attribute, "The scale '\(node.inputs[scale])' holds a number that is not positive.", "Quantize the model again.")
    }
    var result = ONNXQuantization(
      scales: scales.elements, zeroPoints: scales.elements.map { _ in 0 }, axis: axis, type: type)
    if has(zeroPoint) {
      let zeros = try zeroPoints(zeroPoint)
      result.type = zeros.type
      if zeros.values.count == 1 {
        result.zeroPoints = scales.elements.map { _ in zeros.values[0] }
      } else if scales.elements.count == 1 {
        result.scales = zeros.values.map { _ in scales.elements[0] }
        result.zeroPoints = zeros.values
      } else {
        result.zeroPoints = zeros.values
      }
    }
    try check(&result, scale: scale, shape: shape)
    return result
  }

  /// The zero points of a constant input, and their type.
  func zeroPoints(_ index: Int) throws(ONNXProblem) -> (values: [Int], type: ONNXElementType) {
    switch try resolve(index) {
    case .codes(let codes): return (codes.bytes.map(codes.number), codes.type)
    case .integers(let integers) where integers.type == .int16 || integers.type == .uint16: throw .wideCodes(integers.type)
    case .integers(let integers): return (integers.elements, integers.type.isByte ? integers.type : .int32)
    case .value(let id):
      guard let tensor = lowering.graph.constant(id), let type = lowering.integerValues[node.inputs[index]], type.isByte else { break }
      return (tensor.elements.map(whole), type)
    default: break
    }
    throw ONNXProblem(
      .notConstant, "The zero point '\(node.inputs[index])' is not a constant of uint8, int8 or int32.",
      "Quantize the model to uint8 or int8, with fixed zero points.")
  }

  private func check(_ q: inout ONNXQuantization, scale: Int, shape: [Int]) throws(ONNXProblem) {
    guard q.scales.count == q.zeroPoints.count, !q.scales.isEmpty else {
      throw ONNXProblem(
        .inputs, "It has \(plural(q.scales.count, "scale")) and \(plural(q.zeroPoints.count, "zero point")).", ONNXProblem.damaged)
    }
    // int32 is for biases, whose zero point is 0.
    guard q.zeroPoints.allSatisfy({ q.type == .int32 ? $0 == 0 : q.range.contains($0) }) else {
      throw ONNXProblem(.inputs, "Its zero points are not numbers of \(q.type).", ONNXProblem.damaged)
    }
    guard !q.isPerTensor else {
      q.axis = 0
      return
    }
    guard shape.indices.contains(q.axis), shape[q.axis] == q.scales.count else {
      throw ONNXProblem(
        .shape,
        "The scale '\(node.inputs[scale])' has \(plural(q.scales.count, "number")): that does not fit axis \(q.axis) of shape \(shape).",
        "Quantize whole tensors or along one axis, not in blocks.")
    }
  }

  /// The real numbers behind a quantized input.
  func real(_ index: Int, _ q: ONNXQuantization) throws(ONNXProblem) -> ValueID {
    let name = node.inputs[index]
    if let value = lowering.quantized[name] {
      if value.quantization == q { return value.real }
      try lowering.takeCodes(name)
    }
    switch try resolve(index) {
    case .codes(let codes):
      let bytes = codes.bytes
      return try dequantized(name, codes.shape, q) { codes.number(bytes[$0]) }
    case .integers(let integers) where !integers.elements.isEmpty:
      return try dequantized(name, integers.shape, q) { integers.elements[$0] }
    case .value(let id):
      guard lowering.integerValues[name] != nil else { break }
      if let tensor = lowering.graph.constant(id) { return try dequantized(name, tensor.shape, q) { whole(tensor.elements[$0]) } }
      return try dequantized(id, q)
    default: break
    }
    throw ONNXProblem(
      .inputType, "Its input '\(name)' does not hold uint8, int8 or int32.", ONNXProblem.damaged)
  }

  /// scale · (q − zero point) of a constant, and the grid that it is on.
  private func dequantized(_ name: String, _ shape: [Int], _ q: ONNXQuantization, _ code: (Int) -> Int) throws(ONNXProblem) -> ValueID {
    let count = shape.elementCount
    try charge(elements: count)
    let place = q.index(in: shape)
    var (lowest, highest) = (q.scales.map { _ in 0 }, q.scales.map { _ in 0 })
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        let channel = place(index)
        let difference = code(index) - q.zeroPoints[channel]
        lowest[channel] = min(lowest[channel], difference)
        highest[channel] = max(highest[channel], difference)
        buffer.initializeElement(at: index, to: Float(difference) * q.scales[channel])
      }
      initialized = count
    }
    let isOnGrid = zip(lowest, highest).map { $0 >= -128 && $1 <= 127 }
    return try derivedConstant(
      name, Tensor(shape: shape, elements: elements),
      quantization: ConstantQuantization(scales: zip(q.scales, isOnGrid).map { $1 ? $0 : 0 }, axis: q.axis))
  }

  /// scale · (q − zero point) of codes that are computed.
  private func dequantized(_ codes: ValueID, _ q: ONNXQuantization) throws(ONNXProblem) -> ValueID {
    if q.isPerTensor {
      let centered = try step("centered", Unary(function: .affine(alpha: 1, beta: -Float(q.zeroPoints[0]))), [codes])
      return try step("real", Unary(function: .affine(alpha: q.scales[0], beta: 0)), [centered])
    }
    let zeros = lowering.parameters(q.zeroPoints.map { Float($0) }, q, codes, node.name)
    let scales = lowering.parameters(q.scales, q, codes, node.name)
    let centered = try step("centered", Binary(function: .subtract), [codes, zeros])
    return try step("real", Binary(function: .multiply), [centered, scales])
  }

  /// Rounds a computed value to a quantization, as the node's output of uint8 or int8.
  func quantized(_ value: ValueID, _ q: ONNXQuantization) throws(ONNXProblem) -> ONNXValue {
    var result: ONNXValue
    if q.isPerTensor {
      result = try emit(Unary(function: q.function), [value])
    } else {
      let scales = lowering.parameters(q.scales, q, value, node.name)
      let zeros = lowering.parameters(q.zeroPoints.map { Float($0) }, q, value, node.name)
      let (low, high) = (Float(q.range.lowerBound), Float(q.range.upperBound))
      var id = try step("scaled", Binary(function: .divide), [value, scales])
      id = try step("rounded", Unary(function: .round), [id])
      id = try step("shifted", Binary(function: .add), [id, zeros])
      id = try step("clipped", Unary(function: .clip(low, high)), [id])
      id = try step("centered", Binary(function: .subtract), [id, zeros])
      result = try emit(Binary(function: .multiply), [id, scales])
    }
    result = lowering.tag(node, result, q)
    return result
  }

  /// Imports the node as a float32 operator of these values; each stands for the input of that index, in messages too.
  func imported(as type: String, _ operands: [(index: Int, value: ValueID)], step: String = "real") throws(ONNXProblem) -> ValueID {
    guard let row = ONNXOperatorTable.rows[type] else { preconditionFailure("no operator \(type)") }
    var node = node
    (node.operatorType, node.domain) = (type, "")
    node.inputs = operands.map { self.node.inputs[$0.index] }
    node.name += ".\(step)"
    node.outputs = [(self.node.outputs.first ?? self.node.name) + ".\(step)"]
    node.attributes = node.attributes.filter { row.attributes.contains($0.key) }
    let call = ONNXCall(node: node, lowering: lowering, operands: operands.map(\.value))
    guard case .value(let id) = try row.lower(call) else { preconditionFailure("\(type) of numbers gives numbers") }
    call.lowering.constants.pin(id)
    return id
  }
}
