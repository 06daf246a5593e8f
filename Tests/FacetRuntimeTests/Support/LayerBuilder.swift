import FacetFormat

/// Weights as the model has them, `[output][ky][kx][input of the group]`, and what a layer's arrays need.
struct LayerWeights {
  var groups = 1
  var groupInputs: Int
  var groupOutputs: Int
  var kernel: Int
  var int8: [Int8] = []
  var float32: [Float] = []

  var outputs: Int { groups * groupOutputs }

  func index(_ output: Int, _ ky: Int, _ kx: Int, _ input: Int) -> Int { ((output * kernel + ky) * kernel + kx) * groupInputs + input }

  /// The layout of facet_kernels.h.
  func packed(rowSegments: Bool) -> [UInt8] {
    let isInt8 = !int8.isEmpty
    var writer = ByteWriter()
    let length = rowSegments ? kernel * groupInputs : groupInputs
    let unit = isInt8 ? 4 : 1
    for group in 0..<groups {
      for block in 0..<((groupOutputs + 31) / 32) {
        for segment in 0..<(rowSegments ? kernel : kernel * kernel) {
          for step in 0..<((length + unit - 1) / unit) {
            for lane in 0..<32 {
              for part in 0..<unit {
                let element = step * unit + part
                let output = block * 32 + lane
                let ky = rowSegments ? segment : segment / kernel
                let kx = rowSegments ? element / groupInputs : segment % kernel
                let input = rowSegments ? element % groupInputs : element
                let exists = output < groupOutputs && element < length
                let place = exists ? index(group * groupOutputs + output, ky, kx, input) : 0
                if isInt8 {
                  writer.u8(exists ? UInt8(bitPattern: int8[place]) : 0)
                } else {
                  writer.f32(exists ? float32[place] : 0)
                }
              }
            }
          }
        }
      }
    }
    return writer.bytes
  }

  /// A per-channel array with the padding of blocks.
  func padded<T>(_ values: [T], _ zero: T) -> [T] {
    var result: [T] = []
    for group in 0..<groups {
      result += values[(group * groupOutputs)..<((group + 1) * groupOutputs)]
      result += [T](repeating: zero, count: (32 - groupOutputs % 32) % 32)
    }
    return result
  }
}

extension FragmentBuilder {
  /// An int8 convolution of `input` into `output` and, where wanted, `scores`; padding fills the input's border.
  mutating func convolve(
    _ input: UInt32, _ output: UInt32?, scores: UInt32? = nil, residual: UInt32? = nil, _ layer: LayerWeights, bias: [Int32],
    multiplier: Float, pad: Int = 0, stride: Int = 1, rowSegments: Bool = false, low: Int32 = -128, residualMultiplier: Float = 0,
    storedUnsigned: Bool = true
  ) {
    var r = ConvolutionRecord()
    let isInt8 = !layer.int8.isEmpty
    (r.input, r.output, r.scores, r.residual) = (
      input, output ?? BundleFormat.none, scores ?? BundleFormat.none, residual ?? BundleFormat.none
    )
    (r.kernelHeight, r.kernelWidth) = (UInt32(layer.kernel), UInt32(layer.kernel))
    (r.strideY, r.strideX) = (UInt32(stride), UInt32(stride))
    (r.padTop, r.padLeft) = (UInt32(pad), UInt32(pad))
    (r.groups, r.outputChannels) = (UInt32(layer.groups), UInt32(layer.outputs))
    r.rowSegments = rowSegments ? 1 : 0
    r.weights = weight(bytes: layer.packed(rowSegments: rowSegments))
    if isInt8 {
      // What an accumulator starts from: bias - z * sum of weights, z as stored.
      let zero = tensors[Int(input)].zeroPoint + (storedUnsigned ? 128 : 0)
      let perOutput = layer.kernel * layer.kernel * layer.groupInputs
      let initial = (0..<layer.outputs).map { o -> Int32 in
        bias[o] - zero * layer.int8[(o * perOutput)..<((o + 1) * perOutput)].reduce(0) { $0 + Int32($1) }
      }
      r.initial = constant(layer.padded(initial, 0))
      let m = constant(layer.padded([Float](repeating: multiplier, count: layer.outputs), 0))
      if output != nil { r.multiplier = m }
      if scores != nil { r.scoresMultiplier = m }
      r.low = low
      r.residualMultiplier = residualMultiplier
      r.scoresResidualMultiplier = residualMultiplier
    } else {
      r.initial = constant(layer.padded(bias.map(Float.init), 0))
    }
    instructions.append(r.instruction)
  }

  mutating func unary(
    _ opcode: UnaryRecord.Kind, _ input: UInt32, _ output: UInt32, table: UInt32 = BundleFormat.none, alpha: Float = 0, beta: Float = 0
  ) {
    var r = UnaryRecord()
    (r.opcode, r.input, r.output, r.table, r.alpha, r.beta) = (opcode, input, output, table, alpha, beta)
    instructions.append(r.instruction)
  }
}

/// Identity pixels: q = pixel - 128, so with scale 1 and zero point -128 the real value is the pixel.
func identityTable(channels: Int) -> [UInt8] { (0..<channels).flatMap { _ in (0...255).map { UInt8($0) } } }
