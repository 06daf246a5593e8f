/// A function of each element, float32; input and output have one geometry and may be the same.
public struct FunctionRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// Its number: the place of its row in `Sources/FacetKernels/include/facet_functions.h`.
  public var function: UInt32 = 0
  public var alpha: Float = 0
  public var beta: Float = 0

  public init() {}
}

extension FunctionRecord: InstructionRecord {
  public var number: Opcode { .function }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input, .inPlace)
    visitor.writes(&output)
    visitor.word(&function)
    visitor.word(&alpha)
    visitor.word(&beta)
  }
}
