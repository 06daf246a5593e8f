import FacetFormat

/// The third value, between false and true, is that of a condition on an answer that there is not: a gate opens only where its
/// condition holds whatever that answer would be (Kleene, "Introduction to Metamathematics", 1952, section 64).
private enum Truth {
  static let no: UInt8 = 0
  static let unknown: UInt8 = 1
  static let yes: UInt8 = 2
}

extension Session {
  /// Nil where an attribute may be evaluated; otherwise why not. Attributes that its gate reads have been dealt with before.
  func closedGate(of index: Int) -> AttributeStatus? {
    let operations = bundle.evaluation.gates[index].operations
    if operations.isEmpty { return nil }
    var stack = InlineArray<64, UInt8>(repeating: Truth.unknown)
    // Opening checked that the program neither empties nor overflows it.
    var depth = 0
    for operation in operations {
      switch operation.code {
      case .not: stack[depth - 1] = 2 - stack[depth - 1]
      case .and:
        depth -= 1
        stack[depth - 1] = min(stack[depth - 1], stack[depth])
      case .or:
        depth -= 1
        stack[depth - 1] = max(stack[depth - 1], stack[depth])
      case .label, .confidence, .score, .value:
        stack[depth] = test(operation)
        depth += 1
      }
    }
    if stack[0] == Truth.yes { return nil }
    if stack[0] == Truth.unknown {
      for other in bundle.evaluation.needs[index] where states[other] == .notReached {
        return .notReached
      }
    }
    return .gateClosed
  }

  private func test(_ operation: GateOperation) -> UInt8 {
    let attribute = Int(operation.attribute)
    let scores = scores(attribute: attribute)
    guard scores.count > 0 else { return Truth.unknown }
    let record = bundle.attributes[attribute]
    let hasLabel = operation.label != BundleFormat.none
    var value = Float.nan
    switch operation.code {
    case .label:
      guard let found = answer(attribute: attribute) else { return Truth.unknown }
      return found == record.gateClass(operation.label) ? Truth.yes : Truth.no
    case .value: value = self.value(attribute: attribute)
    case .score: value = scores[hasLabel ? Int(operation.label) : 0]
    case .confidence:
      if let label = hasLabel ? record.gateClass(operation.label) : answer(attribute: attribute) {
        value = confidence(attribute: attribute, class: label)
      }
    case .not, .and, .or: break
    }
    if value.isNaN { return Truth.unknown }
    let holds =
      switch operation.comparison {
      case .less: value < operation.value
      case .lessOrEqual: value <= operation.value
      case .greater: value > operation.value
      case .greaterOrEqual: value >= operation.value
      }
    return holds ? Truth.yes : Truth.no
  }
}
