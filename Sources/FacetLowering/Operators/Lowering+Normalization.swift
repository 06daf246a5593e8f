import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  mutating func lowerNormalization(_ op: Normalization, int8 hasInt8Result: Bool, _ node: Node, _ index: Int, _ fragment: Int) {
    let value = aliases.root(node.inputs[0])
    let shapes = graph.inputShapes(node)
    guard let layout = op.layout(shapes), let parameters = parameters(node, layout, shapes[0]) else {
      problem(node, "its scale and shift are computed; they have to be constants")
      return
    }
    var record = NormalizationRecord()
    record.isRootMeanSquare = op.kind == .rootMeanSquare ? 1 : 0
    record.groups = UInt32(layout.groups)
    record.epsilon = op.epsilon
    var isPlain = false
    switch layout.form {
    case .eachPixel: break
    case .allPixels: record.scope = NormalizationScope.allPixels.rawValue
    case .rows(let rows): (record.pixels, isPlain) = (UInt32(rows), true)
    }
    let isFloat = types.readsFloat(node)
    let output = quantization(node.output)
    let unit = hasInt8Result ? Double(output.scale) : 1
    let gamma = parameters.gamma.map { Float(Double($0) / unit) }
    let beta = parameters.beta.map { Float(Double($0) / unit) }
    if hasInt8Result { (record.low, record.high) = bounds(op.clamp, output) }
    (record.lowFloat, record.highFloat) = (min(op.clamp.low, op.clamp.high), op.clamp.high)
    let scale = isFloat ? 1 : Double(quantization(value).scale)
    func largest(_ values: [Float]) -> Double { values.reduce(0) { max($0, Double($1.magnitude)) } }
    guard scale / Double(op.epsilon).squareRoot() * 512 * max(1, largest(gamma)) + largest(beta) < 0x1p127 else {
      problem(node, "its results could leave float32: its scale, or the range of what it reads, is too large")
      return
    }
    record.gamma = fragments[fragment].constant(gamma)
    record.beta = fragments[fragment].constant(beta)
    let input = require(value, TensorForm(int8: !isFloat, plain: isPlain))
    let template = record
    appendMap(input, TensorKey(node.output, TensorForm(int8: hasInt8Result, plain: isPlain)), index, fragment) {
      var record = template
      (record.input, record.output) = ($0, $1)
      return record.instruction
    }
  }

  /// Gamma and beta of each channel, as float32; nil where they are computed.
  private func parameters(_ node: Node, _ layout: NormalizationLayout, _ shape: [Int]) -> (gamma: [Float], beta: [Float])? {
    guard node.inputs.count == 3 else {
      let one = Tensor(shape: [], elements: [1])
      let zero = Tensor(shape: [], elements: [0])
      return (layout.perChannel(one, of: shape), layout.perChannel(zero, of: shape))
    }
    guard let gamma = graph.constant(node.inputs[1]), let beta = graph.constant(node.inputs[2]) else { return nil }
    return (layout.perChannel(gamma, of: shape), layout.perChannel(beta, of: shape))
  }
}
