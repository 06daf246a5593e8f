/// In which numbers an int8 bundle computes an operator that converts.
package enum ImportedOperatorForm: String, Sendable {
  /// With integers, or by moving int8 elements.
  case int8
  case float32
  /// int8 in some forms, float32 in others; the note says which.
  case either = "int8 or float32"
  /// Only of constants, when the model is imported.
  case constants = "computed at import"
  /// Nothing is left of it to compute.
  case none = "nothing to compute"
}

/// What the list of operators says of one (`docs/operators.md`).
struct ONNXOperatorNote {
  var form = ImportedOperatorForm.int8
  var text = ""

  init(_ form: ImportedOperatorForm = .int8, _ text: String = "") { (self.form, self.text) = (form, text) }
}

extension ONNXOperatorTable {
  /// Of operators that have more to say than that they run in int8. Those that are known for constants only need none.
  static let notes: [String: ONNXOperatorNote] = [
    // Layers
    "BatchNormalization": .init(
      .either,
      "Folded into its neighbours where that keeps the function, otherwise int8; in training mode an instance normalization."
    ),
    "Conv": .init(.int8, "1-D and 2-D, with groups (also depthwise), strides and dilations; constant weights and bias."),
    "ConvTranspose": .init(.int8, "1-D and 2-D; constant weights and bias."),
    "Dropout": .init(.none, "Not in training mode."),
    "Gemm": .init(.either, "int8 for a constant B, otherwise float32."),
    "MatMul": .init(.either, "int8 but for a constant on the left, and constants of several matrices."),
    "AveragePool": .init(.int8, "1-D and 2-D; 3-D where the window reaches over the first axis only, or not over it."),
    "GlobalAveragePool": .init(.either, "int8 over one or two axes, otherwise float32."),
    "GlobalMaxPool": .init(.either, "int8 over one or two axes, otherwise float32."),
    "MaxPool": .init(.int8, "Values only, no indices; 1-D and 2-D, 3-D as AveragePool."),
    "LpPool": .init(.either, "Whole p; int8 for p = 1 and 2, float32 above."),
    "GlobalLpPool": .init(.float32, "Whole p."),
    // Two operands
    "Add": .init(.int8, "float32 for tensors that are neither images nor vectors."),
    "Mul": .init(.int8, "float32 for tensors that are neither images nor vectors."),
    "Sum": .init(.int8, "As Add, from left to right."),
    "Mean": .init(.int8, "As Add, from left to right."),
    "Div": .init(.either, "int8 where an operand is constant (a number, or one for each channel), otherwise float32."),
    "Sub": .init(.either, "int8 where an operand is constant (a number, or one for each channel), otherwise float32."),
    "Max": .init(.float32, "int8 where it is a function of one number."),
    "Min": .init(.float32, "int8 where it is a function of one number."),
    "Pow": .init(.either, "int8 where the exponent or the base is a constant number, otherwise float32."),
    "PRelu": .init(.either, "int8 with one slope or one for each channel, otherwise float32."),
    // Comparisons and logic
    "And": .init(.float32, "Truth values are numbers, 0 and 1; int8 where all of it is a function of one number."),
    "Or": .init(.float32, "As And."),
    "Xor": .init(.float32, "As And."),
    "Not": .init(.int8, "Truth values are numbers, 0 and 1."),
    "Equal": .init(.float32, "As And."),
    "Greater": .init(.float32, "As And."),
    "GreaterOrEqual": .init(.float32, "As And."),
    "Less": .init(.float32, "As And."),
    "LessOrEqual": .init(.float32, "As And."),
    "IsInf": .init(.float32),
    "IsNaN": .init(.float32),
    "Shrink": .init(.float32, "int8 as a function of one number."),
    "Where": .init(.float32, "As And."),
    // Reductions and choice
    "ArgMax": .init(.float32, "The index is a number."),
    "ArgMin": .init(.float32, "The index is a number."),
    "ReduceL1": .init(.float32),
    "ReduceL2": .init(.float32),
    "ReduceLogSum": .init(.float32),
    "ReduceLogSumExp": .init(.float32),
    "ReduceMax": .init(.float32),
    "ReduceMean": .init(.either, "int8 over height and width of an image, otherwise float32."),
    "ReduceMin": .init(.float32),
    "ReduceProd": .init(.float32),
    "ReduceSum": .init(.float32),
    "ReduceSumSquare": .init(.float32),
    "TopK": .init(.float32, "Sorted also where the file leaves the order open; indices are numbers."),
    // Normalizations, softmax, Einsum
    "Einsum": .init(
      .either,
      "One or two operands, no label twice in one operand; int8 where it moves elements, multiplies them or is a fully connected layer, otherwise float32."
    ),
    "GroupNormalization": .init(
      .either, "int8 over the channels of each pixel, over all pixels, or over the last axes; otherwise float32."),
    "InstanceNormalization": .init(.either, "int8 but for more than two axes of pixels."),
    "LayerNormalization": .init(
      .either, "int8 over the channels of each pixel, over all pixels, or over the last axes; otherwise float32."),
    "LogSoftmax": .init(.float32),
    "LpNormalization": .init(.float32, "p = 1 or 2."),
    "LRN": .init(.float32),
    "RMSNormalization": .init(.either, "int8 over the channels of each pixel, over all pixels, or over the last axes; otherwise float32."),
    "Softmax": .init(.either, "Computed in float32; int8 where int8 operators read it."),
    // Moved elements
    "Expand": .init(.int8, "To a constant shape."),
    "Flatten": .init(.int8),
    "Gather": .init(.int8, "Constant indices."),
    "GatherND": .init(.int8, "Constant indices."),
    "Pad": .init(.int8, "constant, reflect, edge and wrap; constant pads, which may be negative."),
    "Reshape": .init(.int8, "To a constant shape."),
    "Resize": .init(.either, "nearest and linear in int8, cubic in float32; constant sizes or scales, no antialias."),
    "Slice": .init(.int8, "Constant bounds, steps of either sign."),
    "Split": .init(.int8, "Constant sizes."),
    "Tile": .init(.int8, "Constant repeats."),
    "Upsample": .init(.int8, "nearest and linear; opsets 7 to 9."),
    // Types, sizes and constants
    "Cast": .init(.either, "Between floating-point types nothing; to integers and truth values as numbers where float32 holds them."),
    "CastLike": .init(.either, "As Cast."),
    "Constant": .init(.constants),
    "ConstantOfShape": .init(.constants, "Of a constant shape."),
    "Identity": .init(.none),
    "Range": .init(.constants, "Of constant bounds."),
    "Shape": .init(.constants, "Sizes are fixed when compiling."),
    "Size": .init(.constants, "Sizes are fixed when compiling."),
    // Quantized models
    "ConvInteger": .init(.either, "int8 in what onnxruntime's dynamic quantization writes, otherwise whole numbers in float32."),
    "DequantizeLinear": .init(.int8, "uint8 and int8, for constants int32 as well; per tensor, for constants along an axis as well."),
    "DynamicQuantizeLinear": .init(.either, "As ConvInteger."),
    "MatMulInteger": .init(.either, "As ConvInteger."),
    "QuantizeLinear": .init(.int8, "To uint8 or int8; activations per tensor, along an axis in float32."),
    "QLinearMatMul": .init(.either, "As MatMul."),
    "QLinearSoftmax": .init(.float32),
  ]

