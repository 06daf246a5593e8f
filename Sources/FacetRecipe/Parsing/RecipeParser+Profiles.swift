import FacetDiagnostics
import FacetFiles

extension Profile {
  /// The member `profiles` of a recipe: names, each with a list of attributes. Whether the model has these shows later.
  static func all(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) -> [Profile] {
    guard let members = reader.members(node, path) else { return [] }
    if members.count > maximumCount {
      reader.report(
        .tooMany, at: node.offset, path, "\(members.count) profiles; at most \(maximumCount) are supported.",
        "Keep those that are needed.")
    }
    var result: [Profile] = []
    for member in members {
      let isNamed = Recipe.Attribute.isIdentifier(member.key)
      let path = path.key(isNamed ? member.key : quoted(member.key))
      if !isNamed {
        reader.report(
          .identifier, at: member.keyOffset, path,
          "A name begins with a letter and has only a-z, 0-9 and _, at most \(Recipe.Attribute.maximumNameLength) characters.",
          "Rename it, say '\(Recipe.Attribute.identifier(from: member.key))'.")
      }
      guard let attributes = reader.strings(member.node, path, atMost: Recipe.maximumAttributes) else { continue }
      if attributes.isEmpty, case .array(let elements) = member.node.value, elements.isEmpty {
        reader.report(.empty, at: member.node.offset, path, "The list is empty.", "Name the attributes that it evaluates.")
      }
      result.append(Profile(name: member.key, attributes: attributes))
    }
    return result
  }
}
