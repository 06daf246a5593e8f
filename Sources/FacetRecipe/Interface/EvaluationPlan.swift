import FacetDiagnostics
import FacetFormat

/// In which order a bundle's attributes are evaluated, and on what conditions: the content of its evaluation section.
package struct EvaluationPlan {
  /// Numbers of the bundle's attributes.
  package var order: [Int]
  /// By attribute; without operations where it has no gate.
  package var gates: [(text: String, operations: [GateOperation])]

  package var hasGates: Bool { gates.contains { !$0.operations.isEmpty } }

  /// The attributes that a gate reads, by rising number.
  package func reads(_ index: Int) -> [Int] {
    Set(gates[index].operations.filter { ![.not, .and, .or].contains($0.code) }.map { Int($0.attribute) }).sorted()
  }

  /// Nil where it says nothing: the attributes as they are numbered, none with a gate.
  package var section: [UInt8]? {
    guard hasGates || order != Array(order.indices) else { return nil }
    var writer = ByteWriter()
    writer.u32(UInt32(order.count))
    for index in order { writer.u32(UInt32(index)) }
    for gate in gates { GateRecord.write(to: &writer, text: Array(gate.text.utf8), operations: gate.operations) }
    return writer.bytes
  }

  /// Nil without a recipe.
  ///
  /// - Parameter attributes: those of the bundle, which bear the recipe's names.
  package init?(_ recipe: Recipe?, _ attributes: [AttributeInterface], problems: inout [Diagnostic]) {
    guard let recipe, !recipe.attributes.isEmpty else { return nil }
    let numbers = Dictionary(uniqueKeysWithValues: attributes.enumerated().map { ($1.name, $0) })
    order = recipe.evaluationOrder.compactMap { numbers[recipe.attributes[$0].name] }
    gates = attributes.map { _ in ("", []) }
    let compiler = GateCompiler(recipe: recipe, attributes: attributes, numbers: numbers)
    for attribute in recipe.attributes {
      guard let gate = attribute.gate, let number = numbers[attribute.name] else { continue }
      do throws(GateFault) {
        gates[number] = (gate.text, try compiler.compile(gate.condition))
      } catch {
        problems.append(
          Diagnostic(
            code: error.code, file: recipe.file,
            place: "attributes.\(attribute.name).when, character \(error.offset + 1)", message: error.message, remedy: error.remedy))
      }
    }
  }
}

/// Turns conditions into postfix programs, for what the attributes turn out to be.
private struct GateCompiler {
  let recipe: Recipe
  let attributes: [AttributeInterface]
  let numbers: [String: Int]

  func compile(_ condition: Gate.Condition) throws(GateFault) -> [GateOperation] {
    switch condition {
    case .not(let inner): return try compile(inner) + [GateOperation(.not)]
    case .and(let a, let b): return try compile(a) + compile(b) + [GateOperation(.and)]
    case .or(let a, let b): return try compile(a) + compile(b) + [GateOperation(.or)]
    case .answer(let name, let label):
      let source = try number(name)
      guard attributes[source].value == nil else {
        throw GateFault(
          offset: name.offset, message: "\(quoted(name.text)) is a number: it has no label as its answer.",
          remedy: "Compare \(name.text).value.")
      }
      let found = try classNumber(label, of: name, source: source, classes: max(classes(source), 2))
      return [GateOperation(.label, attribute: UInt16(source), label: found)]
    case .compare(let quantity, let comparison, let value):
      let name = quantity.attribute
      let source = try number(name)
      let count = classes(source)
      var label = BundleFormat.none
      if quantity.kind == .value {
        guard attributes[source].value != nil else {
          throw GateFault(
            offset: name.offset, message: "\(quoted(name.text)) is not a number.",
            remedy: "Compare \(name.text).confidence or \(name.text).score, or give it a \"value\".")
        }
        return [GateOperation(.value, attribute: UInt16(source), comparison: comparison, value: Float(value))]
      }
      if quantity.kind == .confidence, attributes[source].confidence == .none {
        throw GateFault(
          code: .gateConfidence, offset: name.offset, message: "\(quoted(name.text)) has no confidence.",
          remedy: "Compare \(name.text).score, or give it a \"confidence\".")
      }
      if let wanted = quantity.label {
        label = try classNumber(wanted, of: name, source: source, classes: max(count, 2))
        if quantity.kind == .score, count == 1 {
          guard label == 1 else {
            throw GateFault(
              code: .gateLabel, offset: wanted.offset, message: "\(quoted(name.text)) has one score, that of its positive class.",
              remedy: "Compare \(name.text).score, or \(name.text).confidence[\(wanted.text)].")
          }
          label = BundleFormat.none
        }
      } else if quantity.kind == .score, count > 1 {
        throw GateFault(
          offset: name.offset, message: "\(quoted(name.text)) has \(count) scores.", remedy: "Say which: \(name.text).score[LABEL].")
      }
      return [
        GateOperation(
          quantity.kind == .confidence ? .confidence : .score, attribute: UInt16(source), label: label, comparison: comparison,
          value: Float(value))
      ]
    }
  }

  private func classes(_ source: Int) -> Int {
    let shape = attributes[source].shape
    return shape.count > 1 ? shape[1] : shape.first ?? 1
  }

  /// The attribute's number; it must have one answer.
  private func number(_ name: Gate.Name) throws(GateFault) -> Int {
    guard let source = numbers[name.text], attributes[source].shape.reduce(1, *) == classes(source) else {
      throw GateFault(
        offset: name.offset, message: "\(quoted(name.text)) is a map of many places: it has no single answer.",
        remedy: "Gates read attributes with one set of scores.")
    }
    return source
  }

  /// The class of this label; of an attribute without labels, and of one score, of this number.
  private func classNumber(_ label: Gate.Name, of name: Gate.Name, source: Int, classes: Int) throws(GateFault) -> UInt32 {
    let attribute = attributes[source]
    let isNumbered = attribute.labels.isEmpty || attribute.shape.reduce(1, *) == 1
    let found = attribute.labels.firstIndex(of: label.text) ?? (isNumbered ? Int(label.text) : nil)
    guard let found, (0..<classes).contains(found) else {
      let known = attribute.labels.isEmpty ? "0 to \(classes - 1)" : attribute.labels.prefix(20).joined(separator: ", ")
      throw GateFault(
        code: .gateLabel, offset: label.offset, message: "\(quoted(name.text)) has no class \(quoted(label.text)).",
        remedy: "It has \(classes): \(known).")
    }
    return UInt32(found)
  }
}
