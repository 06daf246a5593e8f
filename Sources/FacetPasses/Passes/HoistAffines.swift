import FacetIR

/// Conv → Concat → Affine becomes Conv → Affine → Concat, also through Reshape, Transpose and DepthToSpace and with Gemm: to where
/// the weights can take it.
///
/// Only where every operator behind it is weighted and could take its part, and where all that one of its channels computes comes
/// under one scale and shift.
struct HoistAffines: Pass {
  let name = "hoist-affine"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard let affine = node.op as? Affine, affine.clamp.isNone, let constants = AffineConstants(node, in: graph),
      let before = uses.producer(node.inputs[0]), Self.moves(graph.nodes[before].op)
    else { return nil }
    var walk = AffineWalk(graph: graph, uses: uses)
    walk.visit(node.inputs[0], AffineSpread(constants, of: graph.shape(node.inputs[0])), depth: 0)
    guard walk.obstacle == nil else { return nil }
    let takers = walk.takers
    let titles = takers.map { graph.nodes[$0.node].title }
    return Patch(
      name, node: node.name, detail: "above \(graph.nodes[before].title), behind \(titles.joined(separator: ", "))",
      traces: takers.map { .moved(node.output, to: graph.nodes[$0.node].output) }
    ) {
      $0.replaceUses(of: node.output, with: node.inputs[0])
      $0.nodes.remove(at: index)
      for (number, taker) in takers.enumerated() {
        let suffix = takers.count == 1 ? "" : ".\(number)"
        let result = $0.nodes[taker.node].output
        let raw = $0.addValue(name: "\(node.name)\(suffix).input", shape: $0.shape(result))
        let scale = $0.addConstant(name: "\(node.name)\(suffix).scale", Tensor(taker.constants.scale))
        let shift = $0.addConstant(name: "\(node.name)\(suffix).shift", Tensor(taker.constants.shift))
        $0.nodes[taker.node].output = raw
        $0.nodes.insert(Node(name: node.name + suffix, op: affine, inputs: [raw, scale, shift], output: result), after: taker.node)
      }
    }
  }

  /// Whether an operator only moves or joins elements.
  static func moves(_ op: any Operator) -> Bool {
    op is Concat || op is Reshape || op is Identity || op is Transpose || op is DepthToSpace
  }

  /// Why an affine behind such an operator stays there; nil where no such operator is before it.
  static func obstacle(_ node: Node, in graph: PassGraph, uses: GraphUses) -> AffineObstacle? {
    guard let constants = AffineConstants(node, in: graph), let before = uses.producer(node.inputs[0]), moves(graph.nodes[before].op)
    else { return nil }
    var walk = AffineWalk(graph: graph, uses: uses)
    walk.visit(node.inputs[0], AffineSpread(constants, of: graph.shape(node.inputs[0])), depth: 0)
    return walk.obstacle
  }
}

/// What keeps an affine from moving up.
enum AffineObstacle {
  /// This value cannot come under it where it is computed.
  case value(ValueID)
  /// One channel of the operator that computes this value gets several scales or shifts.
  case mixedChannels(ValueID)
}

/// Scale and shift of every element of a value: those at `(i / stride) % scale.count` for element i in row-major order.
private struct AffineSpread {
  var constants: AffineConstants
  var stride: Int

  /// Along axis 1.
  init(_ constants: AffineConstants, of shape: [Int]) { self.init(constants, stride: shape[2...].reduce(1, *)) }

  init(_ constants: AffineConstants, stride: Int) { (self.constants, self.stride) = (constants, stride) }

  var count: Int { constants.scale.count }

  private func isSame(_ a: Int, _ b: Int) -> Bool {
    constants.scale[a] == constants.scale[b] && constants.shift[a] == constants.shift[b]
  }

  /// The axis of a shape along which the numbers change; nil where it is none of its axes.
  func axis(in shape: [Int]) -> Int? {
    zip(shape, rowMajorStrides(shape)).enumerated().first { $1.0 == count && $1.1 == stride }?.offset
  }

