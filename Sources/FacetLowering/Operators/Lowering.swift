import FacetFormat
import FacetIR
import FacetQuantization

/// Turns a graph into a program: instructions per fragment, packed weights, tensors with borders, and a memory plan.
///
/// Everything that changes values is decided before (`QuantizationDecisions`); what is chosen here (layout, order, place) does not.
package struct Lowering {
  let decisions: QuantizationDecisions
  let storedUnsigned: Bool
  let partition: FragmentPartition
  var fragments: [PendingFragment]
  var borders: [TensorKey: Border] = [:]
  /// Where each tensor is computed.
  var home: [TensorKey: Int] = [:]
  /// Images that an instruction reads or writes as plain tensors: no border may come into their storage.
  var readAsPlain: Set<TensorKey> = []
  /// Values that operators on images read.
  let readAsImage: Set<ValueID>
  package var diagnostics: [LoweringProblem] = []

  var types: NumberTypes { decisions.types }
  var graph: Graph { types.graph }
  var aliases: ValueAliases { types.aliases }

  init(_ decisions: QuantizationDecisions, storedUnsigned: Bool, isTrial: Bool, behindTrunk: FragmentPartition? = nil) {
    self.decisions = decisions
    self.storedUnsigned = storedUnsigned
    let graph = decisions.types.graph
    readAsImage = decisions.types.readAsImages()
    partition = (behindTrunk ?? FragmentPartition(graph)).scheduled(graph)
    fragments = partition.fragments.map { PendingFragment(attributes: $0.attributes, isTrial: isTrial) }
    if behindTrunk != nil { fragments[0].isTrial = true }
  }

  /// The graph outputs as contiguous float32 tensors in canonical order.
  mutating func lowerResults() -> [TensorKey] {
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

  func quantization(_ value: ValueID) -> Quantization { decisions.quantization(value) }

  /// The key in which int8 operators (float32 ones in a float32 program) compute.
  func main(_ value: ValueID) -> TensorKey { TensorKey(value, types.isFloat32 ? .float32 : .int8) }

  mutating func append(_ instruction: PendingInstruction, to fragment: Int) {
    for key in instruction.writes {
      home[key] = fragment
      // A scale that nothing says would lose the network without a word.
      guard key.form.isInt8, !decisions.isDecided(key.value) else { continue }
      let name = graph[key.value].name
      let message = "no range was decided for its int8: a fault of this program"
      diagnostics.append(LoweringProblem(node: name, operatorName: "int8", message: message))
    }
    fragments[fragment].instructions.append(instruction)
  }

  mutating func problem(_ node: Node, _ message: String) {
    let shapes = graph.inputShapes(node).map { "\($0)" }.joined(separator: ", ")
    diagnostics.append(LoweringProblem(node: node.name, operatorName: node.op.name, message: "\(message) (inputs \(shapes))"))
  }

  /// A border is what the windows of the convolutions that read a tensor reach around it.
  mutating func collectBorders() {
    for (index, node) in graph.nodes.enumerated() {
      guard let layer = types.layer(index) else { continue }
      let (from, to) = (pixels(layer.input), pixels(layer.output))
      let reachY = (to.height - 1) * layer.strides[0] + (layer.kernelHeight - 1) * layer.dilations[0] - layer.pads[0]
      let reachX = (to.width - 1) * layer.strides[1] + (layer.kernelWidth - 1) * layer.dilations[1] - layer.pads[1]
      let border = Border(
        top: layer.pads[0], left: layer.pads[1], bottom: max(0, reachY - (from.height - 1)), right: max(0, reachX - (from.width - 1)))
      let key = types.computesFloat(node) ? TensorKey(layer.input, .float32) : main(layer.input)
      if max(border.top, border.left, border.bottom, border.right) > Int(UInt16.max) {
        problem(node, "its padding is wider than 65535 pixels")
        continue
      }
      borders[key] = self.border(key).union(border)
    }
  }
}

/// A node that the program cannot hold, and why.
package struct LoweringProblem: Equatable {
  package var node: String
  package var operatorName: String
  package var message: String
}

package struct LoweringFailure: Error {
  package var problems: [LoweringProblem]
}
