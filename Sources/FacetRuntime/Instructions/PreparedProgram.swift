import FacetFormat
import FacetKernels

/// The steps of all fragments of a plan. Owns the kernels' arguments.
final class PreparedProgram {
  /// Per fragment the steps, at addresses that stay; empty for fragments that are not in the plan.
  var steps: [UnsafeMutableBufferPointer<Step>] = []
  var fills: [BorderFill] = []
  var arguments: [UnsafeMutableRawPointer] = []

  deinit {
    for buffer in steps { buffer.deallocate() }
    for memory in arguments { memory.deallocate() }
  }
}
