import FacetFormat
import FacetIR
import FacetLowering

/// What each attribute alone costs: the fragments that it needs.
enum AttributeCosts {
  static func of(_ model: PreparedModel, _ program: LoweredProgram) -> [CompileReport.Attribute] {
    let graph = model.graph
    return graph.outputs.indices.map { index in
      var cost = CompileReport.Attribute(name: graph.outputs[index].name, multiplyAccumulates: 0, parameters: 0, weightBytes: 0)
      let plan = program.plan(for: [index])
      (cost.arenaBytes, cost.arenaLowerBound) = (plan.arenaBytes, plan.lowerBound)
      var constants: Set<ValueID> = []
      for fragment in program.fragments where fragment.attributes.contains(index) {
        cost.weightBytes += fragment.weights.count
        for node in Set(fragment.nodes).sorted() where node >= 0 {
          cost.multiplyAccumulates += graph.nodes[node].op.multiplyAccumulates(
            graph.inputShapes(graph.nodes[node]), output: graph.shape(graph.nodes[node].output))
          constants.formUnion(graph.nodes[node].inputs.filter { graph.constant($0) != nil })
        }
      }
      cost.parameters = constants.reduce(0) { $0 + (graph.constant($1)?.elements.count ?? 0) }
      return cost
    }
  }
}
