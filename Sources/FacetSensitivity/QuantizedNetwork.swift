import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// What runs in int8.
package struct Int8Program {
  package var program: LoweredProgram
  /// Of the program itself, or one that was compiled of the same model.
  package var bundle: Bundle
  /// By fragment of `program`: its number in `bundle`; nil where that has another, of which no ranges are known.
  package var fragments: [Int?]
  /// By attribute: its number in `bundle`.
  package var attributeNumbers: [Int]

  package init(_ program: LoweredProgram, _ bundle: Bundle, fragments: [Int?], attributeNumbers: [Int]) {
    (self.program, self.bundle, self.fragments, self.attributeNumbers) = (program, bundle, fragments, attributeNumbers)
  }
}

/// A network in float32 and in int8, in memory: what int8's losses are measured on.
package struct QuantizedNetwork {
  package var attributes: [AttributeInterface]
  /// A bundle of one of its programs, or of another of the same network.
  package var bundle: (LoweredProgram) throws(BundleError) -> Bundle
  /// What float32 computes. Where channels were equalized, with the weights that this gave: the scores are the same in real numbers.
  package var graph: Graph
  /// Types, ranges and weights of the int8 program.
  package var decisions: QuantizationDecisions
  package var float: LoweredProgram
  /// Nil where it is enough to round in the float32 program.
  package var int8: Int8Program?
  /// What int8 does beside the plain way.
  package var methods: [String] = []
  /// Samples that calibration kept, as the input takes them.
  package var samples: [NetworkInput] = []
  /// What more bits for the result of an operator cost on a target; nil where nobody knows.
  package var costs: (target: String, of: (String) -> SensitivityReport.Costs?)?
  package var notes: [String] = []
  package var warnings: [String] = []
  package var skipped: [Diagnostic]?

  package init(
    attributes: [AttributeInterface], graph: Graph, decisions: QuantizationDecisions, float: LoweredProgram, int8: Int8Program?,
    bundle: @escaping (LoweredProgram) throws(BundleError) -> Bundle
  ) {
    (self.attributes, self.bundle, self.graph, self.decisions) = (attributes, bundle, graph, decisions)
    (self.float, self.int8) = (float, int8)
  }

  /// A program in float32 of the same network with other constants: it has the same instructions in the same places.
  package static func float(_ graph: Graph) throws(LoweringFailure) -> LoweredProgram {
    try Lowering.lower(QuantizationDecisions(float32: graph), storedUnsigned: false)
  }

  /// Takes the weights that equalization changed for float32, too.
  ///
  /// - Parameter types: of the equalized network.
  package mutating func equalize(_ types: NumberTypes) throws(LoweringFailure) {
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
