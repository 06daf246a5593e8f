import FacetFormat
import FacetImport

/// In which order a bundle's attributes are evaluated, and on what conditions: the content of its evaluation section.
struct EvaluationPlan {
  /// Numbers of the bundle's attributes.
  var order: [Int]
  /// By attribute; without operations where it has no gate.
  var gates: [(text: String, operations: [GateOperation])]

  var hasGates: Bool { gates.contains { !$0.operations.isEmpty } }

  /// The attributes that a gate reads, by rising number.
  func reads(_ index: Int) -> [Int] {
    Set(gates[index].operations.filter { ![.not, .and, .or].contains($0.code) }.map { Int($0.attribute) }).sorted()
  }

  /// Nil where it says nothing: the attributes as they are numbered, none with a gate.
  var section: [UInt8]? {
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
  init?(_ recipe: Recipe?, _ attributes: [AttributeInterface], problems: inout [Diagnostic]) {
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
      let found = try classNumber(label, of: name, classes: max(classes(source), 2))
      return [GateOperation(.label, attribute: UInt16(source), label: found)]
    case .compare(let quantity, let comparison, let value):
      let name = quantity.attribute
      let source = try number(name)
      let count = classes(source)
      var label = BundleFormat.none
      if quantity.kind == .confidence, attributes[source].confidence == .none {
        throw GateFault(
          code: .gateConfidence, offset: name.offset, message: "\(quoted(name.text)) has no confidence.",
          remedy: "Compare \(name.text).score, or give it a \"confidence\".")
      }
      if let wanted = quantity.label {
        label = try classNumber(wanted, of: name, classes: quantity.kind == .confidence ? max(count, 2) : count)
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

  private func classNumber(_ label: Gate.Name, of name: Gate.Name, classes: Int) throws(GateFault) -> UInt32 {
    let attribute = recipe.attributes.first { $0.name == name.text }
    guard let found = attribute?.classNamed(label.text), found < classes else {
      throw GateFault(
        code: .gateLabel, offset: label.offset, message: "\(quoted(name.text)) has no class \(quoted(label.text)).",
        remedy: "It has \(classes): 0 to \(classes - 1).")
    }
    return UInt32(found)
  }
}
