import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  /// Convolution, fully connected, affine.
  mutating func lowerLayer(_ layer: WeightedLayer, node index: Int, into fragment: Int) {
    guard var record = record(layer, isFloat: decisions.layers[index] == nil, node: index, in: fragment) else { return }
    let precisions = types.precisions(layer.output)
    let input = require(layer.input, decisions.layers[index] == nil ? .float32 : .int8)
    let residual = layer.residual.map { require($0, input.form.isInt8 ? .int8 : .float32) }
    var output: TensorKey?
    var scores: TensorKey?
    if let decision = decisions.layers[index] {
      output = precisions.contains(.int8) ? TensorKey(layer.output, .int8) : nil
      scores = precisions.contains(.float32) ? TensorKey(layer.output, .float32) : nil
      fillInt8(&record, layer, decision, pieces: decisions.pieces[index], hasOutput: output != nil, hasScores: scores != nil, fragment)
      prove(layer, decision, record, node: index)
    } else {
      output = TensorKey(layer.output, .float32)
      fillFloat(&record, layer, fragment)
    }
    append(record, input: input, output: output, scores: scores, residual: residual, node: index, to: fragment)
    if let scores { appendClamp(layer.clamp, scores, index, fragment) }
  }

  /// A layer that reads 16 bits (`WideLayer`).
  mutating func lowerWideLayer(_ layer: WeightedLayer, _ wide: WideLayer, node index: Int, into fragment: Int) {
    guard let decision = decisions.layers[index] else { return }
    var split = UnaryRecord()
    split.opcode = .split
    let planes = TensorKey(wide.planes, .int8)
    guard case .pixels(let sumsValue) = wide.form else {
      split.alpha = wide.ratio
      appendUnary(split, require(types.inputs(graph.nodes[index])[0], .float32), planes, index, fragment)
      lowerLayer(layer, node: index, into: fragment)
      return
    }
    let sums = TensorKey(sumsValue, .float32)
    appendUnary(split, require(layer.input, .float32), planes, index, fragment)
    var twice = layer
    (twice.input, twice.output, twice.strides, twice.dilations, twice.clamp) = (wide.planes, sumsValue, [1, 1], [1, 1], .none)
    guard var record = record(twice, isFloat: false, node: index, in: fragment) else { return }
    fillInt8(&record, twice, decision, pieces: nil, hasOutput: false, hasScores: true, fragment)
    prove(twice, decision, record, node: index)
    record.proofs |= ConvolutionProof.sixteenBits
    append(record, input: planes, output: nil, scores: sums, residual: nil, node: index, to: fragment)
    var join = layer
    (join.input, join.groups, join.groupInputs, join.groupOutputs, join.isDepthwise) = (sumsValue, layer.outputChannels, 1, 1, true)
    (join.kernelHeight, join.strides, join.dilations) = (2, [1, 1], [1, 1])
    join.weights = (0..<2 * layer.outputChannels).map { $0 % 2 == 0 ? 1 : 1 / wide.ratio }
    guard var last = self.record(join, isFloat: true, node: index, in: fragment) else { return }
    fillFloat(&last, join, fragment)
    last.proofs = ConvolutionProof.sixteenBits
    append(last, input: sums, output: TensorKey(layer.output, .float32), scores: nil, residual: nil, node: index, to: fragment)
  }

  /// The geometry of a layer; nil where its weights have no room.
  private mutating func record(_ layer: WeightedLayer, isFloat: Bool, node index: Int, in fragment: Int) -> ConvolutionRecord? {
    var record = ConvolutionRecord()
    record.opcode = layer.isDepthwise ? .depthwise : .convolution
    record.kernelHeight = UInt32(layer.kernelHeight)
    record.kernelWidth = UInt32(layer.kernelWidth)
    record.strideY = UInt32(layer.strides[0])
    record.strideX = UInt32(layer.strides[1])
    record.dilationY = UInt32(layer.dilations[0])
    record.dilationX = UInt32(layer.dilations[1])
    record.padTop = UInt32(layer.pads[0])
    record.padLeft = UInt32(layer.pads[1])
    record.groups = UInt32(layer.groups)
    record.outputChannels = UInt32(layer.outputChannels)
    let rowSegments = !layer.isDepthwise && layer.groups == 1 && layer.dilations[1] == 1
    record.rowSegments = rowSegments ? 1 : 0
    guard hasRoom(layer, isFloat: isFloat, rowSegments: rowSegments, in: fragment) else {
      problem(
        graph.nodes[index],
        "its weights, in groups filled up to \(ConvolutionLayout.block) channels, exceed the 1 GiB that a trunk or branch may have")
      return nil
    }
    return record
  }

  private mutating func append(
    _ template: ConvolutionRecord, input: TensorKey, output: TensorKey?, scores: TensorKey?, residual: TensorKey?, node index: Int,
    to fragment: Int
  ) {
    append(
      PendingInstruction(node: index) { tensor in
        var record = template
        record.input = tensor(input)
        record.output = tensor(output)
        record.scores = tensor(scores)
        record.residual = tensor(residual)
        return record.instruction
      }, to: fragment)
  }

  /// Refuses a layer whose sums may leave 32 bits.
  private mutating func prove(_ layer: WeightedLayer, _ decision: QuantizedWeights, _ record: ConvolutionRecord, node index: Int) {
    guard let channel = firstUnprovenChannel(layer, decision, record) else { return }
    problem(
      graph.nodes[index],
      "the scaled accumulators of output channel \(channel) could leave 32 bits: its weights are far larger than its output's range")
  }

  /// Results come unclamped from the accumulators; an activation behind them follows in place.
  mutating func appendClamp(_ clamp: Clamp, _ scores: TensorKey, _ index: Int, _ fragment: Int) {
    guard !clamp.isNone else { return }
    var record = UnaryRecord()
    (record.opcode, record.alpha, record.beta) = (.clip, clamp.low, clamp.high)
    appendUnary(record, scores, scores, index, fragment)
  }

  func layout(_ layer: WeightedLayer, _ type: TensorType, rowSegments: Bool) -> ConvolutionLayout {
    ConvolutionLayout(
      type: type, groups: Int64(layer.groups), groupInputs: Int64(layer.groupInputs), groupOutputs: Int64(layer.groupOutputs),
      kernelHeight: Int64(layer.kernelHeight), kernelWidth: Int64(layer.kernelWidth), rowSegments: rowSegments)
  }

  /// Offsets have 32 bits, and a layer's arrays of constants take at most three times the bytes of its weights.
  private func hasRoom(_ layer: WeightedLayer, isFloat: Bool, rowSegments: Bool, in fragment: Int) -> Bool {
    let type: TensorType = isFloat ? .float32 : .int8
    let packed = layer.isDepthwise ? Int64(layer.weights.count) * type.size : layout(layer, type, rowSegments: rowSegments).weightBytes
    guard let packed else { return false }
    return Int64(fragments[fragment].weights.bytes.count) + packed <= 1 << 30
  }

  private mutating func fillInt8(
    _ record: inout ConvolutionRecord, _ layer: WeightedLayer, _ decision: QuantizedWeights, pieces: FunctionPieces?, hasOutput: Bool,
    hasScores: Bool, _ fragment: Int
  ) {
    let input = quantization(layer.input)
    let zero = input.zeroPoint + (storedUnsigned ? 128 : 0)
    let initial = zip(decision.bias, decision.sums).map { $0 &- zero &* $1 }
    let real = decision.scales.map { Double(input.scale) * Double($0) }
    let arrange = arranger(layer, .int8, rowSegments: record.rowSegments == 1)
    record.initial = fragments[fragment].constant(arrange.int32(initial))
    if hasOutput {
      let output = quantization(layer.output)
      // Pieces take arguments in steps of their own.
      let step = pieces?.scale ?? Double(output.scale)
      record.multiplier = fragments[fragment].constant(arrange.float(real.map { positive($0 / step) }))
      (record.low, record.high) = bounds(layer.clamp, output)
      if let residual = layer.residual {
        record.residualMultiplier = positive(Double(quantization(residual).scale) / step)
      }
      setFunction(&record, layer.function, pieces, output, arrange, fragment)
    }
    if hasScores {
      record.scoresMultiplier = fragments[fragment].constant(arrange.float(real.map(positive)))
      if let residual = layer.residual { record.scoresResidualMultiplier = quantization(residual).scale }
    }
    record.weights = fragments[fragment].weight(arrange.weights(decision.codes))
    if !storedUnsigned, !layer.isDepthwise, [layer.kernelHeight, layer.kernelWidth] == [3, 3], layer.strides == [1, 1],
      layer.dilations == [1, 1]
    {
      record.proofs = proofs(decision, initial)
    }
  }

  private mutating func setFunction(
    _ record: inout ConvolutionRecord, _ function: LayerWithFunction.Function?, _ pieces: FunctionPieces?, _ output: Quantization,
    _ arrange: WeightArranger, _ fragment: Int
  ) {
    switch function {
    case .slopes(let slopes):
      record.function = ResultFunction.slopes.rawValue
      record.functionValues = fragments[fragment].constant(arrange.float(slopes))
    case .hardSwish:
      record.function = ResultFunction.hardSwish.rawValue
      (record.alpha, record.beta) = (Float(Double(output.scale) / 6), 0.5)
    case .any:
      guard let pieces else { return }
      record.function = ResultFunction.pieces.rawValue
      let bytes = (pieces.values + pieces.rises).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      record.functionValues = fragments[fragment].constant(bytes)
      record.functionOffset = pieces.offset
    case nil: break
    }
  }

  /// What holds of the sums of all channels (`ConvolutionProof`), for kernels that make multiples of them.
  private func proofs(_ decision: QuantizedWeights, _ initial: [Int32]) -> UInt32 {
    guard !initial.isEmpty else { return 0 }
    let length = decision.codes.count / initial.count
    var largest: Int64 = 0
    for channel in initial.indices {
      var magnitudes: Int64 = 0
      for code in decision.codes[channel * length..<(channel + 1) * length] { magnitudes += Int64(code.magnitude) }
      largest = max(largest, Int64(initial[channel].magnitude) + 128 * magnitudes)
    }
    if largest < 1 << 25 { return ConvolutionProof.below25Bits | ConvolutionProof.below29Bits }
    return largest < 1 << 29 ? ConvolutionProof.below29Bits : 0
  }

  private mutating func fillFloat(_ record: inout ConvolutionRecord, _ layer: WeightedLayer, _ fragment: Int) {
    let arrange = arranger(layer, .float32, rowSegments: record.rowSegments == 1)
    record.initial = fragments[fragment].constant(arrange.float(layer.bias))
    record.weights = fragments[fragment].weight(arrange.weights(layer.weights))
    record.lowFloat = layer.clamp.low
    record.highFloat = layer.clamp.high
  }

  /// DESIGN, "Requantization": the compiler proves |p| < 2^31, so that a kernel may clamp after the rounding. (Arguments of pieces saturate at each step.)
  private func firstUnprovenChannel(_ layer: WeightedLayer, _ decision: QuantizedWeights, _ record: ConvolutionRecord) -> Int? {
    let output = quantization(layer.output)
    let length = layer.groupInputs * layer.taps
    let hasFunction = record.function != ResultFunction.plain.rawValue
    let residual = layer.residual.map { 255 * Double(quantization($0).scale) / Double(output.scale) } ?? 0
    for channel in 0..<layer.outputChannels {
      var largest = Double(abs(Int64(decision.bias[channel])))
      for code in decision.codes[channel * length..<(channel + 1) * length] { largest += 255 * Double(abs(Int(code))) }
      let scale = Double(quantization(layer.input).scale) * Double(decision.scales[channel]) / Double(output.scale)
      if largest >= 2_147_483_648 || record.multiplier != BundleFormat.none && !hasFunction && largest * scale + residual >= 2_147_483_648 {
        return channel
      }
    }
    return nil
  }

  // MARK: numbers

  /// A multiplier as the format wants it: finite, positive, normal.
  func positive(_ value: Double) -> Float {
    let value = Float(value)
    return value >= Float.leastNormalMagnitude ? min(value, .greatestFiniteMagnitude) : Float.leastNormalMagnitude
  }

  /// A fused activation as int8 bounds.
  func bounds(_ clamp: Clamp, _ quantization: Quantization) -> (low: Int32, high: Int32) {
    let low = clamp.low == -.infinity ? -128 : quantization.code(Double(clamp.low))
    let high = clamp.high == .infinity ? 127 : quantization.code(Double(clamp.high))
    return (min(low, high), high)
  }

  private func arranger(_ layer: WeightedLayer, _ type: TensorType, rowSegments: Bool) -> WeightArranger {
    WeightArranger(layer: layer, layout: layout(layer, type, rowSegments: rowSegments), rowSegments: rowSegments)
  }
}

