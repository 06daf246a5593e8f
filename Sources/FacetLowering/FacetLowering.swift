import FacetFormat
import FacetIR
import FacetQuantization

/// FacetLowering: from a graph whose number types are decided to a program, and to the bytes of a bundle.
///
/// Operators/ makes instructions of nodes, Layout/ packs weights, Schedule/ orders, Memory/ plans the arena, Assembly/ puts fragments together, Emit/
/// writes the sections.
extension Lowering {
  /// - Parameters:
  ///   - isTrial: leaves the weights out, to find what cannot be lowered at little cost.
  ///   - behindTrunk: the fragments, where a bundle has the first one already: its weights are left out.
  /// - Throws: every node that has no int8 (or float32) form, at once.
  package static func lower(
    _ decisions: QuantizationDecisions, storedUnsigned: Bool, isTrial: Bool = false, behindTrunk: FragmentPartition? = nil
  ) throws(LoweringFailure) -> LoweredProgram {
    var lowering = Lowering(
      decisions, storedUnsigned: storedUnsigned, isTrial: isTrial, behindTrunk: behindTrunk)
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
      value, TensorForm(int8: types.precisions(value).contains(.int8), plain: PixelShape(graph.shape(value)) == nil))
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
    var program = ProgramAssembly(self, input: inputKey, results: results, sharing: sharing).assemble()
    program.inputOffset = inputKey.form.isInt8 ? decisions.inputOffset : 0
    return program
  }
}
