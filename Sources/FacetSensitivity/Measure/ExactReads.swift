import FacetFormat
import FacetIR
import FacetLowering
import FacetQuantization

/// Of a value that the int8 program has in both number types: which instructions of the float32 program read the exact one when its int8 is
/// rounded, because in the int8 program they read float32.
struct ExactReads {
  /// By fragment and instruction, of all that read its tensor: whether the exact one.
  private(set) var isExact: [Int: [Int: Bool]] = [:]

  /// Nil where int8 is all that there is.
  ///
  /// - Parameter place: of the value, in the float32 program.
  init?(_ value: ValueID, _ place: ValuePlace, _ network: QuantizedNetwork) {
    let types = network.decisions.types
    guard types.precisions(value).contains(.float32) else { return nil }
    var readers: [ValueID: Node] = [:]
    for node in types.graph.nodes where types.inputs(node).contains(value) {
      readers[types.functionSources[node.output] ?? node.output] = node
    }
    // Several operators that became one function are known by what the last one computes.
    let outputs = Set(network.graph.nodes.map(\.output))
    let composed = readers.sorted { $0.key < $1.key }.first { $0.value.op is FunctionChain || !outputs.contains($0.key) }?.value
    let key = network.float.fragments[place.fragment].keys[place.tensor]
    for (number, fragment) in network.float.fragments.enumerated() {
      let own = Set(fragment.keys.indices.filter { fragment.keys[$0] == key }.map(UInt32.init))
      for (index, instruction) in fragment.instructions.enumerated() where instruction.reads.contains(where: own.contains) {
        let isBefore = number == place.fragment && index <= place.instruction
        if isBefore { continue }
        let node = fragment.nodes[index]
        // What has no node makes the float32 result of it.
        let reader = node < 0 ? nil : readers[network.graph.nodes[node].output] ?? composed
        isExact[number, default: [:]][index] = reader.map { types.reads($0) == [.float32] } ?? true
      }
    }
  }
}
