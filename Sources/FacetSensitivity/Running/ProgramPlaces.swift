import FacetFormat
import FacetIR
import FacetLowering

/// Where a program holds a value whole, and from which instruction on.
struct ValuePlace {
  var fragment: Int
  /// The last one that writes of it; -1 for the input, before the first.
  var instruction: Int
  var tensor: Int
  var elementCount: Int

  /// The same where fragments have other numbers; nil where there is no such fragment.
  func moved(to numbers: [Int?]) -> ValuePlace? {
    numbers[fragment].map { ValuePlace(fragment: $0, instruction: instruction, tensor: tensor, elementCount: elementCount) }
  }
}

/// Where a program computes each value.
struct ProgramPlaces {
  private(set) var places: [ValueID: ValuePlace] = [:]
  /// By node of the program's graph: its fragment and its instructions, in order.
  private(set) var instructions: [Int: (fragment: Int, indices: [Int])] = [:]

  /// - Parameter wantsInt8: of a value that the program has in several forms, whether its int8 is meant. Of others, the first is.
  init(_ program: LoweredProgram, wantsInt8: (ValueID) -> Bool) {
    var forms: [ValueID: TensorForm] = [:]
    func add(_ key: TensorKey, _ fragment: Int, _ instruction: Int, _ tensor: Int) {
      let value = key.value
      if let form = forms[value] {
        // A concatenation is whole only after its last instruction.
        if form == key.form { places[value]?.instruction = instruction }
        guard !form.isInt8, key.form.isInt8, wantsInt8(value) else { return }
      }
      forms[value] = key.form
      places[value] = ValuePlace(
        fragment: fragment, instruction: instruction, tensor: tensor,
        elementCount: Int(program.fragments[fragment].tensors[tensor].elementCount))
    }
    if let trunk = program.fragments.first {
      add(trunk.keys[Int(program.inputTensor)], 0, -1, Int(program.inputTensor))
    }
    for (number, fragment) in program.fragments.enumerated() {
      for (instruction, writes) in fragment.writes.enumerated() {
        for write in writes { add(write.key, number, instruction, Int(write.tensor)) }
      }
      for (instruction, node) in fragment.nodes.enumerated() where node >= 0 {
        instructions[node, default: (number, [])].indices.append(instruction)
      }
    }
  }
}
