import FacetIR

/// What an operator of an int8 program gives in place of int8, where somebody says so.
package enum ResultPrecision: String, Sendable {
  /// Its result is float32, made of the sums of its int8 weights where it is a layer. Layers read it in 16 bits (`WideLayer`), what else reads it computes in float32.
  case int16
  /// It computes in float32, and so does what reads it.
  case float32
}

/// Values that are kept from being rounded to int8.
package struct KeptValues: Sendable {
  package var precisions: [ValueID: ResultPrecision] = [:]

  package init() {}

  package var isEmpty: Bool { precisions.isEmpty }
  package func contains(_ value: ValueID) -> Bool { precisions[value] != nil }
  func isInt16(_ value: ValueID) -> Bool { precisions[value] == .int16 }
}
