/// What names and references to attributes mean inside of a function's body or a subgraph, whose values get names of the whole file.
final class ONNXNameScope {
  /// File-wide names by local ones.
  private var names: [String: String]
  /// Values of the function's attributes; nil in a subgraph, which has those of where it stands.
  private let attributes: [String: ONNXAttribute]?
  /// What the function itself gives for attributes that a call leaves out.
  private let defaults: [String: ONNXAttribute]
  private let outer: ONNXNameScope?
  /// Stands before all names that are made here.
  let prefix: String
  let opset: Int
  private let taken: ONNXTakenNames

  /// The scope of a function's body, which sees nothing of the outside.
  init(
    function prefix: String, names: [String: String], attributes: [String: ONNXAttribute], defaults: [String: ONNXAttribute], opset: Int,
    taken: ONNXTakenNames
  ) {
    (self.prefix, self.names, self.attributes, self.defaults) = (prefix, names, attributes, defaults)
    (self.opset, self.taken, outer) = (opset, taken, nil)
  }

  /// The scope of a subgraph, which sees the names around it.
  ///
  /// - Parameters:
  ///   - results: file-wide names that are given to values of the subgraph.
  ///   - own: all values that the subgraph itself makes.
  init(
    subgraph prefix: String, results: [String: String], own: [String], in outer: ONNXNameScope?, opset: Int, taken: ONNXTakenNames
  ) {
    (self.prefix, names, attributes, defaults, self.opset, self.taken, self.outer) = (prefix, results, nil, [:], opset, taken, outer)
    for name in own where names[name] == nil && !name.isEmpty { names[name] = taken.unique("\(prefix)/\(name)") }
  }

  private var isClosed: Bool { attributes != nil }

  func global(_ name: String) -> String {
    if name.isEmpty { return name }
    if let known = names[name] { return known }
    guard isClosed else { return outer?.global(name) ?? name }
    let made = taken.unique("\(prefix)/\(name)")
    names[name] = made
    return made
  }

  func attribute(_ name: String) -> ONNXAttribute? { isClosed ? attributes?[name] ?? defaults[name] : outer?.attribute(name) }
}

/// The names of values that are taken in a file.
final class ONNXTakenNames {
  private var names: Set<String>

  init(_ names: Set<String>) { self.names = names }

  /// The name, or where it is taken another like it.
  func unique(_ name: String) -> String {
    var result = name
    while !names.insert(result).inserted { result += "_\(names.count)" }
    return result
  }
}
