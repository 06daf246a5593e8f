import FacetFiles

extension Recipe.Value {
  /// Longest unit, in bytes, as a bundle holds it.
  static let maximumUnitBytes = 64

  init(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    guard let fields = reader.fields(node, path, RecipeValueKey.self) else { return }
    scale = reader.number(fields[.scale], path.key("scale")) ?? 1
    offset = reader.number(fields[.offset], path.key("offset")) ?? 0
    unit = reader.string(fields[.unit], path.key("unit"), limit: Self.maximumUnitBytes)
    within = reader.number(fields[.within], path.key("within"), in: 0...1e30)
    if let node = fields[.bins] { bins = Recipe.Bins(node, path.key("bins"), &reader) }
    if let node = fields[.scale], Float(scale) == 0 {
      reader.report(
        .range, at: node.offset, path.key("scale"), "A scale of 0 makes every number the same.", "Give the factor of the score.")
    }
    if bins != nil, let node = fields[.scale] {
      reader.report(
        .value, at: node.offset, path.key("scale"), "An expected value over bins has no scale.", "Give the bins in the unit that is wanted."
      )
    }
  }
}

extension Recipe.Bins {
  /// Numbers, or the first and the step between two.
  init?(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    if case .array(let elements) = node.value {
      guard (2...Recipe.Attribute.maximumLabels).contains(elements.count) else {
        reader.report(
          .value, at: node.offset, path, "\(elements.count) bins; an expected value has 2 to \(Recipe.Attribute.maximumLabels).",
          "Give one for each score, in their order.")
        return nil
      }
      let numbers = elements.enumerated().compactMap { reader.number($1, path.index($0)) }
      guard numbers.count == elements.count else { return nil }
      self = .numbers(numbers)
      return
    }
    guard case .object = node.value else {
      reader.wrongType(node, path, expected: "an array of numbers, or an object with \"first\" and \"step\",")
      return nil
    }
    guard let fields = reader.fields(node, path, RecipeBinsKey.self) else { return nil }
    self = .even(
      first: reader.number(fields[.first], path.key("first"), in: -1e9...1e9) ?? 0,
      step: reader.number(fields[.step], path.key("step"), in: -1e9...1e9) ?? 1)
  }
}
