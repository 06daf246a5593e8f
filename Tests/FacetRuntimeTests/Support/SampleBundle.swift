import FacetFiles
import FacetFormat
import FacetRuntime
import FacetTestSupport

/// A small network with every family of instructions: trunk (int8: convolution by rows, residual convolution, depthwise, pools, add,
/// multiply, table, views), an early branch (scores, softmax) and a late one (dequantize, sigmoid, planar; with `float` a convolution).
func sampleBundle(storedUnsigned: Bool = true, seed: UInt64 = 1, float: Bool = true) -> BundleBuilder {
  var random = SplitMix64(seed: seed)
  func weights(groups: Int = 1, _ inputs: Int, _ outputs: Int, _ kernel: Int) -> LayerWeights {
    var layer = LayerWeights(groups: groups, groupInputs: inputs, groupOutputs: outputs, kernel: kernel)
    layer.int8 = (0..<(groups * outputs * inputs * kernel * kernel)).map { _ in Int8(random.below(255) - 127) }
    return layer
  }
  func biases(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.below(2001) - 1000) } }
  var b = BundleBuilder()
  b.storedUnsigned = storedUnsigned
  var trunk = FragmentBuilder(attributes: 3)
  let input = trunk.tensor(12, 10, 3, border: 1, zero: -128)
  let a = trunk.tensor(12, 10, 40, border: 1, scale: 0.5, zero: -3)
  trunk.convolve(
    input, a, weights(3, 40, 3), bias: biases(40), multiplier: 0.002, pad: 1, rowSegments: true, low: -3, storedUnsigned: storedUnsigned)
  let c = trunk.tensor(12, 10, 40, border: 1, scale: 0.25, zero: 5)
  trunk.convolve(
    a, c, residual: a, weights(40, 40, 3), bias: biases(40), multiplier: 0.0007, pad: 1, residualMultiplier: 0.75,
    storedUnsigned: storedUnsigned)
  let d = trunk.tensor(6, 5, 40, scale: 0.5, zero: 1)
  var depthwise = ConvolutionRecord()
  depthwise.opcode = .depthwise
  (depthwise.input, depthwise.output) = (c, d)
  (depthwise.kernelHeight, depthwise.kernelWidth, depthwise.strideY, depthwise.strideX) = (3, 3, 2, 2)
  (depthwise.padTop, depthwise.padLeft, depthwise.groups, depthwise.outputChannels) = (1, 1, 40, 40)
  let taps = (0..<360).map { _ in Int8(random.below(255) - 127) }
  depthwise.weights = trunk.weight(bytes: taps.map { UInt8(bitPattern: $0) })
  let shift: Int32 = storedUnsigned ? 128 : 0
  depthwise.initial = trunk.constant(
    biases(40).enumerated().map { channel, bias in
      bias - (5 + shift) * (0..<9).reduce(0) { $0 + Int32(taps[$1 * 40 + channel]) }
    })
  depthwise.multiplier = trunk.constant([Float](repeating: 0.01, count: 40))
  trunk.instructions.append(depthwise.instruction)
  let e = trunk.tensor(6, 5, 40, scale: 0.25, zero: 5)
  var pool = PoolRecord()
  (pool.input, pool.output, pool.kernelHeight, pool.kernelWidth, pool.strideY, pool.strideX) = (c, e, 3, 3, 2, 2)
  (pool.padTop, pool.padLeft, pool.padBottom, pool.padRight) = (1, 1, 1, 1)
  trunk.instructions.append(pool.instruction)
  let both = trunk.tensor(6, 5, 60, border: 1, scale: 0.5, zero: 2)
  let left = trunk.view(of: both, channels: 0, count: 40)
  let right = trunk.view(of: both, channels: 40, count: 20)
  var add = BinaryRecord()
  (add.a, add.b, add.output, add.aMultiplier, add.bMultiplier) = (d, e, left, 0.6, 0.9)
  trunk.instructions.append(add.instruction)
  trunk.convolve(d, right, weights(groups: 2, 20, 10, 1), bias: biases(20), multiplier: 0.003, storedUnsigned: storedUnsigned)
  let mean = trunk.tensor(1, 1, 60, scale: 0.5, zero: 0)
  var average = PoolRecord()
  (average.opcode, average.input, average.output, average.kernelHeight, average.kernelWidth) = (.averagePool, both, mean, 6, 5)
  average.multiplier = trunk.constant([Float](repeating: 1.0 / 30, count: 1))
  average.oneMultiplier = 1
  trunk.instructions.append(average.instruction)
  let gate = trunk.tensor(1, 1, 60, scale: 1 / 256, zero: -128)
  trunk.unary(.table, mean, gate, table: trunk.constant(bytes: (0...255).map { UInt8(255 - $0) }))
  let gated = trunk.tensor(6, 5, 60, border: 1, scale: 0.5, zero: -2)
  var multiply = BinaryRecord()
  (multiply.opcode, multiply.a, multiply.b, multiply.output, multiply.aMultiplier) = (.multiply, both, gate, gated, 0.004)
  trunk.instructions.append(multiply.instruction)

  var early = FragmentBuilder(attributes: 1)
  let earlyInput = early.importing(gated, of: 0, trunk)
  let pooled = early.tensor(1, 1, 60, scale: 0.5, zero: 0)
  average.input = earlyInput
  average.output = pooled
  average.multiplier = early.constant([Float](repeating: 1.0 / 30, count: 1))
  early.instructions.append(average.instruction)
  let scores = early.tensor(1, 1, 5, type: .float32)
  early.convolve(pooled, nil, scores: scores, weights(60, 5, 1), bias: biases(5), multiplier: 0.0001, storedUnsigned: storedUnsigned)
  let probabilities = early.tensor(1, 1, 5, type: .float32)
  early.unary(.softmax, scores, probabilities)

  var late = FragmentBuilder(attributes: 2)
  let lateInput = late.importing(gated, of: 0, trunk)
  let real = late.tensor(6, 5, 60, border: 1, type: .float32)
  late.unary(.dequantize, lateInput, real)
  var floats = LayerWeights(groupInputs: 60, groupOutputs: 3, kernel: 3)
  floats.float32 = (0..<(60 * 27)).map { _ in Float(random.below(2001) - 1000) / 64_000 }
  let maps = late.tensor(6, 5, 3, type: .float32)
  if float { late.convolve(real, maps, floats, bias: [0, 1, -1], multiplier: 0, pad: 1, rowSegments: true) }
  let squashed = late.tensor(6, 5, float ? 3 : 60, type: .float32)
  late.unary(.sigmoid, float ? maps : real, squashed)
  let planar = late.tensor(1, 1, 30 * (float ? 3 : 60), type: .float32)
  late.unary(.planar, squashed, planar)

  b.fragments = [trunk, early, late]
  b.attributes = [
    AttributeSpecification(
      name: "age", fragment: 1, tensor: scores, dimensions: [1, 5], confidence: .softmax, labels: ["a", "b", "c", "d", "e"]),
    AttributeSpecification(name: "mask", fragment: 2, tensor: planar, dimensions: [1, float ? 3 : 60, 6, 5], confidence: .identity),
  ]
  b.inputTable = identityTable(channels: 3)
  return b
}

/// Pixels for the sample bundle.
func samplePixels(seed: UInt64) -> [UInt8] {
  var random = SplitMix64(seed: seed)
  return (0..<(12 * 10 * 3)).map { _ in UInt8(random.below(256)) }
}

func open(_ bytes: [UInt8]) throws(BundleError) -> Bundle {
  let result = bytes.withUnsafeBytes { raw in Result<Bundle, BundleError> { () throws(BundleError) in try Bundle(copying: raw) } }
  return try result.get()
}

extension Session {
  func set(pixels: [UInt8]) throws(SessionError) {
    let result = pixels.withUnsafeBytes { raw in Result<Void, SessionError> { () throws(SessionError) in try setPixels(raw) } }
    try result.get()
  }

  func read(fragment: Int, tensor: UInt32) throws -> [Float] {
    var values = [Float](repeating: .nan, count: Int(bundle.fragments[fragment].tensors[Int(tensor)].elementCount))
    try values.withUnsafeMutableBufferPointer { try readTensor(fragment: fragment, tensor: Int(tensor), into: $0) }
    return values
  }

  func allScores() -> [[UInt32]] {
    (0..<bundle.attributeCount).map { scores(attribute: $0).map { $0.bitPattern } }
  }
}
