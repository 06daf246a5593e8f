import FacetFiles
import FacetImport
import FacetRuntime

/// The model that an attribute's branch was taken from, as a bundle's provenance states it.
package struct ReplacedBranch: Equatable, Sendable {
  /// Its file, without folder.
  package var name: String
  /// SHA-256 of the file, in hexadecimal.
  package var sha256: String
  /// The last recipe that was given for this branch; nil where the bundle's holds.
  package var recipe: Recipe?

  /// The hash of a file as it stands there; empty where it cannot be read.
  package static func hash(ofFile path: String) -> String { Provenance.fileHash(path) }
}

extension Bundle {
  /// For each attribute whose branch was replaced, the model that the last one came from.
  package var replacedBranches: [String: ReplacedBranch] {
    func field(_ name: String, of node: JSONNode?) -> JSONNode? {
      guard case .object(let members)? = node?.value else { return nil }
      return members.first { $0.key == name }?.node
    }
    func text(_ node: JSONNode?) -> String? { if case .string(let text)? = node?.value { text } else { nil } }
    guard case .array(let entries)? = field("replaced", of: try? JSONParser.parse(Array(provenance.utf8)))?.value else { return [:] }
    var result: [String: ReplacedBranch] = [:]
    for entry in entries {
      let model = field("model", of: entry)
      guard let branch = text(field("branch", of: entry)), let name = text(field("name", of: model)),
        let hash = text(field("sha256", of: model))
      else { continue }
      let recipe = text(field("text", of: field("recipe", of: entry)))
        .flatMap(self.recipe)
      result[branch] = ReplacedBranch(name: name, sha256: hash, recipe: recipe ?? result[branch]?.recipe)
    }
    return result
  }
}
