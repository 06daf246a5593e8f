import FacetIR

/// The operators of quantized models.
extension ONNXOperatorTable {
  private static let convolutionAttributes: Set<String> = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]

  static let quantizationRows: [String: ONNXOperatorRow] = [
    // ONNXQuantize.swift
    "DequantizeLinear": .init(
      since: 10, inputs: 2...3, attributes: ["axis", "block_size", "output_dtype"], readsCodes: true, build: importDequantizeLinear),
    "QuantizeLinear": .init(
      since: 10, inputs: 2...3, attributes: ["axis", "block_size", "output_dtype", "precision", "saturate"], readsCodes: true,
      build: importQuantizeLinear),
    // ONNXDynamicQuantization.swift
    "ConvInteger": .init(
      since: 10, inputs: 2...4, attributes: convolutionAttributes, readsCodes: true, build: integerProduct("Conv")),
    "DynamicQuantizeLinear": .init(
      since: 11, inputs: 1...1, hasManyOutputs: true, readsCodes: true, build: importDynamicQuantizeLinear),
    "MatMulInteger": .init(since: 10, inputs: 2...4, readsCodes: true, build: integerProduct("MatMul")),
    // ONNXQLinear.swift
    "QLinearConv": .init(since: 10, inputs: 8...9, attributes: convolutionAttributes, readsCodes: true, build: importQLinearConv),
    "QLinearMatMul": .init(since: 10, inputs: 8...8, readsCodes: true, build: qlinear("MatMul", operands: 2)),
  ]

  /// What onnxruntime's quantizer writes (ONNXQLinear.swift).
  static let microsoftRows: [String: ONNXOperatorRow] = [
    "DequantizeLinear": .init(inputs: 2...3, attributes: ["axis"], readsCodes: true, build: importDequantizeLinear),
    "QGemm": .init(inputs: 6...9, attributes: ["alpha", "transA", "transB"], readsCodes: true, build: importQGemm),
    "QLinearAdd": .init(inputs: 7...8, readsCodes: true, build: qlinear("Add", operands: 2)),
    "QLinearAveragePool": .init(
      inputs: 4...5,
      attributes: ["auto_pad", "ceil_mode", "channels_last", "count_include_pad", "kernel_shape", "pads", "strides"],
      readsCodes: true, build: qlinear("AveragePool", operands: 1)),
    "QLinearConcat": .init(inputs: 3...Int.max, attributes: ["axis"], readsCodes: true, build: importQLinearConcat),
    "QLinearGlobalAveragePool": .init(
      inputs: 4...5, attributes: ["channels_last"], readsCodes: true, build: qlinear("GlobalAveragePool", operands: 1)),
    "QLinearLeakyRelu": .init(inputs: 4...5, attributes: ["alpha"], readsCodes: true, build: qlinear("LeakyRelu", operands: 1)),
    "QLinearMul": .init(inputs: 7...8, readsCodes: true, build: qlinear("Mul", operands: 2)),
    "QLinearSigmoid": .init(inputs: 4...5, readsCodes: true, build: qlinear("Sigmoid", operands: 1)),
    "QLinearSoftmax": .init(inputs: 4...5, attributes: ["axis", "opset"], readsCodes: true, build: importQLinearSoftmax),
    "QuantizeLinear": .init(inputs: 2...3, attributes: ["axis"], readsCodes: true, build: importQuantizeLinear),
  ]
}