/// A layer's arrays in the order its kernel reads them.
private struct WeightArranger {
  var layer: WeightedLayer
  var layout: ConvolutionLayout
  var rowSegments: Bool

  func int32(_ values: [Int32]) -> [Int32] {
    layer.isDepthwise ? values : WeightPacking.padded(values, layer: layer, layout: layout, fill: 0)
  }

  func float(_ values: [Float]) -> [Float] {
    layer.isDepthwise ? values : WeightPacking.padded(values, layer: layer, layout: layout, fill: 0)
  }

  func weights(_ codes: [Int8]) -> [UInt8] {
    if layer.isDepthwise {
      return WeightPacking.depthwise(codes, channels: layer.groups, taps: layer.taps).map { UInt8(bitPattern: $0) }
    }
    var bytes = [UInt8](repeating: 0, count: Int(layout.weightBytes ?? 0))
    bytes.withUnsafeMutableBufferPointer { bytes in
      codes.withUnsafeBufferPointer { codes in
        WeightPacking.convolution(layer, layout, rowSegments: rowSegments) { bytes[$0] = UInt8(bitPattern: codes[$1]) }
      }
    }
    return bytes
  }

  func weights(_ values: [Float]) -> [UInt8] {
    if layer.isDepthwise {
      return WeightPacking.depthwise(values, channels: layer.groups, taps: layer.taps).flatMap { littleEndian($0) }
    }
    var bytes = [UInt8](repeating: 0, count: Int(layout.weightBytes ?? 0))
    bytes.withUnsafeMutableBytes { bytes in
      values.withUnsafeBufferPointer { values in
        WeightPacking.convolution(layer, layout, rowSegments: rowSegments) {
          bytes.storeBytes(of: values[$1].bitPattern.littleEndian, toByteOffset: $0, as: UInt32.self)
        }
      }
    }
    return bytes
  }

  private func littleEndian(_ value: Float) -> [UInt8] {
    let bits = value.bitPattern
    return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) }
  }
}
