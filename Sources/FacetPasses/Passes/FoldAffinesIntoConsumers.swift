import FacetIR

/// Affine → Conv, Affine → Gemm (also through Reshape) and Affine → several affines: into what reads it.
///
/// Only where every reader can take it, so that the affine goes away. A convolution that pads with zeros takes a scale, but
/// no shift: the affine would have made its border `shift`, not 0.
struct FoldAffinesIntoConsumers: Pass {
  let name = "fold-affine-into-consumers"
  let stage = PassStage.fold

  /// What one reader becomes.
  private enum Change {
    case weights(Int, WeightedConstants)
    case affine(Int, AffineConstants)
  }

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let affine = node.op as? Affine, affine.clamp.isNone, !uses.isOutput(node.output),
      let constants = AffineConstants(node, in: graph), mayTake(node.output, constants, graph, uses)
    else { return nil }
    var changes: [Change] = []
    guard collect(node.output, constants, graph, uses, &changes) else { return nil }

    var takers: [String] = []
    var merged: [ValueID] = []
    for case .weights(let reader, _) in changes { takers.append(graph.nodes[reader].title) }
    for case .affine(let reader, _) in changes { merged.append(graph.nodes[reader].output) }
    var traces: [AffineTrace] = []
    if !merged.isEmpty { traces.append(.merged(node.output, into: merged)) }
    if !takers.isEmpty { traces.append(.folded(node.output, into: takers)) }
    let names = changes.map {
      switch $0 {
      case .weights(let reader, _), .affine(let reader, _): graph.nodes[reader].title
      }
    }
    return Patch(name, node: node.name, detail: "into \(names.joined(separator: ", "))", traces: traces) {
      for change in changes {
        switch change {
        case .weights(let reader, let weights): $0.setWeights(at: reader, weights)
        case .affine(let reader, let affine): $0.setAffine(at: reader, reading: node.output, affine)
        }
      }
      $0.nodes.remove(at: index)
      $0.replaceUses(of: node.output, with: node.inputs[0])
    }
  }

  /// Whether all readers of a value can take an affine, before any weights are computed.
  private func mayTake(_ value: ValueID, _ constants: AffineConstants, _ graph: PassGraph, _ uses: GraphUses) -> Bool {
    let readers = uses.readers(value)
    return !readers.isEmpty
      && readers.allSatisfy { index in
        let reader = graph.nodes[index]
        guard reader.inputs[0] == value, !reader.inputs.dropFirst().contains(value) else { return false }
        switch reader.op {
        case let convolution as Convolution:
          return convolution.pads.allSatisfy { $0 == 0 } || constants.shift.allSatisfy { $0 == 0 }
        case is FullyConnected: return graph.shape(value)[1].isMultiple(of: constants.scale.count)
        case is Affine: return graph.shape(value)[1] == constants.scale.count
        case is Reshape:
          // In [1, C·H·W] the elements of a channel lie side by side, so each channel is a run of columns.
          return graph.shape(value).count > 2 && graph.shape(value)[0] == 1 && graph.shape(reader.output).count == 2
            && graph.shape(reader.output)[0] == 1 && !uses.isOutput(reader.output)
            && uses.readers(reader.output).allSatisfy { graph.nodes[$0].op is FullyConnected }
            && mayTake(reader.output, constants, graph, uses)
        default: return false
        }
      }
  }

  /// Computes what the readers become. False where a number would leave float32, or weights are no constants.
  private func collect(
    _ value: ValueID, _ constants: AffineConstants, _ graph: PassGraph, _ uses: GraphUses, _ changes: inout [Change]
  ) -> Bool {
    for index in uses.readers(value) {
      let reader = graph.nodes[index]
      if reader.op is Reshape {
        guard collect(reader.output, constants, graph, uses, &changes) else { return false }
      } else if reader.op is Affine {
        guard let merged = AffineConstants(reader, in: graph).flatMap(constants.followed) else { return false }
        changes.append(.affine(index, merged))
      } else {
        guard let weights = WeightedConstants(reader, in: graph)?.preceded(by: constants) else { return false }
        changes.append(.weights(index, weights))
      }
    }
    return true
  }
}
