import FacetFiles

extension Recipe {
  /// Most inputs that a recipe can speak of.
  private static let maximumInputs = 64
  /// Most numbers of a constant that stands in the recipe itself.
  private static let maximumNumbers = 1 << 20
  /// Most axes of a tensor.
  private static let maximumAxes = 8

  static func shapes(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) -> [String: [Int]] {
    var result: [String: [Int]] = [:]
    for member in named(node, path, &reader) {
      let place = path.key(member.key)
      guard case .array(let elements) = member.node.value, (1...maximumAxes).contains(elements.count) else {
        reader.wrongType(member.node, place, expected: "an array of 1 to \(maximumAxes) sizes such as [1, 3, 224, 224]")
        continue
      }
      let sizes = elements.enumerated().map { reader.integer($1, place.index($0), in: 1...(1 << 24)) }
      if !sizes.contains(nil) { result[member.key] = sizes.compactMap(\.self) }
    }
    return result
  }

  static func constants(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) -> [String: ModelConstant] {
    var result: [String: ModelConstant] = [:]
    for member in named(node, path, &reader) {
      let place = path.key(member.key)
      if case .string = member.node.value {
        if let file = reader.string(member.node, place) { result[member.key] = .file(file) }
        continue
      }
      var numbers: [Float] = []
      if let shape = tensor(member.node, place, &reader, into: &numbers, axes: 0) {
        result[member.key] = .numbers(shape: shape, numbers)
      }
    }
    return result
  }

  static func precisions(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) -> [String: OperatorPrecision] {
    var result: [String: OperatorPrecision] = [:]
    for member in named(node, path, remedy: "Keep those that cost most.", &reader) {
      result[member.key] = reader.choice(member.node, path.key(member.key), OperatorPrecision.self)
    }
    return result
  }

  /// Members whose names are the model's.
  private static func named(
    _ node: JSONNode, _ path: RecipePath, remedy: String = "Keep those of the model's inputs.", _ reader: inout RecipeReader
  ) -> [JSONMember] {
    let members = reader.members(node, path) ?? []
    if members.count > maximumInputs {
      reader.report(
        .tooMany, at: node.offset, path, "\(members.count) entries; at most \(maximumInputs) are allowed.",
        remedy)
    }
    return Array(members.prefix(maximumInputs))
  }

  /// A number, or arrays of arrays of numbers, all of one length at each depth. Nil, and reported, where it is neither.
  private static func tensor(
    _ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader, into numbers: inout [Float], axes: Int
  ) -> [Int]? {
    guard case .array(let elements) = node.value else {
      guard case .number = node.value else {
        reader.wrongType(node, path, expected: "a number, an array of numbers or the name of a .npy file")
        return nil
      }
      guard let number = reader.number(node, path) else { return nil }
      numbers.append(Float(number))
      return []
    }
    guard !elements.isEmpty, axes < maximumAxes, numbers.count + elements.count <= maximumNumbers else {
      reader.report(
        .constant, at: node.offset, path, "The array is empty, deeper than \(maximumAxes) or longer than \(maximumNumbers) numbers.",
        "Put larger ones into a .npy file and name that.")
      return nil
    }
    var inner: [Int]?
    for (index, element) in elements.enumerated() {
      guard let shape = tensor(element, path.index(index), &reader, into: &numbers, axes: axes + 1) else { return nil }
      guard shape == inner ?? shape else {
        reader.report(
          .constant, at: element.offset, path.index(index), "Its shape is \(shape), that of the entries before it \(inner ?? []).",
          "All rows of an array have one length.")
        return nil
      }
      inner = shape
    }
    return [elements.count] + (inner ?? [])
  }
}
