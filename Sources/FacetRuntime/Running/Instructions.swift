import FacetFormat
import FacetKernels

extension Session {
  /// What a session reads its clock around.
  public enum Measures: Int32, Sendable {
    case nothing = 0
    /// Each fragment, for `fragmentTime`.
    case fragments = 1
    /// Each instruction too, for `instruction`; reading the clock counts some 30 ns to each.
    case instructions = 2
  }

  /// An instruction as the session runs it.
  public struct PreparedInstruction {
    /// The kernel's name, without a prefix.
    public var kernel: UnsafePointer<CChar>?
    /// Indices of its first input and of its result in its fragment's table; not in it where there is none.
    public var input: UInt32
    public var output: UInt32
    /// Multiply-accumulates, or elements times what is done to each, as its work is shared among threads; 0 where it is not shared.
    public var work: Int64
    /// When it last ran while `measures` was `.instructions`, in nanoseconds; 0 where it has not.
    public var nanoseconds: UInt64
  }

  /// Nil where the plan does not hold it.
  public func instruction(_ index: Int, fragment: Int) -> PreparedInstruction? {
    guard fragment >= 0, fragment < program.steps.count, index >= 0, index < program.steps[fragment].count,
      let step = program.steps[fragment].baseAddress.map({ $0 + index })
    else { return nil }
    let operands = bundle.fragments[fragment].instructions[index].firstOperands
    return PreparedInstruction(
      kernel: step.pointee.kernel.pointee.name, input: operands.input, output: operands.output, work: step.pointee.amount,
      nanoseconds: step.pointee.nanoseconds)
  }
}
