/// What an operator of an int8 program gives in place of int8.
public enum OperatorPrecision: String, CaseIterable, Sendable {
  /// Its result is not rounded to 8 bits: layers read it in 16, as two int8 planes, and what else reads it computes in float32.
  case int16
  /// It computes in float32, and so does what reads it.
  case float32
}