  /// All operators that convert, by name.
  static var listed: [ImportedOperator] {
    func entries(_ rows: [String: ONNXOperatorRow], domain: String) -> [ImportedOperator] {
      rows.map { name, row in
        let note = notes[name] ?? ONNXOperatorNote(domain.isEmpty && constantRows[name] != nil ? .constants : .int8)
        let hasChanged = domain.isEmpty && !unchangedSinceFirst.contains(name)
        return ImportedOperator(
          name: name, domain: domain, since: hasChanged ? max(row.since, oldestOpset) : row.since, form: note.form, note: note.text)
      }.sorted { $0.name < $1.name }
    }
    return entries(rows, domain: "") + entries(microsoftRows, domain: "com.microsoft")
  }
}

/// An operator that converts.
package struct ImportedOperator: Sendable {
  package var name: String
  /// Empty for ONNX's own.
  package var domain: String
  /// The first opset in which it is taken.
  package var since: Int
  package var form: ImportedOperatorForm
  /// Which forms are taken, or in what they run; may be empty.
  package var note: String

  /// From this opset on all are taken; in older ones those that have not changed since.
  package static let oldestOpset = ONNXOperatorTable.oldestOpset

  /// All of ONNX's own and of onnxruntime's quantizer.
  package static var all: [ImportedOperator] { ONNXOperatorTable.listed }
}
