import FacetIR
import FacetImport
import FacetQuantization

@testable import FacetCompiler

/// The design's int8 numerics written down plainly on NCHW integers: no layouts, no borders, no kernels.
///
/// What the engine computes must equal it byte for byte as far as the design defines it (`Fidelity`).
struct Int8Oracle {
  /// How exactly the engine must give a number.
  enum Fidelity: Comparable {
    /// The same bits.
    case bits
    /// float32 arithmetic that is equal to a tolerance.
    case tolerance
    /// What was quantized from such a number: a code next to this one is right, too.
    case uncertain
  }

  var graph: Graph
  var decisions: QuantizationDecisions
  let aliases: ValueAliases
  let types: NumberTypes
  var codes: [ValueID: [Int32]] = [:]
  var floats: [ValueID: [Float]] = [:]
  /// Of values that are not in `bits`.
  var codeFidelity: [ValueID: Fidelity] = [:]
  var floatFidelity: [ValueID: Fidelity] = [:]

  init(_ graph: Graph, _ decisions: QuantizationDecisions) {
    self.graph = graph
    self.decisions = decisions
    types = decisions.types
    aliases = types.aliases
  }

  /// A result, and how exactly it is defined.
  func result(_ value: ValueID) -> (scores: [Float], fidelity: Fidelity) {
    let root = aliases.root(value)
    return (floats[root] ?? [], floatFidelity[root] ?? .bits)
  }

