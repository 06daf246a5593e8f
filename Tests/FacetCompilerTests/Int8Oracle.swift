import FacetIR
import FacetQuantization

@testable import FacetCompiler

/// The design's int8 numerics written down plainly on NCHW integers: no layouts, no borders, no kernels. What the engine computes
/// must equal it byte for byte, up to the softmax at the end.
struct Int8Oracle {
  var graph: Graph
  var decisions: QuantizationDecisions
  private let aliases: ValueAliases
  private var codes: [ValueID: [Int32]] = [:]
  /// float32 values: results and what follows them.
  private(set) var floats: [ValueID: [Float]] = [:]

  init(_ graph: Graph, _ decisions: QuantizationDecisions) {
    self.graph = graph
    self.decisions = decisions
    aliases = ValueAliases(graph)
  }

  mutating func run(_ input: [Float]) {
    let root = aliases.root(graph.inputs[0])
    let q = decisions.quantization(root)
    let r = Float(1 / Double(q.scale))
    codes[root] = input.map { x in
      let p = min(max(x * r, Float(-128 - q.zeroPoint)), Float(127 - q.zeroPoint))
      return Int32(p.rounded(.toNearestOrEven)) + q.zeroPoint
    }
    for (index, node) in graph.nodes.enumerated() { evaluate(index, node) }
  }

  private func shape(_ value: ValueID) -> PixelShape { PixelShape(graph.shape(value))! }

  private mutating func evaluate(_ index: Int, _ node: Node) {
    let x = aliases.root(node.inputs[0])
    let y = node.output
    if let layer = WeightedLayer(node, graph, aliases), codes[layer.input] != nil {
      weighted(layer, decisions.layers[index]!)
      return
    }
    let zero = decisions.quantization(x).zeroPoint
    switch node.op {
    case let op as MaxPool:
      codes[y] = windows(op.kernel, op.strides, op.pads, x, y) { values, _ in values.max()! }
      dequantize(y)
    case let op as AveragePool:
      average(x, y, windows(op.kernel, op.strides, op.pads, x, y) { ($0.reduce(0) { $0 + $1 - zero }, op.countIncludePad ? $1 : $0.count) })
    case is GlobalAveragePool:
      let s = shape(x)
      average(
        x, y,
        windows([s.height, s.width], [1, 1], [0, 0, 0, 0], x, y) { values, _ in (values.reduce(0) { $0 + $1 - zero }, values.count) })
    case let op as Binary: binary(op, x, aliases.root(node.inputs[1]), y)
    case let op as Unary:
      let (a, b) = (decisions.quantization(x), decisions.quantization(y))
      codes[y] = codes[x]?.map { b.code(Double(op.function.apply(Float(a.real($0))))) }
    case is Concat:
      let b = decisions.quantization(y)
      codes[y] = node.inputs.flatMap { input -> [Int32] in
        let a = decisions.quantization(aliases.root(input))
        return codes[aliases.root(input)]!.map { b.code(a.real($0)) }
      }
    case is Reshape: if !aliases.isAlias(y) { codes[y] = codes[x] }
    case is Softmax: floats[y] = floats[x].map { Softmax(axis: 1).reference([Tensor(shape: [1, $0.count], elements: $0)]).elements }
    default: break
    }
  }

  private mutating func dequantize(_ value: ValueID) {
    let q = decisions.quantization(value)
    floats[value] = codes[value]!.map { Float($0 - q.zeroPoint) * q.scale }
  }

  private func requantize(_ p: Float, _ q: Quantization, _ clamp: Clamp) -> Int32 {
    let low = clamp.low == -.infinity ? -128 : q.code(Double(clamp.low))
    let high = clamp.high == .infinity ? 127 : q.code(Double(clamp.high))
    return Int32(min(max(p, Float(low - q.zeroPoint)), Float(high - q.zeroPoint)).rounded(.toNearestOrEven)) + q.zeroPoint
  }

  private mutating func weighted(_ layer: WeightedLayer, _ weights: QuantizedWeights) {
    let (from, to) = (shape(layer.input), shape(layer.output))
    let (a, b) = (decisions.quantization(layer.input), decisions.quantization(layer.output))
    let x = codes[layer.input]!
    let residual = layer.residual.map { ($0, codes[$0]!, decisions.quantization($0)) }
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
          var p = Float(Int32(acc)) * Float(real / Double(b.scale))
          var s = Float(Int32(acc)) * Float(real)
          if let (_, codes, q) = residual {
            let r = Float(codes[result.count] - q.zeroPoint)
            p += r * Float(Double(q.scale) / Double(b.scale))
            s += r * q.scale
          }
          result.append(requantize(p, b, layer.clamp))
          scores.append(min(max(s, layer.clamp.low), layer.clamp.high))
        }
      }
    }
    codes[layer.output] = result
    floats[layer.output] = scores
  }

  private func windows<T>(
    _ kernel: [Int], _ strides: [Int], _ pads: [Int], _ x: ValueID, _ y: ValueID, _ body: (_ values: [Int32], _ padded: Int) -> T
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
              let (iy, ix) = (oy * strides[0] - pads[0] + ky, ox * strides[1] - pads[1] + kx)
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

  private mutating func binary(_ op: Binary, _ a: ValueID, _ b: ValueID, _ y: ValueID) {
    let (sa, sb, to) = (shape(a), shape(b), shape(y))
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
    floats[y] = scores
    if op.function == .multiply { dequantize(y) }
  }
}
