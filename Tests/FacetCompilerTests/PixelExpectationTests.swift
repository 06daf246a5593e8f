import FacetData
import FacetFiles
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

/// Preprocessing inside the model: what it says about the pixels that it takes, and what is said where it gets others.
@Suite struct PixelExpectationTests {
  /// A step on the input: an operator with a constant on its left or right, or one that moves.
  private enum Step {
    case right(BinaryFunction, [Float])
    case left(BinaryFunction, [Float])
    case toNCHW
    case norm(mean: Float, variance: Float)
  }

  private func network(_ steps: [Step], nhwc: Bool = false, type: String? = nil) throws -> ImportedModel {
    var graph = Graph()
    var value = graph.addInput(name: "image", shape: nhwc ? [1, 8, 8, 3] : [1, 3, 8, 8])
    var isNHWC = nhwc
    func constant(_ numbers: [Float]) -> ValueID {
      let shape = numbers.count == 1 ? [] : isNHWC ? [3] : [1, 3, 1, 1]
      return graph.addConstant(name: "k", Tensor(shape: shape, elements: numbers))
    }
    for step in steps {
      let name = "s\(graph.nodes.count)"
      switch step {
      case .right(let function, let numbers): value = try graph.addNode(name: name, Binary(function: function), [value, constant(numbers)])
      case .left(let function, let numbers): value = try graph.addNode(name: name, Binary(function: function), [constant(numbers), value])
      case .toNCHW:
        value = try graph.addNode(name: name, Transpose(permutation: [0, 3, 1, 2]), [value])
        isNHWC = false
      case .norm(let mean, let variance):
        let given = [1, 0, mean, variance].map { graph.addConstant(name: "k", Tensor([$0, $0, $0])) }
        value = try graph.addNode(name: name, BatchNormalization(), [value] + given)
      }
    }
    if isNHWC { value = try graph.addNode(name: "turn", Transpose(permutation: [0, 3, 1, 2]), [value]) }
    var random = SplitMix64(seed: 3)
    let w = graph.addConstant(name: "w", Tensor(shape: [4, 3, 1, 1], elements: random.uniforms([12], in: -1...1)))
    let b = graph.addConstant(name: "b", Tensor([0, 0, 0, 0]))
    let y = try graph.addNode(name: "conv", Convolution(), [value, w, b])
    graph.outputs = [GraphOutput(name: "y", value: y)]
    var model = ImportedModel(
      graph: graph, source: ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: ""))
    if let type { model.integerInputs["image"] = type }
    return model
  }

  private func expectation(_ model: ImportedModel) -> PixelExpectation? { InspectReport(model).inputs[0].pixels }

  private static let imageNet: (mean: [Float], std: [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])

  @Test func chainsThatDivideBy255OrSubtractMeansOfBytesTakeBytes() throws {
    let chains: [[Step]] = [
      [.right(.divide, [255])], [.right(.multiply, [1.0 / 255])],
      [.right(.divide, [255]), .right(.subtract, Self.imageNet.mean), .right(.divide, Self.imageNet.std)],
      [.right(.divide, [127.5]), .right(.subtract, [1])], [.right(.subtract, [123.7, 116.8, 103.9])],
      [.right(.subtract, [123.7, 116.8, 103.9]), .right(.multiply, [0.017])], [.right(.add, [-128])],
      [.left(.subtract, [127]), .right(.divide, [128])], [.norm(mean: 120, variance: 3600)],
    ]
    for chain in chains { #expect(expectation(try network(chain))?.range == .bytes, "\(chain)") }
    let nhwc = try network([.right(.divide, [255]), .right(.subtract, Self.imageNet.mean), .toNCHW, .right(.divide, [0.2])], nhwc: true)
    #expect(expectation(nhwc)?.range == .bytes)
    #expect(expectation(nhwc)?.reason == "it begins with Div, Sub, Div: (x - 116.28) / 51.0")
  }

  @Test func chainsThatNormalizeFractionsTakeFractions() throws {
    let chains: [[Step]] = [
      [.right(.subtract, Self.imageNet.mean), .right(.divide, Self.imageNet.std)], [.right(.multiply, [2]), .right(.subtract, [1])],
      [.right(.multiply, [255])], [.right(.subtract, [0.5])],
    ]
    for chain in chains { #expect(expectation(try network(chain))?.range == .unit, "\(chain)") }
  }

  @Test func whatSaysNothingIsNoExpectation() throws {
    let chains: [[Step]] = [
      [], [.right(.add, [0])], [.right(.multiply, [1])], [.right(.multiply, [0.5]), .right(.add, [0.015])], [.norm(mean: 0, variance: 1)],
      [.right(.maximum, [0])],
    ]
    for chain in chains { #expect(expectation(try network(chain)) == nil, "\(chain)") }
  }

  @Test func anInputOfBytesTakesBytes() throws {
    #expect(expectation(try network([], type: "uint8")) == PixelExpectation(bytesBecause: "its input is of uint8"))
    #expect(expectation(try network([], type: "int32")) == nil)
  }

  @Test func theTemplateHasTheScaleAndSaysWhy() throws {
    let (text, advice) = Recipe.template(for: InspectReport(try network([.right(.divide, [255])])), model: "m.onnx")
    let input = try #require(try Recipe.parse(Array(text.utf8), file: "r.json").input)
    #expect(input.scale == 1 && input.mean == [0, 0, 0] && input.std == [1, 1, 1])
    #expect(text.contains("The model takes pixels of 0 to 255: it begins with Div: x / 255.0."))
    #expect(advice.contains { $0.contains("scale is 1") })
    let (unit, _) = Recipe.template(for: InspectReport(try network([.right(.subtract, [0.5])])), model: "m.onnx")
    #expect(try Recipe.parse(Array(unit.utf8), file: "r.json").input?.scale == 1.0 / 255)
    #expect(unit.contains("The model takes pixels of 0 to 1"))
  }

  private func recipe(scale: Double, mean: Double, std: Double) -> Recipe {
    var recipe = Recipe(file: "r.json")
    recipe.input = .init(
      name: nil, width: 8, height: 8, layout: nil, scale: scale, mean: [mean, mean, mean], std: [std, std, std])
    return recipe
  }

  @Test func aRecipeThatNormalizesAgainIsWarnedOf() throws {
    func notes(_ steps: [Step], _ scale: Double, _ mean: Double = 0, _ std: Double = 1) throws -> [String] {
      try PreparedModel(network(steps), recipe: recipe(scale: scale, mean: mean, std: std), stopAfter: nil).report.warnings
    }
    let bytes: [Step] = [.right(.divide, [255])]
    let unit: [Step] = [.right(.subtract, [0.5]), .right(.divide, [0.25])]
    #expect(
      try notes(bytes, 1).isEmpty && notes(unit, 1.0 / 255).isEmpty && notes([], 1).isEmpty && notes([], 1.0 / 255, 0.5, 0.25).isEmpty)
    #expect(
      try notes(bytes, 1.0 / 255) == [
        "The model takes pixels of 0 to 255: it begins with Div: x / 255.0. But the recipe gives numbers of 0.0 to 1.0; "
          + "write \"scale\": 1, with \"mean\" 0 and \"std\" 1 for each channel."
      ])
    #expect(try notes(unit, 1).count == 1 && notes(unit, 1.0 / 255, 0.5, 0.25).count == 1)
  }

  // MARK: calibration data

  /// Notes of a compilation on tensors of normal numbers, times `factor`.
  private func notes(_ model: ImportedModel, factor: Float, offset: Float = 0, samples: Int = 32) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-pixels-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    var random = SplitMix64(seed: 9)
    let elements = random.normals([samples * 192]).map { $0 * factor + offset }
    try #require(NPYArray(shape: [samples, 3, 8, 8], elements: .float32(elements))).write(to: file)
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: file)
    // What int8 makes of such numbers is another matter.
    return try Compiler.compile(model, request).report.warnings.filter { !$0.contains("int8 differs too much") }
  }

  @Test func tensorsOfFractionsForAModelOfBytesAreWarnedOf() throws {
    let model = try network([.right(.divide, [255])])
    #expect(try notes(model, factor: 60, offset: 120).isEmpty)
    let found = try notes(model, factor: 0.2, offset: 0.5)
    #expect(found.count == 1 && found[0].contains("save tensors of 0 to 255"))
  }

  /// Convolution and normalization, which has seen normal numbers in training.
  private func normalized() throws -> ImportedModel {
    var model = try network([])
    var graph = model.graph
    let conv = graph.outputs[0].value
    guard case let weights? = graph.constant(graph.nodes[0].inputs[1])?.elements else { return model }
    let variances = (0..<4).map { channel in weights[channel * 3..<channel * 3 + 3].reduce(0) { $0 + $1 * $1 } }
    let given = [[1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0], variances].map { graph.addConstant(name: "k", Tensor($0)) }
    let norm = try graph.addNode(name: "bn", BatchNormalization(), [conv] + given)
    graph.outputs = [GraphOutput(name: "y", value: try graph.addNode(name: "relu", Unary(function: .relu), [norm]))]
    model.graph = graph
    return model
  }

  @Test func numbersFarFromThoseOfTheTrainingAreWarnedOf() throws {
    let model = try normalized()
    // As in the training, and as other photos of the same kind may be.
    for factor in [1, 0.5, 2] as [Float] { #expect(try notes(model, factor: factor).isEmpty, "\(factor)") }
    #expect(try notes(model, factor: 1, offset: 0.5).isEmpty)
    for (factor, offset) in [(1.0 / 255, 0), (60, 120), (0.2, 0.4), (1, 20)] as [(Float, Float)] {
      let found = try notes(model, factor: factor, offset: offset)
      #expect(found.count == 1 && found[0].contains("the first batch normalization, 'bn'"), "\(factor), \(offset): \(found)")
    }
    // A few samples say nothing about a training.
    #expect(try notes(model, factor: 1.0 / 255, samples: 3).filter { $0.contains("normalization") }.isEmpty)
  }

  @Test func theExampleIsNotWarnedAbout() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/face-attributes").standardized
    let path = folder.appending(path: "recipe.json").path
    var recipe = try Recipe.parse(Array(Data(contentsOf: URL(filePath: path))), file: path)
    func warnings() throws -> [String] {
      try Compiler.compile(
        CompileRequest(
          models: [folder.appending(path: "face-attributes.onnx").path], recipes: [recipe], target: Target.named(Target.defaultName),
          calibration: folder.appending(path: "calibration").path)
      ).report.warnings
    }
    #expect(try warnings().isEmpty)
    recipe.input?.scale = 1
    #expect(try warnings().contains { $0.contains("far from those of the training") })
  }
}

extension PixelExpectation {
  fileprivate init(bytesBecause reason: String) { self.init(range: .bytes, reason: reason) }
}
