import FacetFiles
import FacetRuntime

/// The command's options about the model: written into the bundle, so that it can be verified as it was meant.
extension ModelOptions {
  /// As JSON values, with the files of the recipe's constants. Of a file the name and the hash.
  func provenance(_ recipe: Recipe?) -> [String: Any] {
    var fields: [String: Any] = [:]
    if let outputs { fields["outputs"] = outputs }
    if !shapes.isEmpty { fields["shapes"] = shapes }
    func file(_ path: String) -> [String: Any] {
      ["file": path.split(separator: "/").last.map(String.init) ?? path, "sha256": Provenance.fileHash(path)]
    }
    var values: [String: [String: Any]] = [:]
    for (name, constant) in recipe?.constants ?? [:] {
      if case .file(let path) = constant { values[name] = file(recipe?.resolve(path) ?? path) }
    }
    for (name, constant) in constants {
      switch constant {
      case .numbers(let shape, let elements): values[name] = ["shape": shape, "numbers": elements.map(Double.init)]
      case .file(let path): values[name] = file(path)
      }
    }
    if !values.isEmpty { fields["constants"] = values }
    return fields
  }

  /// What a bundle's provenance says; files are not there any more.
  init(provenance node: JSONNode) {
    self.init()
    func members(_ node: JSONNode?) -> [JSONMember] {
      guard case .object(let members)? = node?.value else { return [] }
      return members
    }
    func elements(_ node: JSONNode?) -> [JSONNode]? {
      guard case .array(let elements)? = node?.value else { return nil }
      return elements
    }
    func numbers(_ node: JSONNode?) -> [Double]? {
      guard let elements = elements(node) else { return nil }
      let numbers = elements.compactMap { if case .number(let number) = $0.value { number } else { nil } }
      return numbers.count == elements.count ? numbers : nil
    }
    func sizes(_ node: JSONNode?) -> [Int]? {
      guard let numbers = numbers(node) else { return nil }
      let sizes = numbers.compactMap { Int(exactly: $0) }
      return sizes.count == numbers.count ? sizes : nil
    }
    func field(_ name: String, of node: JSONNode) -> JSONNode? { members(node).first { $0.key == name }?.node }
    if let names = elements(field("outputs", of: node)) {
      outputs = names.compactMap { if case .string(let name) = $0.value { name } else { nil } }
    }
    for member in members(field("shapes", of: node)) { shapes[member.key] = sizes(member.node) }
    for member in members(field("constants", of: node)) {
      guard let shape = sizes(field("shape", of: member.node)), let values = numbers(field("numbers", of: member.node)),
        shape.allSatisfy({ $0 > 0 && $0 <= values.count }), shape.count <= 8, shape.isEmpty || values.count <= 1 << 24
      else { continue }
      var count = 1
      for size in shape { count = count.multipliedReportingOverflow(by: size).partialValue }
      if count == values.count { constants[member.key] = .numbers(shape: shape, values.map { Float($0) }) }
    }
  }

  /// These options, and where they say nothing, what a bundle was compiled with.
  package func completed(by other: ModelOptions) -> ModelOptions {
    ModelOptions(
      outputs: outputs ?? other.outputs, shapes: other.shapes.merging(shapes) { $1 },
      constants: other.constants.merging(constants) { $1 })
  }
}

extension Bundle {
  /// The options about the model that the bundle was compiled with.
  package var embeddedOptions: ModelOptions {
    guard let root = try? JSONParser.parse(Array(provenance.utf8)), case .object(let members) = root.value,
      let node = members.first(where: { $0.key == "options" })?.node
    else { return ModelOptions() }
    return ModelOptions(provenance: node)
  }
}
