import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// A model that must not import, with the code and a part of the message that say why.
struct Refusal: CustomTestStringConvertible {
  var testDescription: String
  var code: String
  var says: String
  var bytes: [UInt8]

  init(_ description: String, _ code: String, _ says: String, _ bytes: [UInt8]) {
    testDescription = description
    self.code = "import.onnx." + code
    self.says = says
    self.bytes = bytes
  }
}

private let relu = node("Relu", ["x"], ["y"])
private func conv(_ attributes: [Message] = [], weights: Message? = nil) -> [UInt8] {
  model([node("Conv", ["x", "w"], ["y"], attributes)], tensors: [weights ?? tensor("w", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6])])
}
private func unary(
  _ type: String, _ attributes: [Message] = [], opset: Int64 = 17, inputs: [Message] = [input("x", [1, 3, 4, 4])]
)
  -> [UInt8]
{
  model([node(type, ["x"], ["y"], attributes)], inputs: inputs, opset: opset)
}
private func normalization(
  _ attributes: [Message] = [], outputs: [String] = ["y"], variance: Float = 1, sizes: [Size] = [1, 3, 4, 4]
) -> [UInt8] {
  let names = ["g", "b", "m"]
  return model(
    [node("BatchNormalization", ["x"] + names + ["v"], outputs, attributes)],
    tensors: names.map { tensor($0, [3], [1, 1, 1]) } + [tensor("v", [3], [1, variance, 1])],
    inputs: [input("x", sizes)], opset: 14)
}

private func topK(k: Int64, _ attributes: [Message] = []) -> [UInt8] { topK([k], attributes) }
private func topK(_ k: [Int64], _ attributes: [Message] = []) -> [UInt8] {
  model([node("TopK", ["x", "k"], ["y"], attributes)], tensors: [tensor("k", integers: k)])
}

@Suite struct RefusalTests {
  static let interface: [Refusal] = [
    .init("opset 0", "opset", "opset 0", model([relu], opset: 0)),
    .init("opset 26", "opset", "7 to 25", model([relu], opset: 26)),
    .init("old form of an operator", "opset", "another form", model([node("Dropout", ["x"], ["y"])], opset: 6)),
    .init("no opset", "opset", "does not say", Message().message(7, Message().message(1, relu)).bytes),
    .init("no graph", "no-graph", "no graph", Message().int(1, 8).bytes),
    .init("empty file", "no-graph", "is empty", []),
    .init("no outputs", "no-outputs", "no outputs", model([relu], outputs: [])),
    .init("output twice", "duplicate-name", "twice", model([relu], outputs: ["y", "y"])),
    .init("nothing computes the output", "missing-value", "Nothing computes", model([relu], outputs: ["z"])),
    .init("output is the input", "constant-output", "not a result", model([relu], outputs: ["x"])),
    .init(
      "output is a tensor", "constant-output", "not a result", model([relu], tensors: [tensor("w", [1], [1])], outputs: ["w"])),
    .init("nine axes", "input-shape", "8 axes", model([relu], inputs: [input("x", [1, 1, 1, 1, 1, 1, 1, 1, 1])])),
    .init(
      "symbolic size", "symbolic-size", "axis 2 ('height'), axis 3", model([relu], inputs: [input("x", ["N", 3, "height", ""])])),
    .init(
      "no shape", "symbolic-size", "does not say its shape",
      model([relu], inputs: [Message().text(1, "x").message(2, Message().message(1, Message().int(1, 1)))])),
    .init("no type", "input-type", "not a tensor", model([relu], inputs: [Message().text(1, "x")])),
    .init("uint8 input", "input-type", "uint8", model([relu], inputs: [input("x", [1, 3, 4, 4], type: 2)])),
    .init("huge input", "input-shape", "2^31", model([relu], inputs: [input("x", [1, 65536, 65536, 65536])])),
    .init("largest sizes", "input-shape", "2^31", model([relu], inputs: [input("x", [1, .fixed(.max), .fixed(.max), 2])])),
    .init("input twice", "duplicate-name", "twice", model([relu], inputs: [input("x", [1, 3]), input("x", [1, 3])])),
    .init("tensor twice", "duplicate-name", "twice", model([relu], tensors: [tensor("w", [1], [1]), tensor("w", [1], [1])])),
    .init("value computed twice", "duplicate-name", "already", model([relu, node("Sigmoid", ["x"], ["y"])])),
    .init("node computes the input", "duplicate-name", "already", model([relu, node("Sigmoid", ["y"], ["x"])])),
    .init("dangling input", "missing-value", "'nowhere'", model([node("Add", ["x", "nowhere"], ["y"])])),
    .init("cycle", "cycle", "'Add_0', 'Relu_1'", model([node("Add", ["x", "b"], ["y"]), node("Relu", ["y"], ["b"])])),
    .init("node that reads itself", "cycle", "'Add_0'", model([node("Add", ["x", "y"], ["y"])])),
    .init(
      "sparse tensors", "unsupported-form", "sparse",
      Message().int(1, 8).message(
        7, Message().message(1, relu).data(15, []).message(11, input("x", [1, 3])).message(12, Message().text(1, "y"))
      )
      .message(8, Message().int(2, 13)).bytes),
  ]

