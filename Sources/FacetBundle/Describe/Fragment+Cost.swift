import FacetFormat
import FacetRuntime

extension Fragment {
  /// Those of `multiplyAccumulates` that are computed in float32.
  package var floatMultiplyAccumulates: Int {
    instructions.reduce(0) {
      $1.isFloat(tensors) ? $0.addingReportingOverflow($1.work(tensors).multiplyAccumulates).partialValue : $0
    }
  }

  /// Multiply-accumulates of its convolutions, fully connected layers and products of matrices, as the graph's operators count them.
  package var multiplyAccumulates: Int {
    instructions.reduce(0) { $0.addingReportingOverflow($1.work(tensors).multiplyAccumulates).partialValue }
  }
}
