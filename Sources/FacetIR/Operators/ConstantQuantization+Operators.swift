extension ConstantQuantization {
  /// The grid of what an operator makes of the constant; nil where it is none.
  package func after(_ op: any Operator, from: [Int], to: [Int]) -> ConstantQuantization? {
    switch op {
    case is Identity: return self
    case let op as Transpose:
      return op.permutation.firstIndex(of: axis).map { ConstantQuantization(scales: scales, axis: $0) } ?? self
    case is Reshape: return scales.count == 1 || from.prefix(axis + 1) == to.prefix(axis + 1) ? self : nil
    default: return nil
    }
  }
}
