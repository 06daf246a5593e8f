import FacetIR

/// What is known of values that are quantized while the network runs, by name.
///
/// onnxruntime's `quantize_dynamic` writes DynamicQuantizeLinear → ConvInteger or MatMulInteger → Cast → Mul by both scales. The
/// whole is the float32 operator with the stored weights, but for the rounding of its input, and is imported as that; where something
/// else reads the parts they are computed as ONNX says.
struct ONNXDynamicQuantization {
  /// What DynamicQuantizeLinear quantized, by the name of its codes.
  var sources: [String: (value: ValueID, scale: ValueID, zeroPoint: String)] = [:]
  /// By the name of a scale.
  var scales: [String: ValueID] = [:]
  /// Sums of products by name: `real` is the sum times `scale`.
  var products: [String: (real: ValueID, scale: ValueID)] = [:]
  /// Scales times constants, by name.
  var multiples: [String: (scale: ValueID, constant: ValueID)] = [:]
}

/// DynamicQuantizeLinear (opset 11): uint8 codes over the range of the values at hand, extended to hold 0.
@Sendable func importDynamicQuantizeLinear(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
  let value = try call.value(0)
  let axes = Array(call.lowering.graph.shape(value).indices)
  guard !axes.isEmpty else { throw ONNXProblem(.shape, "It quantizes a single number.", "Export the model without it.") }
  func limit(_ function: ReduceFunction, _ low: Float, _ high: Float, _ name: String) throws(ONNXProblem) -> ValueID {
    let found = try call.step(name, Reduce(function: function, axes: axes, keepDimensions: false), [value])
    return try call.step("\(name).bound", Unary(function: .clip(low, high)), [found])
  }
  let (low, high) = (try limit(.minimum, -.infinity, 0, "low"), try limit(.maximum, 0, .infinity, "high"))
  let range = try call.step("range", Binary(function: .subtract), [high, low])
  let steps = try call.derivedConstant("\(call.node.name).steps", Tensor(shape: [], elements: [255]))
  let step = try call.step("step", Binary(function: .divide), [range, steps])
  // Where all values are 0 any scale will do.
  let scale = try call.emit(Unary(function: .clip(.leastNormalMagnitude, .infinity)), [step], output: 1)
  guard case .value(let scaleID) = scale else { preconditionFailure("numbers give numbers") }
  let below = try call.step("below", Unary(function: .negate), [low])
  var zero = try call.step("zero", Binary(function: .divide), [below, scaleID])
  zero = try call.step("zero.clipped", Unary(function: .clip(0, 255)), [zero])
  let zeroPoint = try call.emit(Unary(function: .round), [zero], output: 2)
  guard case .value(let zeroID) = zeroPoint else { preconditionFailure("numbers give numbers") }
  var codes = try call.step("scaled", Binary(function: .divide), [value, scaleID])
  codes = try call.step("rounded", Unary(function: .round), [codes])
  codes = try call.step("shifted", Binary(function: .add), [codes, zeroID])

  let names = call.node.outputs
  if let name = names.first { call.lowering.integerValues[name] = .uint8 }
  if names.count > 1, !names[1].isEmpty {
    call.lowering.values[names[1]] = scale
    call.lowering.dynamic.scales[names[1]] = scaleID
  }
  if names.count > 2, !names[2].isEmpty {
    call.lowering.values[names[2]] = zeroPoint
    call.lowering.integerValues[names[2]] = .uint8
    call.lowering.dynamic.sources[names[0]] = (value, scaleID, names[2])
    for id in [value, scaleID] { call.lowering.constants.pin(id) }
  }
  return try call.emit(Unary(function: .clip(0, 255)), [codes])
}

/// ConvInteger or MatMulInteger (opset 10): sums of products of what is left when the zero points are taken away, int32 without a scale.
func integerProduct(_ type: String) -> ONNXBuild {
  { (call) throws(ONNXProblem) in
    let rows = max(try call.anyDimensions(0).count - 2, 0)
    let columns = type == "Conv" ? 0 : max(try call.anyDimensions(1).count - 1, 0)
    let weights = try centered(call, 1, zeroPoint: 3, axis: columns)
    let sum = try call.imported(as: type, [(0, centered(call, 0, zeroPoint: 2, axis: rows)), (1, weights)], step: "sum")
    guard let name = call.node.outputs.first else { return .value(sum) }
    call.lowering.integerValues[name] = .int32
    if let source = call.lowering.dynamic.sources[call.node.inputs[0]], call.has(2), call.node.inputs[2] == source.zeroPoint {
      let real = try call.imported(as: type, [(0, source.value), (1, weights)])
      call.lowering.dynamic.products[name] = (real, source.scale)
    }
    return .value(sum)
  }
}

/// Codes of an input less their zero point.
private func centered(_ call: ONNXCall, _ index: Int, zeroPoint: Int, axis: Int) throws(ONNXProblem) -> ValueID {
  if call.has(zeroPoint), case .value(let zero) = try call.resolve(zeroPoint), call.lowering.graph.constant(zero) == nil {
    if call.lowering.quantized[call.node.inputs[index]] != nil { try call.lowering.takeCodes(call.node.inputs[index]) }
    return try call.step("centered\(index)", Binary(function: .subtract), [call.value(index), zero])
  }
  let zeros = try call.has(zeroPoint) ? call.zeroPoints(zeroPoint) : ([0], .uint8)
  let shape = try call.anyDimensions(index)
  guard zeros.values.count == 1 || shape.indices.contains(axis) && shape[axis] == zeros.values.count else {
    throw ONNXProblem(.shape, "It has \(zeros.values.count) zero points for shape \(shape).", ONNXProblem.damaged)
  }
  return try call.real(
    index, ONNXQuantization(scales: zeros.values.map { _ in 1 }, zeroPoints: zeros.values, axis: axis, type: zeros.type))
}

/// DequantizeLinear of what DynamicQuantizeLinear gave; nil where its scale is a constant.
func dequantizedDynamic(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue? {
  guard call.lowering.dynamic.scales[call.node.inputs[1]] != nil else { return nil }
  return try call.emit(
    Binary(function: .multiply), [centered(call, 0, zeroPoint: 2, axis: 0), call.value(1)])
}

/// A cast keeps what is known of a sum.
func keepProduct(_ call: ONNXCall) {
  guard let input = call.node.inputs.first, let output = call.node.outputs.first else { return }
  call.lowering.dynamic.products[output] = call.lowering.dynamic.products[input]
}

/// A Mul that ends a dynamically quantized product, as the float32 product; nil where it is none. Takes note of scales that it multiplies.
func scaledProduct(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue? {
  guard call.operands == nil else { return nil }
  let (lowering, names) = (call.lowering, call.node.inputs)
  for (first, second) in [(0, 1), (1, 0)] {
    if let product = lowering.dynamic.products[names[first]] {
      if lowering.dynamic.scales[names[second]] == product.scale {
        lowering.noteDynamic(call.node.name)
        return .value(product.real)
      }
      if let multiple = lowering.dynamic.multiples[names[second]], multiple.scale == product.scale {
        lowering.noteDynamic(call.node.name)
        return try call.emit(Binary(function: .multiply), [product.real, multiple.constant])
      }
    }
    if let scale = lowering.dynamic.scales[names[first]], lowering.graph.constant(try call.value(second)) != nil,
      let output = call.node.outputs.first
    {
      lowering.dynamic.multiples[output] = (scale, try call.value(second))
    }
  }
  return nil
}
