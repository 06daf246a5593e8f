import FacetFormat
import FacetKernels

/// What an instruction asks of a kernel: from this a kernel is chosen, on this CPU or, by its table, on another one.
package struct PreparedOperation {
  package var operation: facet_operation
  /// The structure of the operation's family; valid inside of the call that gives it. Its addresses are of no memory.
  package var arguments: UnsafeRawPointer
  /// As in `Session.PreparedInstruction`.
  package var work: Int64
}

extension Bundle {
  /// Goes through the instructions of all attributes as a session would prepare them.
  package func forEachOperation(_ body: (_ fragment: Int, _ instruction: Int, PreparedOperation) -> Void) throws(SessionError) {
    // Addresses decide nothing.
    guard let plan = plans.first, let nowhere = UnsafeMutableRawPointer(bitPattern: 4096) else { return }
    var preparation = Preparation(
      fragments: fragments, storedUnsigned: storedUnsigned, plan: plan, features: 0, arena: nowhere, scratch: nil,
      scratchStride: .max, threads: 1)
    let program = try preparation.prepare()
    for (fragment, steps) in program.steps.enumerated() {
      for (index, step) in steps.enumerated() {
        body(
          fragment, index,
          PreparedOperation(
            operation: facet_operation(UInt32(step.kernel.pointee.operation)), arguments: step.arguments, work: step.amount))
      }
    }
    withExtendedLifetime(program) {}
  }
}
