import COnnx
import FacetIR

/// What goes into and comes out of the file's graph.
struct ONNXInterface {
  /// The inputs that are not tensors of the file (older files list those, too).
  private var inputs: [Onnx__ValueInfoProto] = []
  private let outputs: [String]

  /// More inputs, or outputs, than a network has.
  private static let maximumCount = 1_000

  /// Registers the file's tensors and inputs in `lowering`.
  init(_ source: Onnx__GraphProto, lowering: ONNXLowering) {
    outputs = pointers(source.output, source.n_output).map { text($0.name) }
    for index in 0..<source.n_initializer {
      guard let message = source.initializer[index] else { continue }
      let tensor = ONNXTensorSource(message)
      if lowering.values[tensor.name] != nil {
        lowering.report(Self.duplicate("tensor '\(tensor.name)'"))
      }
      lowering.values[tensor.name] = .pending(tensor)
    }
    var names: Set<String> = []
    for input in pointers(source.input, source.n_input) {
      let name = text(input.name)
      if !names.insert(name).inserted { lowering.report(Self.duplicate("input '\(name)'")) }
      guard lowering.values[name] == nil else { continue }
      inputs.append(input)
      // Taken, until `addInputs` makes the value.
      lowering.values[name] = .failed
    }
    if source.n_sparse_initializer > 0 {
      lowering.report(
        ONNXProblem(.unsupportedForm, "The model has sparse tensors.", "Export the model with dense tensors."))
    }
  }

  private static func duplicate(_ place: String) -> ONNXProblem {
    ONNXProblem(.duplicateName, "The name stands there twice.", ONNXProblem.damaged, place: place)
  }

  /// The outputs' names; reports where there are none or one twice.
  func outputNames(_ lowering: ONNXLowering) -> [String] {
    if outputs.isEmpty {
      lowering.report(ONNXProblem(.noOutputs, "The graph has no outputs.", "Export the model with its results as outputs."))
    }
    if outputs.count > Self.maximumCount || inputs.count > Self.maximumCount {
      lowering.report(
        ONNXProblem(
          .tooLarge, "The graph has \(inputs.count) inputs and \(outputs.count) outputs, more than \(Self.maximumCount).",
          ONNXProblem.damaged))
    }
    var names: Set<String> = []
    for name in outputs where !names.insert(name).inserted { lowering.report(Self.duplicate("output '\(name)'")) }
    return outputs
  }

  // MARK: inputs

  /// Makes graph inputs of those that the needed nodes read.
  func addInputs(readBy nodes: [ONNXNode], outputs: [String], to lowering: ONNXLowering) {
    let read = Set(nodes.flatMap(\.inputs) + outputs)
    let names = Set(inputs.map { text($0.name) })
    for name in lowering.options.inputShapes.keys.sorted() where !names.contains(name) {
      let known = inputs.prefix(16).map { "'\(text($0.name))'" }.joined(separator: ", ")
      lowering.report(
        ONNXProblem(
          .inputShape, "A shape is given for the input '\(name)', which the model does not have.",
          "Its inputs are \(known)."))
    }
    for name in lowering.options.constants.keys.sorted() where !names.contains(name) {
      lowering.report(
        ONNXProblem(
          .inputShape, "A constant is given for the input '\(name)', which the model does not have.",
          "Its inputs are \(inputs.prefix(16).map { "'\(text($0.name))'" }.joined(separator: ", "))."))
    }
    for input in inputs {
      let name = text(input.name)
      guard read.contains(name) else {
        lowering.note("The input '\(name)' is left out: no output needs it.")
        continue
      }
      do throws(ONNXProblem) {
        if let tensor = lowering.options.constants[name] {
          lowering.values[name] = try Self.bound(tensor, to: input, lowering)
          continue
        }
        let shape = try Self.shape(input, options: lowering.options, note: lowering.note)
        lowering.values[name] = .value(lowering.graph.addInput(name: name, shape: shape))
        let element = ONNXElementType(input.type?.pointee.tensor_type?.pointee.elem_type ?? 1)
        if !element.isFloat { lowering.integerValues[name] = element }
      } catch {
        lowering.report(
          ONNXProblem(error.code, error.message, error.remedy, place: "input '\(name)'"))
      }
    }
  }

