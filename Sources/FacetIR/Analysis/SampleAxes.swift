/// Where the values of a graph carry the axis of samples, which is of size 1: whether the graph computes for each sample of a batch what it
/// computes for one alone.
///
/// What is not understood counts as mixing samples.
package struct SampleAxes {
  /// The axes of each value that may be that of samples, alone or as the outer part of a merged axis. None: not computed from the inputs.
  private var axes: [ValueID: Set<Int>] = [:]
  /// The first node that joins, moves or drops samples.
  package private(set) var mixing: Node?

  /// What the file says of the first size of a reshaped value.
  package enum FirstSize: Sendable {
    /// A multiple of the batch, which was taken out.
    case ofBatch
    /// 1: a new axis, or a batch that is 1 already.
    case one
    /// 1 as the file stores it: the whole batch lies behind it.
    case single
    /// Something that cuts the batch.
    case other
  }

  private let firstSizes: [ValueID: FirstSize]

  /// - Parameters:
  ///   - inputs: those whose first axis is that of samples.
  ///   - firstSizes: of results of reshapes, where it is stored in the file.
  package init(_ graph: Graph, inputs: Set<ValueID>, firstSizes: [ValueID: FirstSize] = [:]) {
    self.firstSizes = firstSizes
    for input in inputs { axes[input] = [0] }
    for node in graph.nodes where node.inputs.contains(where: { axes[$0] != nil }) {
      guard let found = result(node, graph), !found.isEmpty else {
        mixing = node
        return
      }
      axes[node.output] = found
    }
    for output in graph.outputs where axes[output.value].map({ !$0.contains(0) }) ?? false {
      mixing = graph.nodes.last { $0.output == output.value }
    }
  }

  /// Nil where samples are mixed.
  private func result(_ node: Node, _ graph: Graph) -> Set<Int>? {
    let shapes = graph.inputShapes(node)
    let output = graph.shape(node.output)
    let first = axes[node.inputs[0]] ?? []
    switch node.op {
    case is Unary, is Identity: return first
    case is Convolution, is FullyConnected, is Affine, is BatchNormalization, is MaxPool, is AveragePool, is GlobalAveragePool,
      is DepthToSpace, is SpaceToDepth:
      return first == [0] && node.inputs.allSatisfy { (axes[$0] ?? [0]) == [0] } ? [0] : nil
    case is Binary: return joined(node, shapes, output, isSampled: { _, _ in true })
    case is MatrixProduct:
      // The rows of the left, and the batches of either.
      return joined(node, shapes, output) { input, axis in axis < shapes[input].count - (input == 0 ? 1 : 2) }
    case let op as Concat: return first.contains(op.axis) ? nil : joined(node, shapes, output, isSampled: { _, _ in true })
    case let op as Transpose: return Set(first.compactMap { op.permutation.firstIndex(of: $0) })
    case let op as Softmax: return first.contains(op.axis) ? nil : first
    case let op as Normalization:
      return first.isDisjoint(with: op.axes) && node.inputs.dropFirst().allSatisfy { axes[$0] == nil } ? first : nil
    case let op as TopK: return first.contains(op.axis) ? nil : first
    case let op as Reduce:
      guard first.isDisjoint(with: op.axes) else { return nil }
      return op.keepDimensions ? first : Set(first.map { axis in axis - op.axes.count { $0 < axis } })
    case let op as Gather:
      return first.contains(op.axis) ? nil : Set(first.map { $0 < op.axis ? $0 : $0 + output.count - shapes[0].count })
    case is Reshape: return reshaped(first, shapes[0], output, firstSizes[node.output])
    case let op as Resample: return first.contains(op.axis) ? nil : first
    case is Slice, is Pad, is Tile, is Stretch, is PickNearest, is Expand:
      let shift = output.count - shapes[0].count
      return first.allSatisfy { output[$0 + shift] == shapes[0][$0] } ? Set(first.map { $0 + shift }) : nil
    default: return nil
    }
  }

  /// Operands that are aligned at their last axes.
  private func joined(_ node: Node, _ shapes: [[Int]], _ output: [Int], isSampled: (_ input: Int, _ axis: Int) -> Bool) -> Set<Int>? {
    var result: Set<Int>?
    for (index, input) in node.inputs.enumerated() {
      guard let own = axes[input] else { continue }
      guard own.allSatisfy({ isSampled(index, $0) }) else { return nil }
      let aligned = Set(own.map { $0 + output.count - shapes[index].count })
      guard result == nil || result == aligned else { return nil }
      result = aligned
    }
    guard let result else { return nil }
    // Something for each sample of a batch that is not the input's.
    for (index, input) in node.inputs.enumerated() where axes[input] == nil {
      for axis in result {
        let place = axis - (output.count - shapes[index].count)
        if place >= 0, shapes[index][place] != 1 { return nil }
      }
    }
    return result
  }

  private func reshaped(_ axes: Set<Int>, _ from: [Int], _ to: [Int], _ first: FirstSize?) -> Set<Int>? {
    if axes == [0] {
      // The outer part stays the outer one, unless an axis is put before it.
      guard !to.isEmpty else { return nil }
      if first == .one || first == .single, to == [1] + from { return [0, 1] }
      // The samples became the outer part of the next axis.
      if first == .single { return to.count > 1 ? [1] : nil }
      return first == .other ? nil : [0]
    }
    guard first != .ofBatch else { return nil }
    var result: Set<Int> = []
    for axis in axes {
      let before = from[..<axis].reduce(1, *)
      var product = 1
      var candidates: [Int] = []
      for (place, size) in to.enumerated() {
        if product == before { candidates.append(place) }
        product *= size
      }
      let ones = candidates.filter { to[$0] == 1 }
      guard !candidates.isEmpty else { return nil }
      result.formUnion(ones.isEmpty ? [candidates[0]] : ones)
    }
    return result
  }
}
