/// A function of each element, float32; input and output have one geometry and may be the same.
public struct FunctionRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// Its number: the place of its row in `Sources/FacetKernels/include/facet_functions.h`.
  public var function: UInt32 = 0
  public var alpha: Float = 0
  public var beta: Float = 0

  public init() {}

  public init(_ instruction: Instruction) {
    input = instruction.words[1]
    output = instruction.words[2]
    function = instruction.words[3]
    alpha = instruction.f32(4)
    beta = instruction.f32(5)
  }

  public var instruction: Instruction {
    var result = Instruction(.function)
    result.words[1] = input
    result.words[2] = output
    result.words[3] = function
    result.set(4, alpha)
    result.set(5, beta)
    return result
  }
}
