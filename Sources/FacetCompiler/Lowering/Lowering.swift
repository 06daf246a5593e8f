import FacetFormat
import FacetIR
import FacetPlanning
import FacetQuantization

/// Turns a graph into a program: instructions per fragment, packed weights, tensors with borders, and a memory plan.
///
/// Everything that changes values is decided before (`QuantizationDecisions`); what is chosen here (layout, order, place) does not.
struct Lowering {
  let graph: Graph
  let aliases: ValueAliases
  let representations: Representations
  /// Nil for a float32 program.
  let decisions: QuantizationDecisions?
  let storedUnsigned: Bool
  let partition: FragmentPartition
  var fragments: [PendingFragment]
  var borders: [TensorKey: Border] = [:]
  /// Where each tensor is computed.
  var home: [TensorKey: Int] = [:]
  /// Images of one pixel that an instruction reads as plain tensors: no border may come into their storage.
  var readAsPlain: Set<TensorKey> = []
  var diagnostics: [LoweringProblem] = []

  init(_ graph: Graph, decisions: QuantizationDecisions?, storedUnsigned: Bool, isTrial: Bool, behindTrunk: FragmentPartition? = nil) {
    self.graph = graph
    self.decisions = decisions
    self.storedUnsigned = storedUnsigned
    aliases = ValueAliases(graph)
    representations = Representations(graph, aliases, int8: decisions != nil, given: decisions?.given ?? [])
    partition = (behindTrunk ?? FragmentPartition(graph)).scheduled(graph)
    fragments = partition.fragments.map { PendingFragment(attributes: $0.attributes, isTrial: isTrial) }
    if behindTrunk != nil { fragments[0].isTrial = true }
  }

  /// - Parameters:
  ///   - isTrial: leaves the weights out, to find what cannot be lowered at little cost.
  ///   - behindTrunk: the fragments, where a bundle has the first one already: its weights are left out.
  /// - Throws: every node that has no int8 (or float32) form, at once.
  static func lower(
    _ graph: Graph, decisions: QuantizationDecisions?, storedUnsigned: Bool, isTrial: Bool = false, behindTrunk: FragmentPartition? = nil
  ) throws(LoweringFailure) -> LoweredProgram {
    var lowering = Lowering(
      graph, decisions: decisions, storedUnsigned: storedUnsigned, isTrial: isTrial, behindTrunk: behindTrunk)
    return try lowering.run()
  }

  private mutating func run() throws(LoweringFailure) -> LoweredProgram {
    guard graph.inputs.count == 1, let input = graph.inputs.first else {
      throw LoweringFailure(problems: [
        LoweringProblem(node: "", operatorName: "", message: "the network has \(graph.inputs.count) inputs; one is supported")
      ])
    }
    let value = aliases.root(input)
    let inputKey = TensorKey(
      value, TensorForm(int8: representations.precisions(value).contains(.int8), plain: PixelShape(graph.shape(value)) == nil))
    home[inputKey] = 0
    collectBorders()
    for (index, fragment) in partition.fragments.enumerated() {
      for node in fragment.nodes where !aliases.isAlias(graph.nodes[node].output) { lower(node, into: index) }
    }
    let results = lowerResults()
    if !diagnostics.isEmpty { throw LoweringFailure(problems: diagnostics) }
    let sharing = StorageSharing(self, input: inputKey, results: results)
    let tooLarge = sharing.tooLarge.map {
      LoweringProblem(
        node: graph[$0.value].name, operatorName: "tensor",
        message: "with its border, the tensor of shape \(graph.shape($0.value)) is larger than a bundle can hold"
          + " (2 GiB, \(TensorRecord.maximumDimension) a side)")
    }
    if !tooLarge.isEmpty { throw LoweringFailure(problems: tooLarge) }
    return ProgramAssembly(self, input: inputKey, results: results, sharing: sharing).assemble()
  }

  /// The graph outputs as contiguous float32 tensors in canonical order.
  private mutating func lowerResults() -> [TensorKey] {
    var results: [TensorKey] = []
    for output in graph.outputs {
      let value = aliases.root(output.value)
      guard graph.constant(value) == nil else {
        diagnostics.append(
          LoweringProblem(
            node: output.name, operatorName: "output", message: "the output is a constant: there is nothing to compute"))
        continue
      }
      let image = TensorKey(value, .float32)
      let isCanonical = home[image] != nil && pixels(value).isPlanar && border(image) == .none
      results.append(isCanonical ? image : require(value, .plainFloat32))
    }
    return results
  }

  // MARK: shared by the operators' lowerings

  func border(_ key: TensorKey) -> Border { borders[key] ?? .none }

  /// A value as an image; as one pixel where it is none.
  func pixels(_ value: ValueID) -> PixelShape {
    PixelShape(graph.shape(value)) ?? PixelShape(height: 1, width: 1, channels: graph.shape(value).elementCount)
  }

  func shape(_ key: TensorKey) -> PixelShape {
    key.form.isPlain ? PixelShape(height: 1, width: 1, channels: graph.shape(key.value).elementCount) : pixels(key.value)
  }

  func quantization(_ value: ValueID) -> Quantization { decisions?.quantization(value) ?? Quantization(scale: 1, zeroPoint: 0) }

  /// The key in which int8 operators (float32 ones in a float32 program) compute.
  func main(_ value: ValueID) -> TensorKey { TensorKey(value, decisions == nil ? .float32 : .int8) }

  mutating func append(_ instruction: PendingInstruction, to fragment: Int) {
    for key in instruction.writes { home[key] = fragment }
    fragments[fragment].instructions.append(instruction)
  }

  mutating func problem(_ node: Node, _ message: String) {
    let shapes = graph.inputShapes(node).map { "\($0)" }.joined(separator: ", ")
    diagnostics.append(LoweringProblem(node: node.name, operatorName: node.op.name, message: "\(message) (inputs \(shapes))"))
  }

  /// A border is what the windows of the convolutions that read a tensor reach around it.
  private mutating func collectBorders() {
    for node in graph.nodes {
      guard let layer = WeightedLayer(node, graph, aliases) else { continue }
      let (from, to) = (pixels(layer.input), pixels(layer.output))
      let reachY = (to.height - 1) * layer.strides[0] + (layer.kernelHeight - 1) * layer.dilations[0] - layer.pads[0]
      let reachX = (to.width - 1) * layer.strides[1] + (layer.kernelWidth - 1) * layer.dilations[1] - layer.pads[1]
      let border = Border(
        top: layer.pads[0], left: layer.pads[1], bottom: max(0, reachY - (from.height - 1)), right: max(0, reachX - (from.width - 1)))
      let key = main(layer.input)
      if max(border.top, border.left, border.bottom, border.right) > Int(UInt16.max) {
        problem(node, "its padding is wider than 65535 pixels")
        continue
      }
      borders[key] = self.border(key).union(border)
    }
  }
}

/// A node that the program cannot hold, and why.
struct LoweringProblem: Equatable {
  var node: String
  var operatorName: String
  var message: String
}

struct LoweringFailure: Error {
  var problems: [LoweringProblem]
}
