import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetPasses
import FacetRecipe

extension MergedRecipe {
  /// Where recipes say different things about the one input, or the same name of two things.
  static func disagreements(_ recipes: [Recipe], _ models: MergedModels) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    func problem(_ recipe: Recipe, _ place: String, _ message: String, _ remedy: String) {
      problems.append(Diagnostic(code: MergeErrorCode.recipe, file: recipe.file, place: place, message: message, remedy: remedy))
    }
    let first = recipes[0]
    let expected = first.input?.fields ?? []
    for (index, recipe) in recipes.enumerated() {
      if let name = recipe.input?.name, name != models.inputNames[index] {
        problem(
          recipe, "input.name", "The input of '\(models.sources[index].file)' is called '\(models.inputNames[index])', not '\(name)'.",
          "Write \"name\": \(jsonString(models.inputNames[index])), or leave it out.")
      }
      let found = recipe.input?.fields ?? []
      if (first.input == nil) != (recipe.input == nil) {
        let has = recipe.input == nil ? first : recipe
        problem(
          recipe, "input", "Only '\(has.file)' says how an image becomes the input.",
          "Merged models see one image: give all recipes the same \"input\".")
      }
      for (mine, theirs) in zip(found, expected) where mine.value != theirs.value {
        problem(
          recipe, "input.\(mine.key)", "It is \(mine.value), and \(theirs.value) in '\(first.file)'.",
          "Merged models see one image, prepared once: train them with the same pre-processing, or compile them separately.")
      }
      for attribute in recipe.attributes {
        if let other = recipes[..<index].first(where: { $0.attributes.contains { $0.name == attribute.name } }) {
          problem(
            recipe, "attributes.\(attribute.name)", "The recipe '\(other.file)' has an attribute of this name, too.",
            "Rename one of them, and name the model's output with \"output\".")
        }
        if let name = attribute.model, name != models.names[index] {
          problem(
            recipe, "attributes.\(attribute.name).model", "The recipe is for the model '\(models.names[index])', not '\(name)'.",
            "Leave \"model\" out, or give one recipe for all models.")
        }
      }
      if recipe.attributes.isEmpty != first.attributes.isEmpty {
        let empty = recipe.attributes.isEmpty ? recipe : first
        problem(empty, "attributes", "It names no attributes, and others do.", "Name the model's outputs that are wanted.")
      }
    }
    return problems
  }

  /// One recipe that says what all say. It is made of their texts, and has one itself, so that a bundle can carry it.
  ///
  /// Precondition: no disagreements.
  static func united(_ recipes: [Recipe], _ models: MergedModels) throws(FacetError) -> Recipe {
    var members: [JSONMember] = []
    for (index, recipe) in recipes.enumerated() {
      guard let root = try? JSONParser.parse(recipe.text), case .object(let own) = root.value else { continue }
      for var member in own {
        switch RecipeKey(rawValue: member.key) {
        // Paths and names of one model alone.
        case .schema, .model, .calibration: continue
        case .input: member.node.value = member.node.value.without("name")
        case .attributes: member.node.value = attributes(member.node.value, ofModel: index, models)
        default: break
        }
        if let held = members.firstIndex(where: { $0.key == member.key }) {
          members[held].node.value = members[held].node.value.united(with: member.node.value)
        } else {
          members.append(member)
        }
      }
    }
    let text = JSONNode(value: .object(members), offset: 0).text()
    var united = try Recipe.parse(Array(text.utf8), file: recipes.map(\.file).joined(separator: ", "), isUnited: true)
    // Its path begins at the recipe that names it.
    united.input?.meanImage = recipes[0].input?.meanImage
    return united
  }

  /// With the model's name where the output's alone does not tell.
  private static func attributes(_ value: JSONValue, ofModel index: Int, _ models: MergedModels) -> JSONValue {
    guard case .object(let members) = value else { return value }
    return .object(
      members.map { member in
        guard case .object(var fields) = member.node.value else { return member }
        var output = member.key
        if case .string(let named)? = fields.first(where: { $0.key == RecipeAttributeKey.output.rawValue })?.node.value { output = named }
        let isShared = models.outputs[index].contains { $0.own == output && $0.merged != output }
        let key = RecipeAttributeKey.model.rawValue
        guard isShared, !fields.contains(where: { $0.key == key }) else { return member }
        fields.append(JSONMember(key: key, keyOffset: 0, node: JSONNode(value: .string(models.names[index]), offset: 0)))
        var result = member
        result.node.value = .object(fields)
        return result
      })
  }
}

extension Recipe.Input {
  /// What decides the numbers that a network sees, in the recipe's words.
  fileprivate var fields: [(key: String, value: String)] {
    func list(_ numbers: [Double]) -> String { "[" + numbers.map(plain).joined(separator: ", ") + "]" }
    return [
      ("width", "\(width)"), ("height", "\(height)"), ("color", color.rawValue), ("resize", resize.rawValue),
      ("fill", resize == .letterbox ? "\(fill)" : ""), ("scale", plain(scale)), ("mean", list(mean)), ("std", list(std)),
      ("mean_image", meanImage?.text ?? "none"),
    ]
  }
}

extension Recipe.MeanImage {
  /// Of a file its content's hash: recipes in several folders may have a copy each.
  fileprivate var text: String {
    switch self {
    case .file(let path): "'\(path)' (SHA-256 \(fileHash(path).prefix(8)))"
    case .numbers: "that of the bundle"
    }
  }
}

extension JSONValue {
  /// Without a member of an object.
  fileprivate func without(_ key: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.key != key })
  }

  /// Members of both objects, entries of both arrays without repetitions; of other values this one.
  fileprivate func united(with other: JSONValue) -> JSONValue {
    switch (self, other) {
    case (.object(let mine), .object(let theirs)):
      return .object(mine + theirs.filter { member in !mine.contains { $0.key == member.key } })
    case (.array(let mine), .array(let theirs)):
      let known = Set(mine.map { $0.text() })
      return .array(mine + theirs.filter { !known.contains($0.text()) })
    default: return self
    }
  }
}
