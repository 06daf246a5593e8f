import FacetFormat

/// The evaluation section, checked: in which order attributes are evaluated and on what conditions. A gate reads only attributes that
/// stand before its own, so that evaluation always ends.
package struct EvaluationOrder {
  /// Numbers of all attributes, each once.
  package private(set) var order: [Int]
  /// By attribute.
  package private(set) var gates: [GateRecord]
  /// By attribute: the attributes that its gate reads, that those attributes' gates read, and so on.
  package private(set) var needs: [AttributeSet]

  /// Without such a section: the attributes as they are numbered, none with a gate.
  init(_ view: ByteView, _ table: SectionTable, _ attributes: [AttributeRecord]) throws(BundleError) {
    order = Array(attributes.indices)
    gates = [GateRecord](repeating: GateRecord(), count: attributes.count)
    needs = [AttributeSet](repeating: [], count: attributes.count)
    guard try table.count(.evaluation, limit: 1) == 1 else { return }
    let section = try table.require(.evaluation)
    let bad = BundleError(.badEvaluation, section: section)
    var reader = ByteReader(table.content(section, of: view))
    guard reader.u32() == UInt32(attributes.count) else { throw bad }
    var seen = AttributeSet(0)
    for place in order.indices {
      let number = reader.u32()
      guard number < UInt32(attributes.count), !seen.contains(Int(number)) else { throw bad }
      seen.insert(Int(number))
      order[place] = Int(number)
    }
    for index in gates.indices {
      guard let gate = GateRecord(reading: &reader),
        isPrintable(gate.text.bytes, maximum: GateRecord.maximumTextBytes, mayBeEmpty: gate.operations.isEmpty),
        gate.operations.isEmpty || table.header.requiredFeatures & BundleHeader.gates != 0
      else { throw BundleError(.badEvaluation, section: section, item: index) }
      gates[index] = gate
    }
    var earlier = AttributeSet(0)
    for index in order {
      guard check(gates[index], of: index, earlier: earlier, attributes) else {
        throw BundleError(.badEvaluation, section: section, item: index)
      }
      earlier.insert(index)
    }
  }

  /// Whether the program reads only what is there, never empties or overflows its stack, and leaves one value. Fills `needs`.
  private mutating func check(_ gate: GateRecord, of index: Int, earlier: AttributeSet, _ attributes: [AttributeRecord]) -> Bool {
    var depth = 0
    for operation in gate.operations {
      switch operation.code {
      case .not:
        guard depth >= 1 else { return false }
      case .and, .or:
        guard depth >= 2 else { return false }
        depth -= 1
      case .label, .confidence, .score, .value:
        let source = Int(operation.attribute)
        guard earlier.contains(source), Self.isReadable(operation, attributes[source]) else { return false }
        needs[index].insert(source)
        needs[index].formUnion(needs[source])
        depth += 1
        guard depth <= GateOperation.maximumDepth else { return false }
      }
    }
    return depth == 1 || gate.operations.isEmpty
  }

  /// An attribute of one answer; one score with a confidence has the classes 0 and 1.
  private static func isReadable(_ operation: GateOperation, _ attribute: AttributeRecord) -> Bool {
    let axis = attribute.softmaxAxis
    guard axis.outer == 1, axis.inner == 1, !operation.value.isNaN else { return false }
    let hasLabel = operation.label != BundleFormat.none
    let classes = UInt32(axis.channels)
    switch operation.code {
    case .value: return !hasLabel && attribute.valueRule != .none
    case .label: return hasLabel && operation.label < max(classes, 2)
    case .confidence: return attribute.confidence != .none && (!hasLabel || operation.label < max(classes, 2))
    case .score: return hasLabel ? operation.label < classes : classes == 1
    case .not, .and, .or: return false
    }
  }
}

extension Bundle {
  /// A set of attributes with all that their gates read.
  package func withNeeds(_ attributes: AttributeSet) -> AttributeSet {
    var result = attributes
    for index in attributes where index < evaluation.needs.count { result.formUnion(evaluation.needs[index]) }
    return result
  }

  /// The condition of an attribute's gate (UTF-8) as the recipe has it; nil where it has none.
  public func gate(attribute index: Int) -> UnsafeRawBufferPointer? {
    guard index >= 0, index < attributes.count, !evaluation.gates[index].operations.isEmpty else { return nil }
    return evaluation.gates[index].text.bytes
  }
}
