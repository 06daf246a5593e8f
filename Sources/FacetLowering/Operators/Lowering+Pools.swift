import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  /// A window of average pooling has a multiplier for each number of elements that it may hold.
  private static let maximumAveragedElements = 1 << 20

  mutating func lowerMaxPool(_ op: MaxPool, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = PoolRecord()
    record.opcode = .maxPool
    setWindow(&record, kernel: op.kernel, strides: op.strides, pads: op.pads, dilations: op.dilations)
    let form: TensorForm = types.computesFloat(node) ? .float32 : .int8
    let input = require(aliases.root(node.inputs[0]), form)
    appendPool(record, input: input, output: TensorKey(node.output, form), scores: nil, index, fragment)
  }

  mutating func lowerAveragePool(_ op: AveragePool, _ node: Node, _ index: Int, _ fragment: Int) {
    var record = PoolRecord()
    setWindow(&record, kernel: op.kernel, strides: op.strides, pads: op.pads, dilations: op.dilations)
    record.countIncludesPad = op.countIncludePad ? 1 : 0
    let taps = op.kernel[0] * op.kernel[1]
    guard taps <= Self.maximumAveragedElements else {
      problem(node, "a window of \(op.kernel[0]) x \(op.kernel[1]) has more than \(Self.maximumAveragedElements) elements")
      return
    }
    appendAverage(record, counts: Array(1...taps), node, index, fragment)
  }

  mutating func lowerGlobalAverage(_ node: Node, _ index: Int, _ fragment: Int) {
    let shape = pixels(aliases.root(node.inputs[0]))
    guard max(shape.height, shape.width) <= maximumWindowAttribute else {
      problem(node, "a mean over a side of more than \(maximumWindowAttribute) pixels is not supported")
      return
    }
    // 255 · 2^23 < 2^31: the accumulator holds the sum of any input.
    guard types.computesFloat(node) || shape.height * shape.width <= 1 << 23 else {
      problem(node, "an int8 mean over more than 2^23 pixels could leave 32 bits")
      return
    }
    var record = PoolRecord()
    setWindow(&record, kernel: [shape.height, shape.width], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1])
    record.oneMultiplier = 1
    appendAverage(record, counts: [shape.height * shape.width], node, index, fragment)
  }

  func setWindow(_ record: inout PoolRecord, kernel: [Int], strides: [Int], pads: [Int], dilations: [Int]) {
    (record.kernelHeight, record.kernelWidth) = (UInt32(kernel[0]), UInt32(kernel[1]))
    (record.strideY, record.strideX) = (UInt32(strides[0]), UInt32(strides[1]))
    (record.dilationY, record.dilationX) = (UInt32(dilations[0]), UInt32(dilations[1]))
    (record.padTop, record.padLeft) = (UInt32(pads[0]), UInt32(pads[1]))
    (record.padBottom, record.padRight) = (UInt32(pads[2]), UInt32(pads[3]))
  }

  /// `counts`: the numbers of elements that a mean may divide by, in the order of the multipliers.
  mutating func appendAverage(_ start: PoolRecord, counts: [Int], _ node: Node, _ index: Int, _ fragment: Int) {
    var record = start
    record.opcode = .averagePool
    let input = aliases.root(node.inputs[0])
    guard !types.computesFloat(node) else {
      appendPool(record, input: require(input, .float32), output: TensorKey(node.output, .float32), scores: nil, index, fragment)
      return
    }
    let precisions = types.precisions(node.output)
    let from = Double(quantization(input).scale)
    if precisions.contains(.int8) {
      let to = Double(quantization(node.output).scale)
      record.multiplier = fragments[fragment].constant(counts.map { positive(from / (to * Double($0))) })
    }
    if precisions.contains(.float32) {
      record.scoresMultiplier = fragments[fragment].constant(counts.map { positive(from / Double($0)) })
    }
    appendPool(
      record, input: require(input, .int8), output: precisions.contains(.int8) ? TensorKey(node.output, .int8) : nil,
      scores: precisions.contains(.float32) ? TensorKey(node.output, .float32) : nil, index, fragment)
  }

  mutating func appendPool(
    _ template: PoolRecord, input: TensorKey, output: TensorKey?, scores: TensorKey?, _ index: Int, _ fragment: Int
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        record.scores = tensor(scores)
        return record.instruction
      }, to: fragment)
  }
}
