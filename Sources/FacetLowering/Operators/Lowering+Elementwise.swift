import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerElementwise(_ op: Binary, _ node: Node, _ index: Int, _ fragment: Int) {
    var (values, shapes) = (node.inputs.map(aliases.root), graph.inputShapes(node))
    guard let dimensions = grid(graph.shape(node.output), node) else { return }
    let swaps = graph.constant(values[0]) != nil
    if swaps {
      values.swapAt(0, 1)
      shapes.swapAt(0, 1)
    }
    guard graph.constant(values[0]) == nil, let function = op.function.instruction(swapped: swaps) else {
      refuse(values[0], node)
      return
    }
    var record = ElementwiseRecord()
    record.function = function.rawValue
    record.rank = UInt32(dimensions.count)
    record.dimensions = words(dimensions)
    record.aStrides = words(strides(shapes[0], over: dimensions))
    record.bStrides = words(strides(shapes[1], over: dimensions))
    let a = require(values[0], .plainFloat32)
    let b = operand(values[1], offset: &record.constant, fragment)
    let output = TensorKey(node.output, .plainFloat32)
    let template = record
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.a = tensor(a)
        record.b = tensor(b)
        record.output = tensor(output)
        return record.instruction
      }, to: fragment)
    appendClamp(op.clamp, output, index, fragment)
  }

  /// A computed operand as a tensor, or a constant one as an array of the fragment.
  mutating func operand(_ value: ValueID, offset: inout UInt32, _ fragment: Int) -> TensorKey? {
    guard let constant = graph.constant(value) else { return require(value, .plainFloat32) }
    offset = fragments[fragment].constant(constant.elements)
    return nil
  }

  /// Row-major strides of a shape broadcast to `dimensions`: 0 where an axis repeats.
  func strides(_ shape: [Int], over dimensions: [Int]) -> [Int] {
    var result = [Int](repeating: 0, count: dimensions.count)
    var stride = 1
    for (axis, size) in shape.enumerated().reversed() {
      let place = dimensions.count - shape.count + axis
      if size != 1 { result[place] = stride }
      stride *= size
    }
    return result
  }
}

extension BinaryFunction {
  /// The engine's function; `swapped` where the operands changed places.
  func instruction(swapped: Bool) -> ElementwiseFunction? {
    switch self {
    case .add: .add
    case .multiply: .multiply
    case .minimum: .minimum
    case .maximum: .maximum
    case .subtract: swapped ? .reverseSubtract : .subtract
    case .divide: swapped ? .reverseDivide : .divide
    case .power: swapped ? .reversePower : .power
    case .prelu: swapped ? nil : .prelu
    case .equal: .equal
    case .less: swapped ? .reverseLess : .less
    case .lessOrEqual: swapped ? .reverseLessOrEqual : .lessOrEqual
    case .whereTrue: swapped ? .reverseWhereTrue : .whereTrue
    case .whereFalse: swapped ? .reverseWhereFalse : .whereFalse
    // Of a number and −0, an addition gives the number.
    case .join: .add
    }
  }
}