  /// An input that the user gives as a constant.
  private static func bound(
    _ tensor: Tensor, to input: Onnx__ValueInfoProto, _ lowering: ONNXLowering
  ) throws(ONNXProblem) -> ONNXValue {
    let type = input.type?.pointee.tensor_type?.pointee
    if let dimensions = type?.shape?.pointee {
      let sizes = pointers(dimensions.dim, dimensions.n_dim).map { $0.has_dim_value != 0 && $0.dim_value > 0 ? $0.dim_value : nil }
      guard sizes.count == tensor.shape.count, zip(sizes, tensor.shape).allSatisfy({ $0 == nil || $0 == Int64($1) }) else {
        throw ONNXProblem(
          .inputShape, "The constant given for it has shape \(tensor.shape), and the file says another.",
          "Give a constant of the input's shape.")
      }
    }
    let element = ONNXElementType(type?.elem_type ?? 1)
    if element.isInteger {
      let integers = tensor.elements.compactMap { Int(exactly: $0) }
      guard integers.count == tensor.elements.count else {
        throw ONNXProblem(.inputType, "It holds \(element), and the constant given is not integral.", "Give integers.")
      }
      return .integers(ONNXIntegers(shape: tensor.shape, elements: integers))
    }
    if element.isByte {
      let codes = tensor.elements.compactMap { value in
        element == .int8 ? Int8(exactly: value).map { UInt8(bitPattern: $0) } : UInt8(exactly: value)
      }
      guard codes.count == tensor.elements.count else {
        throw ONNXProblem(.inputType, "It holds \(element), and the constant given does not.", "Give integers of that range.")
      }
      return .codes(ONNXCodes(shape: tensor.shape, bytes: codes, type: element))
    }
    guard element.isFloat || element.isSmallInteger else {
      throw ONNXProblem(.inputType, "It holds \(element), expected float32 or integers.", "Export the model without it.")
    }
    return .value(lowering.values.addConstant(tensor, name: text(input.name), to: &lowering.graph))
  }

  private static func shape(
    _ input: Onnx__ValueInfoProto, options: ImportOptions, note: (String) -> Void
  ) throws(ONNXProblem) -> [Int] {
    let name = text(input.name)
    guard let type = input.type?.pointee.tensor_type?.pointee else {
      throw ONNXProblem(.inputType, "It is not a tensor.", "Inputs are images or vectors of float32.")
    }
    let element = ONNXElementType(type.elem_type)
    guard element.isFloat || element.isSmallInteger || element == .int32 || element == .int64 else {
      throw ONNXProblem(
        .inputType, "It holds \(element), expected float32.",
        "Export the model with a float32 input; the recipe says how pixels become numbers.")
    }
    if element != .float32 { note("The input '\(name)' of \(element) is taken as float32.") }
    if let given = options.inputShapes[name] { return try checked(given) }
    guard let dimensions = type.shape?.pointee else {
      throw ONNXProblem(.symbolicSize, "The file does not say its shape.", fixSizes)
    }
    return try checked(sizes(name, pointers(dimensions.dim, dimensions.n_dim), note: note))
  }

  /// The sizes that the file says. An open batch becomes 1.
  private static func sizes(
    _ name: String, _ dimensions: [Onnx__DimensionProto], note: (String) -> Void
  ) throws(ONNXProblem) -> [Int] {
    var shape: [Int] = []
    var open: [String] = []
    for (axis, dimension) in dimensions.enumerated() {
      let size = dimension.has_dim_value != 0 && dimension.dim_value > 0 ? Int(dimension.dim_value) : nil
      if let size {
        shape.append(size)
      } else if axis == 0 {
        note("The open batch size of the input '\(name)' is taken as 1.")
        shape.append(1)
      } else {
        let symbol = text(dimension.dim_param)
        open.append("axis \(axis)" + (symbol.isEmpty ? "" : " ('\(symbol)')"))
      }
    }
    guard open.isEmpty else {
      throw ONNXProblem(.symbolicSize, "The file leaves its size open at \(open.prefix(8).joined(separator: ", ")).", fixSizes)
    }
    return shape
  }

  private static let fixSizes = "Export the model with fixed input sizes; only the batch may stay open."

  private static func checked(_ shape: [Int]) throws(ONNXProblem) -> [Int] {
    guard shape.count <= maximumRank, shape.checkedElementCount != nil else {
      throw ONNXProblem(
        .inputShape,
        "Its shape is \(shape.prefix(16)), expected at most \(maximumRank) axes of at least 1 and at most 2^31 elements.",
        "Export the model for one image ([1, C, H, W]) or one vector ([1, N]).")
    }
    return shape
  }

  // MARK: outputs

  /// Makes the graph's outputs, in the file's order.
  func addOutputs(_ names: [String], to lowering: ONNXLowering) {
    let inputs = Set(lowering.graph.inputs)
    for name in names {
      if let type = lowering.quantized[name]?.type {
        lowering.note("The output '\(name)' of \(type) is given as float32 numbers.")
        do throws(ONNXProblem) { try lowering.takeCodes(name) } catch { lowering.report(error) }
      }
      switch lowering.values[name] {
      case .value(let id) where !inputs.contains(id) && lowering.graph.constant(id) == nil:
        lowering.graph.outputs.append(GraphOutput(name: name, value: id))
      case .failed, nil: break
      default:
        lowering.report(
          ONNXProblem(
            .constantOutput, "It is a constant or an input, not a result of the network.",
            "Export the model without this output.", place: "output '\(name)'"))
      }
    }
  }
}
