import FacetDiagnostics
import FacetFiles
import FacetRecipe

private enum ModelKey: String, CaseIterable {
  case version, cpu, level, unit, source, kernels
}

/// In the order of `KernelRate.terms`.
private enum RateKey: String, CaseIterable {
  case work, output, byte, weight, call
}

extension CostModel {
  /// The file format's version.
  package static let version = 2
  static let maximumBytes = 1 << 20

  package static func load(_ path: String) throws(FacetError) -> CostModel { try parse(readFile(path, limit: maximumBytes), file: path) }

  /// Reads a file of rates, as strictly as a recipe.
  package static func parse(_ text: [UInt8], file: String) throws(FacetError) -> CostModel {
    var reader = RecipeReader(file: file, text: text, schema: "docs/boards.md", onlyCode: RunErrorCode.costs)
    do {
      let root = try JSONParser.parse(text)
      if let model = CostModel(root, &reader), reader.diagnostics.isEmpty { return model }
    } catch {
      reader.report(.syntax, at: error.offset, nil, "This is not JSON: \(error.message).", again)
    }
    throw FacetError(reader.diagnostics)
  }

  private init?(_ root: JSONNode, _ reader: inout RecipeReader) {
    let path = RecipePath()
    guard let fields = reader.fields(root, path, ModelKey.self) else { return nil }
    for key in ModelKey.allCases where fields[key] == nil {
      reader.report(.missingKey, at: root.offset, path.key(key.rawValue), "The key is missing.", again)
    }
    guard reader.diagnostics.isEmpty else { return nil }
    if let version = reader.integer(fields[.version], path.key("version"), in: 1...Int(Int32.max)), version != Self.version {
      reader.report(
        .version, at: root.offset, path.key("version"), "Version \(version) of rates is not known.",
        "This program reads version \(Self.version). " + again)
    }
    let unit = reader.string(fields[.unit], path.key("unit")) ?? ""
    if Unit(rawValue: unit) == nil {
      reader.report(.value, at: root.offset, path.key("unit"), "The unit is ns or instructions, not \(quoted(unit)).", again)
    }
    self.init(
      level: KernelLevelName(
        cpu: reader.string(fields[.cpu], path.key("cpu")) ?? "", level: reader.string(fields[.level], path.key("level")) ?? ""),
      unit: Unit(rawValue: unit) ?? .nanoseconds, source: reader.string(fields[.source], path.key("source")) ?? "", rates: [:])
    // A level that is not known is refused where the target is.
    let known = level.kernels
    for member in fields[.kernels].flatMap({ reader.members($0, path.key("kernels")) }) ?? [] {
      let own = path.key("kernels").key(quoted(member.key))
      guard let fields = reader.fields(member.node, own, RateKey.self) else { continue }
      let rate = KernelRate(terms: RateKey.allCases.map { reader.number(fields[$0], own.key($0.rawValue), in: 0...1e15) ?? 0 })
      if known?.contains(member.key) == false {
        reader.report(
          .value, at: member.keyOffset, own, "No engine for \(level.cpu) runs such a kernel at the level \(level.level).",
          "'facet targets --kernels \(level.cpu)' lists them. " + again)
      } else if rate.terms.allSatisfy({ $0 == 0 }) {
        reader.report(.value, at: member.keyOffset, own, "All of its rate is 0, and no kernel takes no time.", again)
      }
      rates[member.key] = rate
    }
    if let node = fields[.kernels], rates.isEmpty, reader.diagnostics.isEmpty {
      reader.report(.value, at: node.offset, path.key("kernels"), "It has the rate of no kernel.", again)
    }
  }

  /// The file's text: JSON, a line for each kernel in the order of their names.
  package var text: String {
    func number(_ value: Double) -> String {
      // Six digits: more than a measurement has.
      guard value > 0 else { return "0" }
      var scale = 1.0
      while value * scale < 100_000, scale < 1e15 { scale *= 10 }
      return "\((value * scale).rounded() / scale)"
    }
    let kernels = rates.sorted { $0.key < $1.key }.map { name, rate in
      let terms = zip(RateKey.allCases, rate.terms).filter { $0.1 > 0 }
      return "    \(jsonString(name)): { \(terms.map { "\"\($0.rawValue)\": \(number($1))" }.joined(separator: ", ")) }"
    }
    return """
      {
        "version": \(Self.version),
        "cpu": \(jsonString(level.cpu)),
        "level": \(jsonString(level.level)),
        "unit": "\(unit.rawValue)",
        "source": \(jsonString(source)),
        "kernels": {
      \(kernels.joined(separator: ",\n"))
        }
      }

      """
  }
}

private let again = "Fit the rates again: facet targets --fit COSTS --write-rates FILE."