  /// The part from a position on along the axis.
  func part(from start: Int, count: Int, stride: Int) -> AffineSpread {
    var part = self
    part.constants.scale = Array(constants.scale[start..<start + count])
    part.constants.shift = Array(constants.shift[start..<start + count])
    part.stride = stride
    return part
  }

  /// One number of each kind for each of `channels`, which are runs of `run` elements; nil where a run has several.
  func perChannel(_ channels: Int, run: Int) -> AffineConstants? {
    var result = constants
    (result.scale, result.shift) = ([], [])
    // Bounds the time that a hostile model can ask for.
    guard channels * run / stride + channels <= 1 << 20 else { return nil }
    for channel in 0..<channels {
      let (first, last) = (channel * run / stride, ((channel + 1) * run - 1) / stride)
      let place = first % count
      for step in first...last where !isSame(step % count, place) { return nil }
      result.scale.append(constants.scale[place])
      result.shift.append(constants.shift[place])
    }
    return result
  }
}

/// The way from an affine up to what computes the elements.
private struct AffineWalk {
  let graph: PassGraph
  let uses: GraphUses
  var takers: [(node: Int, constants: AffineConstants)] = []
  var obstacle: AffineObstacle?

  /// Networks have one or two such operators in a row.
  private static let depthLimit = 16

  init(graph: PassGraph, uses: GraphUses) { (self.graph, self.uses) = (graph, uses) }

  mutating func visit(_ value: ValueID, _ spread: AffineSpread, depth: Int) {
    guard obstacle == nil else { return }
    guard depth < Self.depthLimit, uses.soleReader(value) != nil, let index = uses.producer(value) else {
      obstacle = .value(value)
      return
    }
    let node = graph.nodes[index]
    let shape = graph.shape(value)
    switch node.op {
    case is Reshape, is Identity: visit(node.inputs[0], spread, depth: depth + 1)
    case let transpose as Transpose:
      guard let axis = spread.axis(in: shape) else {
        obstacle = .value(value)
        return
      }
      let input = graph.shape(node.inputs[0])
      visit(
        node.inputs[0], AffineSpread(spread.constants, stride: rowMajorStrides(input)[transpose.permutation[axis]]), depth: depth + 1)
    case let depthToSpace as DepthToSpace:
      guard spread.axis(in: shape) == 1 else {
        obstacle = .value(value)
        return
      }
      let input = graph.shape(node.inputs[0])
      let block = depthToSpace.columnsFirst ? depthToSpace.block * depthToSpace.block : 1
      visit(node.inputs[0], AffineSpread(spread.constants, stride: block * input[2] * input[3]), depth: depth + 1)
    case let concat as Concat:
      guard let axis = spread.axis(in: shape) else {
        obstacle = .value(value)
        return
      }
      var start = 0
      for input in node.inputs {
        let own = graph.shape(input)
        let count = axis == concat.axis ? own[axis] : spread.count
        visit(input, spread.part(from: start, count: count, stride: rowMajorStrides(own)[axis]), depth: depth + 1)
        if axis == concat.axis { start += count }
      }
    default: take(index, value, spread)
    }
  }

  private mutating func take(_ index: Int, _ value: ValueID, _ spread: AffineSpread) {
    let node = graph.nodes[index]
    let clamp: Clamp? =
      switch node.op {
      case let convolution as Convolution where node.inputs.count == 3: convolution.clamp
      case let connected as FullyConnected: connected.clamp
      default: nil
      }
    guard clamp?.isNone ?? false, graph.constant(node.inputs[1]) != nil, graph.constant(node.inputs[2]) != nil else {
      obstacle = .value(value)
      return
    }
    let shape = graph.shape(value)
    guard let constants = spread.perChannel(shape[1], run: shape[2...].reduce(1, *)) else {
      obstacle = .mixedChannels(value)
      return
    }
    takers.append((index, constants))
  }
}