  static let operators: [Refusal] = [
    .init("unknown operator", "unsupported-operator", "not supported", unary("Det")),
    .init("other domain", "unsupported-operator", "not supported", model([node("Relu", ["x"], ["y"], domain: "com.example")])),
    .init("hard swish before it was", "unsupported-operator", "opset 14", unary("HardSwish", opset: 13)),
    .init(
      "second output read", "unsupported-form", "'mask'",
      model([node("Dropout", ["x"], ["d", "mask"]), node("Add", ["d", "mask"], ["y"])])),
    .init("unknown attribute", "attribute", "'consumed_inputs'", unary("Relu", [attribute("consumed_inputs", [0])])),
    .init("attribute twice", "attribute", "twice", unary("Flatten", [attribute("axis", int: 1), attribute("axis", int: 2)])),
    .init(
      "attribute of another kind", "attribute", "a string, expected an integer", unary("Flatten", [attribute("axis", "one")])),
    .init("too many inputs", "inputs", "2 inputs", model([node("Relu", ["x", "x"], ["y"])])),
    .init("left-out input", "inputs", "left out", model([node("Add", ["", "x"], ["y"])])),
    .init("group that does not divide", "shape", "groups", conv([attribute("group", int: 2)])),
    .init("negative group", "shape", "groups", conv([attribute("group", int: -1)])),
    .init("negative pads", "attribute", "'pads'", conv([attribute("pads", [0, -1, 0, 0])])),
    .init("huge pads", "limit", "'pads'", conv([attribute("pads", [.max, 0, .max, 0])])),
    .init("stride of zero", "attribute", "'strides'", conv([attribute("strides", [0, 1])])),
    .init("one stride", "attribute", "1 number,", conv([attribute("strides", [1])])),
    .init("unknown auto_pad", "attribute", "'SAME'", conv([attribute("auto_pad", "SAME")])),
    .init("other kernel shape", "attribute", "the weights have [1, 1]", conv([attribute("kernel_shape", [3, 3])])),
    .init("weights of other channels", "shape", "input channels", conv(weights: tensor("w", [1, 2, 1, 1], [1, 2]))),
    .init(
      "one-dimensional weights of an image", "unsupported-form", "[2, 3, 1]", conv(weights: tensor("w", [2, 3, 1], [1, 2, 3, 4, 5, 6]))),
    .init(
      "window beyond the input", "shape", "does not fit",
      conv(weights: tensor("w", [1, 3, 5, 1], [Float](repeating: 1, count: 15)))),
    .init(
      "computed weights", "not-constant", "weights 'w'",
      model(
        [node("Mul", ["x", "a"], ["w"]), node("Conv", ["x", "w"], ["y"])], tensors: [tensor("a", [1, 3, 1, 1], [1, 2, 3])])),
    .init(
      "convolution of an image and its copy", "batch", "batch of 2 images",
      model(
        [node("Concat", ["x", "x"], ["b"], [attribute("axis", int: 0)]), node("Conv", ["b", "w"], ["y"])],
        tensors: [tensor("w", [1, 3, 1, 1], [1, 2, 3])], inputs: [input("x", [1, 3, 4, 4])])),
    .init(
      "mean of a batch", "batch", "joins or picks",
      model(
        [
          node("MaxPool", ["x"], ["p"], [attribute("kernel_shape", [2, 2])]),
          node("ReduceMean", ["p"], ["y"], [attribute("axes", [0])]),
        ], inputs: [input("x", [2, 3, 4, 4])])),
    .init(
      "training mode of one number per channel", "unsupported-form", "nothing but the shift",
      normalization([attribute("training_mode", int: 1)], sizes: [1, 3])),
    .init(
      "statistics of a training that are read", "unsupported-form", "'mean'",
      model(
        [
          node("BatchNormalization", ["x", "g", "g", "g", "g"], ["n", "mean", "var"], [attribute("training_mode", int: 1)]),
          node("Add", ["n", "mean"], ["y"]),
        ], tensors: [tensor("g", [3], [1, 1, 1])], opset: 14)),
    .init(
      "statistics per element that do not fit", "shape", "its statistics",
      model(
        [node("BatchNormalization", ["x", "g", "g", "g", "g"], ["y"], [attribute("spatial", int: 0)])],
        tensors: [tensor("g", [4], [1, 1, 1, 1])], opset: 8)),
    .init("a diagonal in Einsum", "unsupported-form", "uses a label twice", unary("Einsum", [attribute("equation", "abcc->abc")])),
    .init("a term of Einsum with other axes", "shape", "'ab'", unary("Einsum", [attribute("equation", "ab->a")])),
    .init("a result of Einsum that is nowhere", "attribute", "'z'", unary("Einsum", [attribute("equation", "abcd->z")])),
    .init("Einsum of another number of operands", "attribute", "2 operands", unary("Einsum", [attribute("equation", "abcd,ab->a")])),
    .init("no equation", "attribute", "'equation' is missing", unary("Einsum")),
    .init(
      "Einsum of three operands", "unsupported-form", "has 3 operands",
      model([node("Einsum", ["x", "x", "x"], ["y"], [attribute("equation", "abcd,abcd,abcd->a")])])),
    .init(
      "GatherND beyond its axis", "shape", "index 3",
      model([node("GatherND", ["x", "i"], ["y"])], tensors: [tensor("i", integers: [0, 3], dims: [1, 2])])),
    .init(
      "GatherND with batches beyond all axes", "shape", "axes of batches",
      model(
        [node("GatherND", ["x", "i"], ["y"], [attribute("batch_dims", int: .max)])],
        tensors: [tensor("i", integers: [0, 0], dims: [1, 2])])),
    .init(
      "GatherND of too many axes", "shape", "[1, 5]",
      model([node("GatherND", ["x", "i"], ["y"])], tensors: [tensor("i", integers: [0, 0, 0, 0, 0], dims: [1, 5])])),
    .init("statistics as outputs", "unsupported-form", "training", normalization(outputs: ["y", "mean"])),
    .init("negative variance", "not-finite", "not positive", normalization(variance: -1)),
    .init("infinite epsilon", "not-finite", "epsilon", normalization([attribute("epsilon", Float.infinity)])),
    .init("axis beyond the rank", "attribute", "axis 4", unary("Softmax", [attribute("axis", int: 4)])),
    .init("reduction along an axis beyond the rank", "attribute", "axis 7", unary("ReduceMax", [attribute("axes", [7])])),
    .init(
      "axes as an input before they were", "inputs", "opset 18",
      model(
        [node("ReduceMax", ["x", "a"], ["y"])], tensors: [tensor("a", integers: [1])])),
    .init("k of more than the axis has", "attribute", "k is [5] for an axis of 4", topK(k: 5)),
    .init("k of zero", "attribute", "k is [0]", topK(k: 0)),
    .init("k of several numbers", "attribute", "k is [1, 2]", topK([1, 2])),
    .init("k as an attribute in opset 10", "attribute", "since opset 10", topK(k: 1, [attribute("k", int: 1)])),
    .init("no k", "inputs", "1 input ", unary("TopK")),
    .init(
      "k that is computed", "tensor-type", "not a tensor of integers",
      model([node("TopK", ["x", "k"], ["y"])], tensors: [tensor("k", [1], [1])])),
    .init("norm of order 3", "attribute", "expected 1 or 2", unary("LpNormalization", [attribute("p", int: 3)])),
    .init("unknown approximation", "attribute", "'sigmoid'", unary("Gelu", [attribute("approximate", "sigmoid")], opset: 20)),
    .init("window of no channels", "attribute", "'size'", unary("LRN", [attribute("size", int: 0)])),
    .init("window of too many channels", "attribute", "'size'", unary("LRN", [attribute("size", int: .max)])),
    .init("mean of nothing", "inputs", "0 inputs", model([node("Mean", [], ["y"])])),
    .init(
      "slope wider than the input", "shape", "slope",
      model([node("PRelu", ["x", "s"], ["y"])], tensors: [tensor("s", [2, 1, 1, 1], [1, 2])])),
    .init(
      "matrices that do not fit", "shape", "rows",
      model([node("MatMul", ["x", "w"], ["y"])], tensors: [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6])])),
    .init(
      "product of a scalar", "shape", "not matrices",
      model([node("MatMul", ["x", "w"], ["y"])], tensors: [tensor("w", [], [1])])),
    .init(
      "instance normalization with another scale", "shape", "expected [3]",
      model([node("InstanceNormalization", ["x", "s", "s"], ["y"])], tensors: [tensor("s", [2], [1, 2])])),
    .init(
      "layer normalization with another scale", "shape", "broadcast",
      model([node("LayerNormalization", ["x", "s"], ["y"])], tensors: [tensor("s", [3], [1, 2, 3])], opset: 17)),
    .init(
      "axes as attribute in opset 18", "attribute", "since opset 18", unary("ReduceMean", [attribute("axes", [2, 3])], opset: 18)),
    .init(
      "bounds as attributes in opset 11", "attribute", "since opset 11", unary("Clip", [attribute("min", Float(0))], opset: 11)),
    .init(
      "bounds the wrong way round", "attribute", "2.0 and 1.0",
      unary("Clip", [attribute("min", Float(2)), attribute("max", Float(1))], opset: 10)),
    .init("pooling without kernel", "attribute", "'kernel_shape' is missing", unary("MaxPool")),
    .init(
      "bound that is not a number", "not-finite", "not a number",
      model([node("Clip", ["x", "low"], ["y"])], tensors: [tensor("low", [], [.nan])])),
    .init(
      "pads as large as the kernel", "shape", "kernel",
      unary("AveragePool", [attribute("kernel_shape", [2, 2]), attribute("pads", [2, 0, 0, 0])])),
    .init(
      "norm of order 0", "attribute", "'p' is 0", unary("LpPool", [attribute("kernel_shape", [2, 2]), attribute("p", int: 0)])),
    .init("norm of windows too large", "memory", "memory", unary("LpPool", [attribute("kernel_shape", [32_767, 32_767])])),
    .init("pooling a vector", "shape", "[1, 3]", unary("GlobalAveragePool", inputs: [input("x", [1, 3])])),
    .init("concat without axis", "attribute", "'axis' is missing", model([node("Concat", ["x", "x"], ["y"])])),
    .init(
      "bias of another size", "shape", "[3]",
      model(
        [node("Gemm", ["x", "w", "c"], ["y"])], tensors: [tensor("w", [1, 2], [1, 2]), tensor("c", [3], [1, 2, 3])],
        inputs: [input("x", [1, 1])])),
    .init(
      "constant of two values", "attribute", "2 values",
      model([
        node("Constant", [], ["c"], [attribute("value_int", int: 1), attribute("value_float", Float(1))]),
        node("Add", ["x", "c"], ["y"]),
      ])),
    .init(
      "integers where numbers are needed", "tensor-type", "integers",
      model([node("Add", ["x", "i"], ["y"])], tensors: [tensor("i", integers: [1])])),
    .init(
      "shapes that do not broadcast", "shape", "broadcast",
      model([node("Add", ["x", "c"], ["y"])], tensors: [tensor("c", [3], [1, 2, 3])])),
  ]

  static let reshapes: [Refusal] = [
    ("too many elements", [1, 49], "shape"), ("two open sizes", [-1, -1], "shape"), ("negative size", [-2, 24], "shape"),
    ("zero beyond the rank", [1, 3, 4, 4, 0], "shape"), ("overflow", [.max, .max], "shape"),
    ("open beside overflow", [-1, .max, .max], "shape"),
    ("nine axes", [1, 3, 1, 1, 2, 1, 2, 1, 4], "shape"),
    ("no axes", [], "shape"), ("open beside zero sizes", [-1, 5], "shape"),
  ].map { name, shape, code in
    Refusal(
      "reshape: " + name, code, shape.count == 9 ? "more than 8" : "cannot become",
      model([node("Reshape", ["x", "s"], ["y"])], tensors: [tensor("s", integers: shape)]))
  }

  static let tensors: [Refusal] = [
    .init(
      "data too short", "tensor-data", "20 bytes, and its sizes and type ask for 24",
      conv(weights: tensor("w", [2, 3, 1, 1], [1, 2, 3, 4, 5]))),
    .init("data too long", "tensor-data", "28 bytes", conv(weights: tensor("w", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6, 7]))),
    .init("no data", "tensor-data", "0 values", conv(weights: tensor("w", [2, 3, 1, 1], []))),
    .init("huge sizes without data", "tensor-data", "ask for 1073741824", conv(weights: tensor("w", [1024, 1024, 1024], []))),
    .init("sizes that overflow", "tensor-data", "are not possible", conv(weights: tensor("w", [.max, .max, .max, .max], []))),
    .init("negative size", "tensor-data", "are not possible", conv(weights: tensor("w", [-1, 3, 1, 1], []))),
    .init("size of zero", "tensor-data", "no elements", conv(weights: tensor("w", [0, 3, 1, 1], []))),
    .init("many axes", "tensor-data", "17 dimensions", conv(weights: tensor("w", [Int64](repeating: 1, count: 17), [1]))),
    .init("strings", "tensor-type", "string", conv(weights: Message().int(1, 1).int(2, 8).text(8, "w").data(6, [65]))),
    .init("unknown type", "tensor-type", "type 99", conv(weights: Message().int(1, 1).int(2, 99).text(8, "w"))),
    .init("NaN", "not-finite", "NaN", conv(weights: tensor("w", [1, 3, 1, 1], [1, .nan, 2]))),
    .init("infinite", "not-finite", "infinite", conv(weights: tensor("w", [1, 3, 1, 1], [1, 2, -.infinity]))),
    .init(
      "float64 beyond float32", "not-finite", "infinite",
      conv(
        weights: Message().int(1, 1).int(1, 3).int(1, 1).int(1, 1).int(2, 11).text(8, "w").data(
          10, [UInt8](repeating: 0x7e, count: 24)))),
  ]

  @Test(arguments: interface + operators + reshapes + tensors) func aModelIsRefusedWithItsReason(_ refusal: Refusal) throws {
    let found = diagnostics(refusal.bytes)
    #expect(found.map(\.code) == [refusal.code])
    let first = try #require(found.first)
    #expect(first.message.contains(refusal.says), "\(first)")
    #expect(first.file == "m.onnx" && !first.remedy.isEmpty)
  }

  @Test func errorsOfDifferentKindsComeTogetherAndEachOnce() {
    let bad = tensor("w", [1, 3, 1, 1], [.nan, 1, 2])
    let nodes = [
      node("Conv", ["x", "w"], ["a"]), node("Conv", ["x", "w"], ["b"]),
      node("Flatten", ["x"], ["c"], [attribute("axis", int: 9)]),
      node("Add", ["a", "b"], ["d"]), node("Concat", ["d", "c", "z"], ["y"], [attribute("axis", int: 1)]),
    ]
    let found = diagnostics(model(nodes, tensors: [bad], inputs: [input("x", [1, 3, 4, 4]), input("z", [1, "M"])]))
    #expect(
      found.map(\.code).sorted() == [
        "import.onnx.attribute", "import.onnx.not-finite", "import.onnx.symbolic-size",
      ])
    let twice = found.first { $0.code == "import.onnx.not-finite" }
    #expect(twice?.place == "2 nodes, node 'Conv_0', tensor 'w'; node 'Conv_1', tensor 'w'" && twice?.operatorName == "Conv")
  }

  /// Of one cause, but with different names and numbers: few stay apart, many become one.
  @Test func manyMessagesThatDifferInNamesOnlyBecomeOne() throws {
    func found(_ count: Int) -> [Diagnostic] {
      let nodes = (0..<count).map { node("Flatten", ["x"], ["v\($0)"], [attribute("axis", int: 9 + Int64($0))]) }
      return diagnostics(model(nodes + [node("Concat", (0..<count).map { "v\($0)" }, ["y"], [attribute("axis", int: 1)])]))
    }
    #expect(found(7).count == 7)
    let one = try #require(found(8).first)
    #expect(found(8).count == 1 && one.place?.hasPrefix("8 nodes, node 'Flatten_0'; ") == true)
    #expect(one.message.contains("The axis 9 ") && one.message.contains("The others say the same"))
  }

  @Test func oneLineTellsFilePlaceOperatorShapesAndRemedy() {
    let text = diagnostics(unary("Flatten", [attribute("axis", "one")])).first?.description
    #expect(
      text == "m.onnx: node 'Flatten_0' (Flatten, inputs 1x3x4x4): The attribute 'axis' is a string, expected an integer. "
        + "The file breaks the ONNX format: export the model again, and check it with onnx.checker. [import.onnx.attribute]")
  }

  @Test(arguments: [[0, 3], [-1, 3], ["N", 3], ["", 3], [1, 3]] as [[Size]]) func anOpenBatchBecomesOne(_ sizes: [Size]) throws {
    let bytes = model([relu], inputs: [input("x", sizes)])
    let graph = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }.graph
    #expect(graph.shape(graph.inputs[0]) == [1, 3])
  }

  @Test func aGivenShapeFillsOpenSizes() throws {
    let bytes = model([relu], inputs: [input("x", ["N", 3, "h", "w"])])
    let options = ImportOptions(inputShapes: ["x": [1, 3, 6, 5]])
    let graph = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx", options: options) }.graph
    #expect(graph.shape(graph.inputs[0]) == [1, 3, 6, 5])
    #expect(diagnostics(bytes, options: ImportOptions(inputShapes: ["x": [1, -3]])).map(\.code) == ["import.onnx.input-shape"])
    #expect(
      diagnostics(bytes, options: ImportOptions(inputShapes: ["image": [1, 3, 6, 5], "x": [1, 3, 6, 5]])).map(\.code)
        == ["import.onnx.input-shape"])
  }
}
