import FacetDiagnostics

extension Recipe {
  /// Numbers of the attributes in the order of their evaluation: by priority, those of equal priority as the recipe lists them.
  var evaluationOrder: [Int] {
    attributes.indices.sorted { (attributes[$0].priority, $0) < (attributes[$1].priority, $1) }
  }

  /// Holds the gates of a recipe's attributes against the attributes that they name.
  ///
  /// - Parameters:
  ///   - offsets: by attribute, where the text of its gate begins in the file.
  ///   - isPart: an attribute that there is not may be one of another recipe.
  func checkGates(_ offsets: [String: Int], _ path: RecipePath, isPart: Bool, _ reader: inout RecipeReader) {
    for attribute in attributes {
      guard let gate = attribute.gate, let start = offsets[attribute.name] else { continue }
      for term in gate.condition.terms {
        guard let fault = fault(term, of: attribute), !(isPart && fault.code == .gateName) else { continue }
        reader.report(fault.code, at: start + fault.offset, path.key(attribute.name).key("when"), fault.message, fault.remedy)
      }
    }
    var reported: Set<String> = []
    for attribute in attributes where !reported.contains(attribute.name) {
      guard let cycle = cycle(through: attribute.name), let start = offsets[attribute.name] else { continue }
      reported.formUnion(cycle)
      reader.report(
        .gateCycle, at: start, path.key(attribute.name).key("when"),
        cycle.count == 1
          ? "The gate reads the answer that it guards."
          : "The gates depend on each other: \((cycle + [attribute.name]).joined(separator: " needs ")).",
        "Remove one of them.")
    }
    checkOrder(offsets, path, without: reported, &reader)
  }

  /// An attribute or label that there is not.
  private func fault(_ term: Gate.Condition, of attribute: Attribute) -> GateFault? {
    guard let name = term.attribute else { return nil }
    guard let source = attributes.first(where: { $0.name == name.text }) else {
      let names = attributes.map(\.name).filter { $0 != attribute.name }
      let guess = didYouMean(name.text, among: names)
      return GateFault(
        code: .gateName, offset: name.offset, message: "There is no attribute \(quoted(name.text)).",
        remedy: guess.isEmpty ? "There are \(names.joined(separator: ", "))." : guess)
    }
    let label: Gate.Name?
    switch term {
    case .answer(_, let wanted): label = wanted
    case .compare(let quantity, _, let value):
      label = quantity.label
      if quantity.kind == .confidence, !(0...1).contains(value) {
        return GateFault(
          offset: name.offset, message: "A confidence is between 0 and 1, not \(plain(value)).",
          remedy: value > 1 && value <= 100 ? "Write \(plain(value / 100)) for \(plain(value)) %." : "Compare it with a number from 0 to 1."
        )
      }
      if quantity.kind == .confidence, source.confidence == Recipe.Confidence.none {
        return GateFault(
          code: .gateConfidence, offset: name.offset, message: "\(quoted(source.name)) has no confidence: its \"confidence\" is none.",
          remedy: "Compare \(source.name).score, or give it a confidence.")
      }
    default: label = nil
    }
    guard let label, !source.mayHaveClass(label.text) else { return nil }
    if source.labels.isEmpty {
      return GateFault(
        code: .gateLabel, offset: label.offset, message: "\(quoted(source.name)) has no labels.",
        remedy: "Give it \"labels\", or name a class by its number.")
    }
    let guess = didYouMean(label.text, among: source.labels)
    return GateFault(
      code: .gateLabel, offset: label.offset, message: "\(quoted(label.text)) is not a label of \(quoted(source.name)).",
      remedy: guess.isEmpty ? "Its labels are \(source.labels.prefix(20).joined(separator: ", "))." : guess)
  }

  /// Attributes from `name` on whose gates lead back to it, or nil.
  private func cycle(through name: String) -> [String]? {
    var seen: Set<String> = []
    func search(_ from: String, _ way: [String]) -> [String]? {
      for next in reads(from) {
        if next == name { return way }
        if seen.insert(next).inserted, let found = search(next, way + [next]) { return found }
      }
      return nil
    }
    return search(name, [name])
  }

  /// The attributes that an attribute's gate reads.
  private func reads(_ name: String) -> [String] {
    attributes.first { $0.name == name }?.gate?.condition.terms.compactMap { $0.attribute?.text } ?? []
  }

  private func checkOrder(_ offsets: [String: Int], _ path: RecipePath, without: Set<String>, _ reader: inout RecipeReader) {
    let places = Dictionary(uniqueKeysWithValues: evaluationOrder.enumerated().map { (attributes[$1].name, $0) })
    for attribute in attributes where !without.contains(attribute.name) {
      guard let start = offsets[attribute.name], let own = places[attribute.name] else { continue }
      for name in Set(reads(attribute.name)).sorted() {
        guard let place = places[name], place > own else { continue }
        reader.report(
          .gateOrder, at: start, path.key(attribute.name).key("when"), "\(quoted(name)) is evaluated after \(quoted(attribute.name)).",
          "Give \(quoted(name)) a lower \"priority\", or list it first where the priorities are equal.")
      }
    }
  }
}

extension Recipe.Attribute {
  /// What the other class of one score is called where only the positive has a label.
  package static func opposite(of positive: String) -> String { "not \(positive)" }

  /// Whether a class may be called so, as far as the recipe alone tells.
  func mayHaveClass(_ label: String) -> Bool {
    if labels.contains(label) { return true }
    // Without labels classes have numbers. One label is that of one score, whose classes are 0 and 1.
    return labels.count <= 1 && Int(label).map { $0 >= 0 && $0 < Self.maximumLabels } == true
      || labels.count == 1 && label == Self.opposite(of: labels[0])
  }
}
