import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// A network in float32 and in int8, in memory: what int8's losses are measured on.
package struct QuantizedNetwork {
  package var attributes: [AttributeInterface]
  package var input: InputInterface
  /// What float32 computes. Where channels were equalized, with the weights that this gave: the scores are the same in real numbers.
  package var graph: Graph
  /// Types, ranges and weights of the int8 program.
  package var decisions: QuantizationDecisions
  package var float: LoweredProgram
  package var int8: LoweredProgram
  /// What runs in int8: `int8` itself, or a bundle that was compiled of the same model.
  package var compiled: Bundle
  /// By fragment of `int8`: its number in `compiled`; nil where that has another, of which no ranges are known.
  package var fragments: [Int?]
  /// By attribute: its number in `compiled`.
  package var attributeNumbers: [Int]
  /// What int8 does beside the plain way.
  package var methods: [String] = []
  /// Samples that calibration kept, as the input takes them.
  package var samples: [NetworkInput] = []
  package var notes: [String] = []
  package var warnings: [String] = []
  package var skipped: [Diagnostic]?

  /// A bundle of one of its programs, or of another of the same network.
  package func bundle(_ program: LoweredProgram) throws(BundleError) -> Bundle { try Self.bundle(program, attributes, input) }

  package static func bundle(
    _ program: LoweredProgram, _ attributes: [AttributeInterface], _ input: InputInterface
  ) throws(BundleError) -> Bundle {
    try Bundle.running(
      BundleEmitter(program: program, attributes: attributes, input: input, storedUnsigned: false, provenance: []))
  }

  /// A program in float32 of the same network with other constants: it has the same instructions in the same places.
  package static func float(_ graph: Graph) throws(LoweringFailure) -> LoweredProgram {
    try Lowering.lower(QuantizationDecisions(float32: graph), storedUnsigned: false)
  }

  /// Takes the weights that equalization changed for float32, too.
  ///
  /// - Parameter types: of the equalized network.
  mutating func equalize(_ types: NumberTypes) throws(LoweringFailure) {
    let producers = graph.producers()
    var changed = graph
    for node in types.graph.nodes where WeightedLayer(node, types.graph, types.aliases) != nil {
      guard let place = producers[types.functionSources[node.output] ?? node.output] else { continue }
      for input in 1...2 where graph.nodes[place].inputs.count > input && node.inputs[input] != graph.nodes[place].inputs[input] {
        guard let tensor = types.graph.constant(node.inputs[input]), graph.constant(graph.nodes[place].inputs[input]) != nil else {
          continue
        }
        changed.nodes[place].inputs[input] = changed.addConstant(name: "", tensor)
      }
    }
    graph = changed
    float = try Self.float(changed)
  }
}
