import FacetFormat
import FacetRuntime

extension Fragment {
  /// Multiply-accumulates of its convolutions, fully connected layers and products of matrices, as the graph's operators count them.
  package var multiplyAccumulates: Int {
    instructions.reduce(0) { $0.addingReportingOverflow($1.work(tensors).multiplyAccumulates).partialValue }
  }
}
