import FacetFiles
import FacetIR
import FacetTestSupport

/// Builds the network of some choices, as the importer would give it: no activation or residual is fused yet.
struct NetworkBuilder {
  /// Tensors have at most this many elements, and numbers on the probe at most this magnitude: a step that would give more is skipped.
  private static let largestSize = 6000
  private static let largestNumber: Float = 1000

  private(set) var graph = Graph()
  /// What steps can read: the input, then the result of each step.
  private(set) var values: [ValueID]
  /// Of the present step's constants.
  var random = SplitMix64(seed: 0)
  /// Every value for one input, so that no number grows without bound.
  private var probe: [ValueID: Tensor] = [:]
  private var count = 0

  static func graph(_ choices: NetworkChoices) -> Graph {
    var builder = NetworkBuilder(choices)
    for step in choices.steps { builder.add(step) }
    builder.graph.outputs = choices.outputs.enumerated().map {
      GraphOutput(name: "y\($0.offset)", value: builder.values[$0.element % builder.values.count])
    }
    builder.graph.removeDeadNodes()
    return builder.graph
  }

  private init(_ choices: NetworkChoices) {
    let shape = [1, max(choices.channels, 1), max(choices.height, 1), max(choices.width, 1)]
    values = [graph.addInput(name: "input", shape: shape)]
    var random = SplitMix64(seed: 1)
    probe[values[0]] = Tensor(shape: shape, elements: random.normals(shape))
  }

  private mutating func add(_ step: NetworkStep) {
    random = SplitMix64(seed: step.seed)
    let input = values[step.input % values.count]
    let before = graph
    var result: ValueID?
    do throws(ShapeError) {
      result = try apply(step, input)
    } catch {
      result = nil
    }
    if let value = result, value == input || isModest(value) {
      values.append(value)
    } else {
      graph = before
      values.append(input)
    }
  }

  /// Nil where the step fits nothing.
  private mutating func apply(_ step: NetworkStep, _ x: ValueID) throws(ShapeError) -> ValueID? {
    if let result = try image(step, x) { return result }
    return try general(step, x, other: values[step.other % values.count], source: values[0])
  }

  private func isModest(_ value: ValueID) -> Bool {
    guard let elements = probe[value]?.elements else { return false }
    return elements.allSatisfy { abs($0) < Self.largestNumber }
  }

  // MARK: for the steps

  func shape(_ value: ValueID) -> [Int] { graph.shape(value) }

  mutating func emit(_ op: any Operator, _ inputs: ValueID...) throws(ShapeError) -> ValueID { try emit(op, inputs) }

  mutating func emit(_ op: any Operator, _ inputs: [ValueID]) throws(ShapeError) -> ValueID {
    count += 1
    let size = try op.outputShape(inputs.map(graph.shape)).elementCount
    guard size <= Self.largestSize else { throw ShapeError("\(size) elements are too many") }
    let result = try graph.addNode(name: "\(op.name.lowercased())\(count)", op, inputs)
    probe[result] = op.reference(inputs.compactMap { probe[$0] })
    return result
  }

  mutating func function(_ function: UnaryFunction, _ x: ValueID) throws(ShapeError) -> ValueID { try emit(Unary(function: function), x) }

  mutating func constant(_ shape: [Int], scale: Float = 1) -> ValueID {
    constant(Tensor(shape: shape, elements: random.normals(shape, scale: scale)))
  }

  mutating func constant(_ shape: [Int], in range: ClosedRange<Float>) -> ValueID {
    constant(Tensor(shape: shape, elements: random.uniforms(shape, in: range)))
  }

  mutating func constant(_ tensor: Tensor) -> ValueID {
    count += 1
    let result = graph.addConstant(name: "constant\(count)", tensor)
    probe[result] = tensor
    return result
  }
}
