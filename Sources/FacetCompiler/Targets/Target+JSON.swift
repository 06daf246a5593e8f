import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetRecipe

enum TargetKey: String, CaseIterable {
  case name, description, aliases, like, triple, clangTarget, clusters, l3, ram, bandwidth, int8Rate, float32Rate, storedUnsigned,
    swiftFlags,
    cFlags

  /// What a board has of the kind that it is like, unless it says otherwise.
  var isOfKind: Bool {
    switch self {
    case .triple, .clangTarget, .int8Rate, .float32Rate, .storedUnsigned, .swiftFlags, .cFlags: true
    case .name, .description, .aliases, .like, .clusters, .l3, .ram, .bandwidth: false
    }
  }
}

private enum ClusterKey: String, CaseIterable {
  case cpu, cores, megahertz, level, instructionsPerCycle, l1, l2
}

extension Target {
  /// Reads the JSON of one kind or board; every key is required, but `like` and what a board has of its kind. It is read as strictly as a recipe.
  ///
  /// - Parameter known: the kinds that it may be like.
  static func parse(_ text: [UInt8], file: String, known: [Target] = []) throws(FacetError) -> Target {
    var reader = RecipeReader(file: file, text: text)
    let path = RecipePath()
    do {
      let root = try JSONParser.parse(text)
      if let fields = reader.fields(root, path, TargetKey.self) {
        let kind = fields[.like].flatMap { reader.string($0, path.key("like")) }
        let base = known.first { $0.name == kind }
        if let kind, base == nil {
          reader.report(
            .value, at: root.offset, path.key("like"), "There is no kind \(quoted(kind)).",
            "Name one of \(known.map(\.name).joined(separator: ", ")).")
        }
        for key in TargetKey.allCases where fields[key] == nil && key != .like && (base == nil || !key.isOfKind) {
          reader.report(
            .missingKey, at: root.offset, path.key(key.rawValue), "The key is missing.",
            "Every key of a target is required.")
        }
        if reader.diagnostics.isEmpty, let target = Target(fields, base, &reader) { return target }
      }
    } catch {
      reader.report(.syntax, at: error.offset, nil, "This is not JSON: \(error.message).", "Correct it there.")
    }
    throw FacetError(reader.diagnostics)
  }

  private init?(_ fields: [TargetKey: JSONNode], _ base: Target?, _ reader: inout RecipeReader) {
    func path(_ key: TargetKey) -> RecipePath { RecipePath().key(key.rawValue) }
    func string(_ key: TargetKey, _ kind: String? = nil) -> String {
      fields[key] == nil ? kind ?? "" : reader.string(fields[key], path(key)) ?? ""
    }
    func strings(_ key: TargetKey, _ kind: [String]? = nil) -> [String] {
      fields[key] == nil ? kind ?? [] : reader.strings(fields[key], path(key), atMost: 128, unique: false) ?? []
    }
    func bytes(_ key: TargetKey) -> Int { reader.integer(fields[key], path(key), in: 0...1 << 50) ?? 0 }
    func rate(_ key: TargetKey, _ kind: Int?) -> Int {
      fields[key] == nil ? kind ?? 1 : reader.integer(fields[key], path(key), in: 1...1 << 50) ?? 1
    }
    name = string(.name)
    description = string(.description)
    aliases = strings(.aliases)
    like = string(.like)
    triple = string(.triple, base?.triple)
    clangTarget = string(.clangTarget, base?.clangTarget)
    isa = Self.levels(of: clangTarget)
    clusters = []
    l3 = bytes(.l3)
    ram = bytes(.ram)
    bandwidth = bytes(.bandwidth)
    int8Rate = rate(.int8Rate, base?.int8Rate)
    float32Rate = rate(.float32Rate, base?.float32Rate)
    storedUnsigned =
      fields[.storedUnsigned] == nil ? base?.storedUnsigned ?? false : reader.bool(fields[.storedUnsigned], path(.storedUnsigned)) ?? false
    swiftFlags = strings(.swiftFlags, base?.swiftFlags)
    cFlags = strings(.cFlags, base?.cFlags)
    if let node = fields[.clusters] {
      guard case .array(let elements) = node.value, !elements.isEmpty else {
        reader.wrongType(node, path(.clusters), expected: "an array of at least one")
        return nil
      }
      clusters = elements.enumerated().compactMap { Cluster($1, path(.clusters).index($0), &reader) }
    }
    guard reader.diagnostics.isEmpty else { return nil }
  }
}

extension Target.Cluster {
  fileprivate init?(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    guard let fields = reader.fields(node, path, ClusterKey.self) else { return nil }
    for key in ClusterKey.allCases where fields[key] == nil {
      reader.report(.missingKey, at: node.offset, path.key(key.rawValue), "The key is missing.", "Every key of a cluster is required.")
    }
    func integer(_ key: ClusterKey, _ range: ClosedRange<Int>) -> Int {
      reader.integer(fields[key], path.key(key.rawValue), in: range) ?? 1
    }
    cpu = reader.string(fields[.cpu], path.key("cpu")) ?? ""
    cores = integer(.cores, 1...1024)
    megahertz = integer(.megahertz, 1...100_000)
    level = reader.string(fields[.level], path.key("level")) ?? ""
    instructionsPerCycle = reader.number(fields[.instructionsPerCycle], path.key("instructionsPerCycle"), in: 0.01...16) ?? 1
    l1 = integer(.l1, 0...1 << 40)
    l2 = integer(.l2, 0...1 << 40)
    guard reader.diagnostics.isEmpty else { return nil }
  }
}