  mutating func run(_ input: [Float]) {
    let root = aliases.root(graph.inputs[0])
    floats[root] = input
    if isInt8(root) {
      quantize(root)
      dequantize(root)
    }
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) {
      // Parts of a chain that nobody reads any more.
      if types.precisions(node.output).isEmpty { continue }
      evaluate(index, node)
      // What computes in float32 is rounded afterwards.
      if isFloat(node), floats[node.output] != nil { codes[node.output] = nil }
      complete(node)
    }
  }

  private func isInt8(_ value: ValueID) -> Bool { types.precisions(value).contains(.int8) }

  /// What the operator did not give itself is made from what it gave; the fidelity is the least of what was read.
  private mutating func complete(_ node: Node) {
    let y = node.output
    let inputs = types.inputs(node)
    if let planes = planes(of: node) { codeFidelity[planes] = (floatFidelity[inputs[0]] ?? .bits) == .bits ? nil : .uncertain }
    if codes[y] != nil { codeFidelity[y] = sources(node).compactMap { codeFidelity[$0] }.max() }
    if floats[y] == nil, codes[y] != nil {
      dequantize(y)
      floatFidelity[y] = codeFidelity[y]
    } else if floats[y] != nil {
      let isFromCodes = !isFloat(node) && (isSummed(node.op) || isIntegerBinary(node))
      let read = sources(node).compactMap { isFromCodes ? codeFidelity[$0] : floatFidelity[$0] }.max()
      floatFidelity[y] = [read, floatFidelity[y]].compactMap { $0 }.max()
    }
    if codes[y] == nil, isInt8(y), floats[y] != nil {
      quantize(y)
      if (floatFidelity[y] ?? .bits) != .bits { codeFidelity[y] = .uncertain }
    }
  }

  private func isFloat(_ node: Node) -> Bool { types.computesFloat(node) }

  /// Whether its float32 result is made of sums of codes.
  private func isSummed(_ op: any Operator) -> Bool {
    op.quantization == .weighted || op is AveragePool || op is GlobalAveragePool || op is Normalization || op is StridedProduct
      || op is FunctionPool
  }

  private func isIntegerBinary(_ node: Node) -> Bool {
    guard let op = node.op as? Binary else { return false }
    return PixelBroadcast(node, op, graph) != nil
  }

  private mutating func quantize(_ value: ValueID) {
    let q = decisions.quantization(value)
    let r = Float(1 / Double(q.scale))
    codes[value] = floats[value]?.map { x in
      let p = min(max(x * r, Float(-128 - q.zeroPoint)), Float(127 - q.zeroPoint))
      return Int32(p.rounded(.toNearestOrEven)) + q.zeroPoint
    }
  }

  private func shape(_ value: ValueID) -> PixelShape { PixelShape(graph.shape(value))! }

  private mutating func evaluate(_ index: Int, _ node: Node) {
    let x = aliases.root(node.inputs[0])
    let y = node.output
    if let layer = types.layer(index) {
      guard let weights = decisions.layers[index] else { return reference(node) }
      if let wide = types.wideLayers[index], !wide.isImage { return self.wide(layer, weights, wide) }
      if let wide = types.wideLayers[index] { split(types.inputs(node)[0], wide) }
      weighted(layer, weights, decisions.pieces[index])
      return
    }
    let zero = decisions.quantization(x).zeroPoint
    switch node.op {
    case is MaxPool where isFloat(node), is AveragePool where isFloat(node), is GlobalAveragePool where isFloat(node),
      is Binary where isFloat(node), is Normalization where isFloat(node):
      reference(node)
      // One rounding, or none.
      if node.op is MaxPool || isIntegerBinary(node) { floatFidelity[y] = nil }
    case let op as MaxPool:
      codes[y] = windows(op.kernel, op.strides, op.pads, op.dilations, x, y) { values, _ in values.max() ?? 0 }
    case let op as AveragePool:
      average(
        x, y,
        windows(op.kernel, op.strides, op.pads, op.dilations, x, y) {
          ($0.reduce(0) { $0 + $1 - zero }, op.countIncludePad ? $1 : $0.count)
        })
    case is GlobalAveragePool:
      let s = shape(x)
      average(
        x, y,
        windows([s.height, s.width], [1, 1], [0, 0, 0, 0], [1, 1], x, y) { values, _ in
          (values.reduce(0) { $0 + $1 - zero }, values.count)
        })
    case let op as Binary:
      if let broadcast = PixelBroadcast(node, op, graph) {
        binary(op, broadcast, x, aliases.root(node.inputs[1]), y)
      } else if let slopes = ChannelSlopes(node, op, graph) {
        prelu(op, slopes.slopes, x, y)
      } else {
        reference(node)
      }
    case let op as Normalization: normalize(op, node, x)
    case let op as Softmax: softmax(op, node, x)
    case let op as StridedProduct where !isFloat(node): multiply(op, node)
    case let op as Unary:
      let (a, b) = (decisions.quantization(x), decisions.quantization(y))
      if isInt8(y) { codes[y] = codes[x]?.map { b.code(Double(op.function.apply(Float(a.real($0))))) } }
      reference(node)
      // A clamp is exact.
      if op.clamp != nil { floatFidelity[y] = nil }
    case let op as FunctionChain:
      let (a, b) = (decisions.quantization(x), decisions.quantization(y))
      codes[y] = codes[x]?.map { b.code(Double(chain(op, Float(a.real($0))))) }
    case let op as FunctionPool:
      // Each function rounds to float32; the order of the sum stays below one rounding of the result.
      let (s, q) = (shape(x), decisions.quantization(x))
      let pixels = s.height * s.width
      floats[y] = (0..<s.channels).map { channel in
        let sum = codes[x]![channel * pixels..<(channel + 1) * pixels].reduce(0.0) { $0 + Double(self.chain(op.chain, Float(q.real($1)))) }
        switch op.pooling {
        case .sum: return Float(sum)
        case .mean: return Float(sum / Double(pixels))
        case .rootOfSum: return Float(sum.squareRoot())
        }
      }
      floatFidelity[y] = .tolerance
    case let op as Concat:
      reference(node)
      floatFidelity[y] = nil
      guard ConcatAxis(node, op, graph) != nil, isInt8(y), !isFloat(node) else { return }
      let b = decisions.quantization(y)
      let parts = node.inputs.map { input -> Tensor in
        let a = decisions.quantization(aliases.root(input))
        let requantized = (codes[aliases.root(input)] ?? []).map { Float(b.code(a.real($0))) }
        return Tensor(shape: graph.shape(input), elements: requantized)
      }
      codes[y] = op.reference(parts).elements.map { Int32($0) }
    case let op as Resample:
      if isInt8(y) { resample(op, graph.shape(node.inputs[0]), x, y) }
      reference(node)
    case let op as any RearrangingOperator:
      guard let moves = try? op.rearrangement(graph.shape(node.inputs[0])) else { return }
      let count = graph.shape(y).elementCount
      if isInt8(y) {
        codes[y] = codes[x].map { moves.apply($0, count: count, fill: decisions.quantization(x).code(Double(moves.fill))) }
      }
      floats[y] = floats[x].map { moves.apply($0, count: count, fill: moves.fill) }
    case is Reshape, is Identity: (codes[y], floats[y]) = (codes[x], floats[x])
    default: reference(node)
    }
  }

  /// The functions of a chain one after the other, each rounded to float32.
  private func chain(_ op: FunctionChain, _ x: Float) -> Float {
    var results = [x]
    func number(_ operand: FunctionChain.Operand) -> Float {
      switch operand {
      case .result(let index): results[index]
      case .number(let number): number
      }
    }
    for step in op.steps {
      switch step {
      case .function(let function, let a): results.append(function.apply(number(a)))
      case .binary(let binary, let a, let b):
        results.append(binary.reference([Tensor([number(a)]), Tensor([number(b)])]).elements[0])
      case .affine(let scale, let shift, let clamp, let a):
        results.append(Float(min(max(Double(number(a)) * Double(scale) + Double(shift), Double(clamp.low)), Double(clamp.high))))
      }
    }
    return results[results.count - 1]
  }

  /// In float32, to a tolerance: what has no definition in bits.
  private mutating func reference(_ node: Node) {
    let inputs = node.inputs.compactMap { input in
      // A fully connected layer reads through the reshape before it, which computes nothing then.
      graph.constant(input)
        ?? (floats[aliases.root(input)] ?? (node.op is FullyConnected ? floats[aliases.denseSource(input).value] : nil))
        .map { Tensor(shape: graph.shape(input), elements: $0) }
    }
    guard inputs.count == node.inputs.count else { return }
    floats[node.output] = node.op.reference(inputs).elements
    floatFidelity[node.output] = .tolerance
  }

  private mutating func dequantize(_ value: ValueID) {
    let q = decisions.quantization(value)
    floats[value] = codes[value]!.map { Float($0 - q.zeroPoint) * q.scale }
  }

  func requantize(_ p: Float, _ q: Quantization, _ clamp: Clamp) -> Int32 {
    let low = clamp.low == -.infinity ? -128 : q.code(Double(clamp.low))
    let high = clamp.high == .infinity ? 127 : q.code(Double(clamp.high))
    return Int32(min(max(p, Float(low - q.zeroPoint)), Float(high - q.zeroPoint)).rounded(.toNearestOrEven)) + q.zeroPoint
  }

  private mutating func weighted(_ layer: WeightedLayer, _ weights: QuantizedWeights, _ pieces: FunctionPieces?) {
    let (from, to) = (shape(layer.input), shape(layer.output))
    let (a, b) = (decisions.quantization(layer.input), decisions.quantization(layer.output))
    let x = codes[layer.input]!
    let residual = layer.residual.map { (codes[$0]!, decisions.quantization($0)) }
    var result: [Int32] = []
    var scores: [Float] = []
    for output in 0..<layer.outputChannels {
      let real = Double(a.scale) * Double(weights.scales[output])
      for oy in 0..<to.height {
        for ox in 0..<to.width {
          var acc = Int64(weights.bias[output])
          for input in 0..<layer.groupInputs {
            let channel = output / layer.groupOutputs * layer.groupInputs + input
            for tap in 0..<layer.taps {
              let iy = oy * layer.strides[0] - layer.pads[0] + tap / layer.kernelWidth * layer.dilations[0]
              let ix = ox * layer.strides[1] - layer.pads[1] + tap % layer.kernelWidth * layer.dilations[1]
              guard iy >= 0, iy < from.height, ix >= 0, ix < from.width else { continue }
              let code = weights.codes[(output * layer.groupInputs + input) * layer.taps + tap]
              acc += Int64(code) * Int64(x[(channel * from.height + iy) * from.width + ix] - a.zeroPoint)
            }
          }
          let step = pieces?.scale ?? Double(b.scale)
          var p = Float(Int32(acc)) * Float(real / step)
          var s = Float(Int32(acc)) * Float(real)
          if let (codes, q) = residual {
            let r = Float(codes[result.count] - q.zeroPoint)
            p += r * Float(Double(q.scale) / step)
            s += r * q.scale
          }
          switch layer.function {
          case .slopes(let slopes): result.append(requantize(p < 0 ? p * slopes[output] : p, b, .none))
          case .hardSwish:
            let gate = p * Float(Double(b.scale) / 6) + 0.5
            result.append(requantize(p * min(max(gate, 0), 1), b, .none))
          case .any: result.append(pieces.map { line(p, $0) } ?? 0)
          case nil: result.append(requantize(p, b, layer.clamp))
          }
          scores.append(min(max(s, layer.clamp.low), layer.clamp.high))
        }
      }
    }
    codes[layer.output] = result
    floats[layer.output] = scores
  }

  /// A result by the line of its piece, in 16-bit integers.
  private func line(_ p: Float, _ pieces: FunctionPieces) -> Int32 {
    let (least, most) = (Float(-32768 - pieces.offset), Float(32767 - pieces.offset))
    let place = Int32(min(max(p, least), most).rounded(.toNearestOrEven)) + pieces.offset + 32768  // from 0 to 65535
    // The upper half of the places has the first 32 pieces.
    let piece = Int((place / 1024 + 32) % 64)
    let rise = Double(Int32(pieces.rises[piece]) * (place % 1024) + 512) / 1024
    let w = Double(pieces.values[piece]) + rise.rounded(.down)
    return Int32(min(max(((w + 64) / 128).rounded(.down), -128), 127))
  }

  private func windows<T>(
    _ kernel: [Int], _ strides: [Int], _ pads: [Int], _ dilations: [Int], _ x: ValueID, _ y: ValueID,
    _ body: (_ values: [Int32], _ padded: Int) -> T
  ) -> [T] {
    let (from, to) = (shape(x), shape(y))
    var result: [T] = []
    for channel in 0..<to.channels {
      for oy in 0..<to.height {
        for ox in 0..<to.width {
          var values: [Int32] = []
          var padded = 0
          for ky in 0..<kernel[0] {
            for kx in 0..<kernel[1] {
              let (iy, ix) = (oy * strides[0] - pads[0] + ky * dilations[0], ox * strides[1] - pads[1] + kx * dilations[1])
              if iy < from.height + pads[2], ix < from.width + pads[3] { padded += 1 }
              guard iy >= 0, iy < from.height, ix >= 0, ix < from.width else { continue }
              values.append(codes[x]![(channel * from.height + iy) * from.width + ix])
            }
          }
          result.append(body(values, padded))
        }
      }
    }
    return result
  }

  /// `sums`: of each window, with what it is divided by.
  private mutating func average(_ x: ValueID, _ y: ValueID, _ sums: [(acc: Int32, n: Int)]) {
    let (a, b) = (decisions.quantization(x), decisions.quantization(y))
    codes[y] = sums.map { requantize(Float($0.acc) * Float(Double(a.scale) / (Double(b.scale) * Double($0.n))), b, .none) }
    floats[y] = sums.map { Float($0.acc) * Float(Double(a.scale) / Double($0.n)) }
  }

  private mutating func prelu(_ op: Binary, _ slopes: [Float], _ x: ValueID, _ y: ValueID) {
    let (a, b) = (decisions.quantization(x), decisions.quantization(y))
    let pixels = shape(x).height * shape(x).width
    codes[y] = codes[x]!.enumerated().map { index, code in
      let u = code - a.zeroPoint
      let real = Double(a.scale) * (u < 0 ? Double(slopes[index / pixels]) : 1)
      return requantize(Float(u) * Float(real / Double(b.scale)), b, op.clamp)
    }
  }

  /// Weights in units of 2^-11; what rounding leaves of their sum goes to the largest.
  /// The node's own input gives the axes: the root of an alias may have others.
  private mutating func resample(_ op: Resample, _ from: [Int], _ x: ValueID, _ y: ValueID) {
    let (to, q) = (graph.shape(y), decisions.quantization(x))
    let (outer, inner) = (from[..<op.axis].reduce(1, *), from[(op.axis + 1)...].reduce(1, *))
    var result = [Int32](repeating: 0, count: to.reduce(1, *))
    for j in 0..<op.size {
      let row = (0..<op.taps).map { op.weights[j * op.taps + $0] }
      var units = row.map { Int32(($0 * 2048).rounded(.toNearestOrEven)) }
      units[units.firstIndex(of: units.max()!)!] += Int32((row.reduce(0, +) * 2048).rounded()) - units.reduce(0, +)
      for o in 0..<outer {
        for i in 0..<inner {
          var acc: Int32 = 0
          for t in 0..<op.taps {
            acc += units[t] * (codes[x]![(o * from[op.axis] + op.indices[j * op.taps + t]) * inner + i] - q.zeroPoint)
          }
          result[(o * op.size + j) * inner + i] = requantize(Float(acc) / 2048, q, .none)
        }
      }
    }
    codes[y] = result
  }

  private mutating func binary(_ op: Binary, _ broadcast: PixelBroadcast, _ a: ValueID, _ b: ValueID, _ y: ValueID) {
    let (sa, sb, to) = (broadcast.shapes[0], broadcast.shapes[1], shape(y))
    let (qa, qb, q) = (decisions.quantization(a), decisions.quantization(b), decisions.quantization(y))
    func at(_ codes: [Int32], _ s: PixelShape, _ c: Int, _ h: Int, _ w: Int) -> Int32 {
      codes[((s.channels == 1 ? 0 : c) * s.height + (s.height == 1 ? 0 : h)) * s.width + (s.width == 1 ? 0 : w)]
    }
    var result: [Int32] = []
    var scores: [Float] = []
    for c in 0..<to.channels {
      for h in 0..<to.height {
        for w in 0..<to.width {
          let (u, v) = (at(codes[a]!, sa, c, h, w) - qa.zeroPoint, at(codes[b]!, sb, c, h, w) - qb.zeroPoint)
          let p: Float
          switch op.function {
          case .add:
            p = Float(u) * Float(Double(qa.scale) / Double(q.scale)) + Float(v) * Float(Double(qb.scale) / Double(q.scale))
            scores.append(min(max(Float(u) * qa.scale + Float(v) * qb.scale, op.clamp.low), op.clamp.high))
          default: p = Float(u * v) * Float(Double(qa.scale) * Double(qb.scale) / Double(q.scale))
          }
          result.append(requantize(p, q, op.clamp))
        }
      }
    }
    codes[y] = result
    if op.function == .add { floats[y] = scores }
  }
}
