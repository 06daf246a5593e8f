import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetRecipe

enum TargetKey: String, CaseIterable {
  case name, description, aliases, triple, clangTarget, cpu, isa, cores, l1, l2, l3, ram, bandwidth, int8Rate, float32Rate, storedUnsigned,
    swiftFlags,
    cFlags
}

extension Target {
  /// Reads the JSON of one board; every key is required. It is read as strictly as a recipe.
  static func parse(_ text: [UInt8], file: String) throws(FacetError) -> Target {
    var reader = RecipeReader(file: file, text: text)
    let path = RecipePath()
    do {
      let root = try JSONParser.parse(text)
      if let fields = reader.fields(root, path, TargetKey.self) {
        for key in TargetKey.allCases where fields[key] == nil {
          reader.report(
            .missingKey, at: root.offset, path.key(key.rawValue), "The key is missing.",
            "Every key of a target is required.")
        }
        if reader.diagnostics.isEmpty, let target = Target(fields, &reader) { return target }
      }
    } catch {
      reader.report(.syntax, at: error.offset, nil, "This is not JSON: \(error.message).", "Correct it there.")
    }
    throw FacetError(reader.diagnostics)
  }

  private init?(_ fields: [TargetKey: JSONNode], _ reader: inout RecipeReader) {
    func path(_ key: TargetKey) -> RecipePath { RecipePath().key(key.rawValue) }
    func string(_ key: TargetKey) -> String { reader.string(fields[key], path(key)) ?? "" }
    func strings(_ key: TargetKey) -> [String] {
      reader.strings(fields[key], path(key), atMost: 128, unique: false) ?? []
    }
    func bytes(_ key: TargetKey) -> Int { reader.integer(fields[key], path(key), in: 0...1 << 50) ?? 0 }
    name = string(.name)
    description = string(.description)
    aliases = strings(.aliases)
    triple = string(.triple)
    clangTarget = string(.clangTarget)
    cpu = string(.cpu)
    isa = strings(.isa)
    cores = reader.integer(fields[.cores], path(.cores), in: 1...1024) ?? 1
    l1 = bytes(.l1)
    l2 = bytes(.l2)
    l3 = bytes(.l3)
    ram = bytes(.ram)
    bandwidth = bytes(.bandwidth)
    int8Rate = reader.integer(fields[.int8Rate], path(.int8Rate), in: 1...1 << 50) ?? 1
    float32Rate = reader.integer(fields[.float32Rate], path(.float32Rate), in: 1...1 << 50) ?? 1
    storedUnsigned = reader.bool(fields[.storedUnsigned], path(.storedUnsigned)) ?? false
    swiftFlags = strings(.swiftFlags)
    cFlags = strings(.cFlags)
    guard reader.diagnostics.isEmpty else { return nil }
  }
}
