/// Number type of a compiled program.
public enum Precision: String, Sendable, CaseIterable {
  /// int8 activations and weights, results in float32 from the last accumulators.
  case int8
  /// Everything in float32: the reference that the int8 program is verified against.
  case float32
}
