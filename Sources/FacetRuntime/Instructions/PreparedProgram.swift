import FacetFormat
import FacetKernels

/// The steps of all fragments of a plan. Owns the kernels' arguments.
final class PreparedProgram {
  /// Per fragment the steps, at addresses that stay; empty for fragments that are not in the plan.
  var steps: [UnsafeMutableBufferPointer<Step>] = []
  var fills: [BorderFill] = []
  /// The latest of the kernels' arguments: a chain, each behind the address of the one before.
  private var arguments: UnsafeMutableRawPointer?
  private static let headerBytes = 16

  /// Arguments at an address that stays.
  func keep<T>(_ value: T) -> UnsafeMutablePointer<T> {
    let block = UnsafeMutableRawPointer.allocate(byteCount: Self.headerBytes + MemoryLayout<T>.size, alignment: Self.headerBytes)
    block.initializeMemory(as: UnsafeMutableRawPointer?.self, to: arguments)
    arguments = block
    let memory = (block + Self.headerBytes).bindMemory(to: T.self, capacity: 1)
    memory.initialize(to: value)
    return memory
  }

  deinit {
    for buffer in steps { buffer.deallocate() }
    while let block = arguments {
      arguments = block.load(as: UnsafeMutableRawPointer?.self)
      block.deallocate()
    }
  }
}
