import COnnx
import FacetDiagnostics
import FacetIR

/// The shapes of inputs, and inputs that become constants.
extension ONNXInterface {
  /// An input that the user gives as a constant.
  static func bound(
    _ tensor: Tensor, to input: Onnx__ValueInfoProto, _ lowering: ONNXLowering
  ) throws(ONNXProblem) -> ONNXValue {
    let type = input.type?.pointee.tensor_type?.pointee
    var tensor = tensor
    if let dimensions = type?.shape?.pointee {
      tensor.shape = try fitted(tensor, pointers(dimensions.dim, dimensions.n_dim).map(size))
    }
    let element = ONNXElementType(type?.elem_type ?? 1)
    if element.isInteger {
      let integers = tensor.elements.compactMap { Int(exactly: $0) }
      guard integers.count == tensor.elements.count else {
        throw ONNXProblem(.inputType, "It holds \(element), and the constant given is not integral.", "Give integers.")
      }
      return .integers(ONNXIntegers(shape: tensor.shape, elements: integers, type: element))
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

  /// The constant's shape as the file has it: axes of one element may be left out or added.
  private static func fitted(_ tensor: Tensor, _ sizes: [Int?]) throws(ONNXProblem) -> [Int] {
    if sizes.count == tensor.shape.count, zip(sizes, tensor.shape).allSatisfy({ $0 == nil || $0 == $1 }) { return tensor.shape }
    let open = sizes.indices.filter { sizes[$0] == nil }
    let fixed = sizes.compactMap(\.self).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    if open.count <= 1, fixed > 0, tensor.elements.count % fixed == 0, open.count == 1 || tensor.elements.count == fixed {
      let result = sizes.map { $0 ?? tensor.elements.count / fixed }
      if result.filter({ $0 != 1 }) == tensor.shape.filter({ $0 != 1 }) { return result }
    }
    throw ONNXProblem(
      .inputShape, "The constant given for it has shape \(tensor.shape), and the file says \(described(sizes)).",
      "Give a constant of the input's shape.")
  }

  /// The shape of an input that stays one.
  static func shape(
    _ input: Onnx__ValueInfoProto, options: ImportOptions, batches: inout [String: Int], note: (String) -> Void
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
    let dimensions = type.shape.map { pointers($0.pointee.dim, $0.pointee.n_dim) }
    if let size = dimensions?.first.flatMap(size), dimensions.map({ $0.count > 1 }) == true, size > 1 { batches[name] = size }
    if let given = options.inputShapes[name] {
      if let dimensions, dimensions.count != given.count {
        throw ONNXProblem(
          .inputShape,
          "The shape given for it, \(given.prefix(16)), has \(plural(given.count, "size")); the file says \(described(dimensions.map(size))).",
          "Give as many sizes as the input has axes.")
      }
      return try checked(given)
    }
    guard let dimensions else {
      throw ONNXProblem(.symbolicSize, "The file does not say its shape.", saySizes(name, [1, 3, nil, nil]))
    }
    let isBatch = batches[name] != nil && batches[name] == options.batch
    let said = isBatch ? [1] + dimensions.dropFirst().map(size) : dimensions.map(size)
    if let image = options.image, image.name ?? name == name, let shape = filled(said, by: image) {
      return shape
    }
    return try checked(sizes(name, dimensions, said, note: note))
  }

  /// What the file leaves open of an image, from its known size; nil where that does not fit or nothing but the batch is open.
  private static func filled(_ sizes: [Int?], by image: ImageSize) -> [Int]? {
    guard sizes.count == 4, sizes.dropFirst().contains(nil) else { return nil }
    return [image.nchw, image.nhwc].first { shape in zip(sizes, shape).allSatisfy { $0 == nil || $0 == $1 } }
  }

  /// The sizes that the file says. An open batch becomes 1.
  private static func sizes(
    _ name: String, _ dimensions: [Onnx__DimensionProto], _ said: [Int?], note: (String) -> Void
  ) throws(ONNXProblem) -> [Int] {
    var shape = said
    if !shape.isEmpty, shape[0] == nil {
      note("The open batch size of the input '\(name)' is taken as 1.")
      shape[0] = 1
    }
    let open = shape.indices.filter { shape[$0] == nil }
    guard open.isEmpty else {
      let axes = open.prefix(8).map { axis in
        let symbol = text(dimensions[axis].dim_param)
        return "axis \(axis)" + (symbol.isEmpty ? "" : " ('\(symbol)')")
      }
      throw ONNXProblem(
        .symbolicSize, "The file leaves its size open at \(axes.joined(separator: ", ")).", saySizes(name, shape))
    }
    return shape.compactMap(\.self)
  }

  /// Nil where it is open.
  private static func size(_ dimension: Onnx__DimensionProto) -> Int? {
    dimension.has_dim_value != 0 && dimension.dim_value > 0 ? Int(dimension.dim_value) : nil
  }

  private static func described(_ sizes: [Int?]) -> String {
    "[" + sizes.prefix(16).map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
  }

  /// What to write, with sizes that are usual for images where the file leaves them open.
  private static func saySizes(_ name: String, _ sizes: [Int?]) -> String {
    let example = sizes.prefix(maximumRank).map { String($0 ?? (sizes.count == 4 ? 224 : 16)) }
    return "Give it: --shape \(shellWord(name + "=" + example.joined(separator: "x"))), or in the recipe "
      + "\"shapes\": {\"\(name)\": [\(example.joined(separator: ", "))]}, with the sizes that you want."
  }

  private static func checked(_ shape: [Int]) throws(ONNXProblem) -> [Int] {
    guard shape.count <= maximumRank, shape.checkedElementCount != nil else {
      throw ONNXProblem(
        .inputShape,
        "Its shape is \(shape.prefix(16)), expected at most \(maximumRank) axes of at least 1 and at most 2^31 elements.",
        "Export the model for one image ([1, C, H, W]) or one vector ([1, N]).")
    }
    return shape
  }
}
