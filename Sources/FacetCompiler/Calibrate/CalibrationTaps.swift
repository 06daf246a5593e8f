import FacetFormat
import FacetIR
import FacetLowering
import FacetQuantization
import FacetStatistics

/// Where a float32 program computes the values whose ranges an int8 program needs.
struct CalibrationTaps {
  var taps: [CalibrationTap] = []
  /// The value of each tap.
  var values: [ValueID] = []

  /// - Parameters:
  ///   - types: of what the int8 program will compute.
  ///   - program: in float32, of a graph that has the same values and maybe more.
  init(_ types: NumberTypes, program: LoweredProgram) {
    let (graph, aliases) = (types.graph, types.aliases)
    let vectors = Set(types.wideLayers.keys.compactMap { WeightedLayer(graph.nodes[$0], graph, aliases)?.input })
    let arguments = vectors.union(types.functionSources.values)
    let layerInputs = Set(graph.nodes.compactMap { WeightedLayer($0, graph, aliases)?.input })
    var forms: [TensorForm] = []
    func add(_ key: TensorKey, _ fragment: Int, _ instruction: Int, _ tensor: Int, _ record: TensorRecord) {
      let value = key.value
      let isMeasured = types.precisions(value).contains(.int8) && (types.given[value] == nil || layerInputs.contains(value))
      guard isMeasured || arguments.contains(value) else { return }
      // A concatenation is whole only after its last instruction: the last tap of a value counts.
      if let index = values.firstIndex(of: value) {
        if forms[index] == key.form { taps[index].instruction = instruction }
        return
      }
      values.append(value)
      forms.append(key.form)
      taps.append(
        CalibrationTap(
          fragment: fragment, instruction: instruction, tensor: tensor,
          channels: PixelShape(graph.shape(value))?.channels ?? 1, elementCount: Int(record.elementCount),
          wantsChannels: types.precisions(value).contains(.int8) || vectors.contains(value)))
    }
    if let trunk = program.fragments.first {
      add(trunk.keys[Int(program.inputTensor)], 0, -1, Int(program.inputTensor), trunk.tensors[Int(program.inputTensor)])
    }
    for (index, fragment) in program.fragments.enumerated() {
      for (instruction, writes) in fragment.writes.enumerated() {
        for write in writes where !write.key.form.isInt8 {
          add(write.key, index, instruction, Int(write.tensor), fragment.tensors[Int(write.tensor)])
        }
      }
    }
  }
}
