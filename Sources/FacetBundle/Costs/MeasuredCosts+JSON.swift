import FacetDiagnostics
import FacetFiles
import FacetRecipe

private enum CostsKey: String, CaseIterable {
  case version, programs, isa, threads, iterations, fragments, attributes, instructions
}

private enum InstructionKey: String, CaseIterable {
  case fragment, instruction, kernel, input, output, work, time
}

private enum CostKey: String, CaseIterable {
  case alone, marginal
}

private enum TimeKey: String, CaseIterable {
  case minimum = "minimum_ns"
  case median = "median_ns"
  case high = "p95_ns"
}

extension MeasuredCosts {
  package static func load(_ path: String) throws(FacetError) -> MeasuredCosts {
    let text: [UInt8]
    text = try readFile(path, limit: maximumBytes)
    return try parse(text, file: path)
  }

  /// Reads a file of costs, as strictly as a recipe.
  package static func parse(_ text: [UInt8], file: String) throws(FacetError) -> MeasuredCosts {
    var reader = RecipeReader(file: file, text: text, schema: "docs/evaluating.md", onlyCode: RunErrorCode.costs)
    do {
      let root = try JSONParser.parse(text)
      if let costs = MeasuredCosts(root, &reader), reader.diagnostics.isEmpty { return costs }
    } catch {
      reader.report(.syntax, at: error.offset, nil, "This is not JSON: \(error.message).", "Measure the costs again.")
    }
    throw FacetError(reader.diagnostics)
  }

  private init?(_ root: JSONNode, _ reader: inout RecipeReader) {
    let path = RecipePath()
    guard let fields = reader.fields(root, path, CostsKey.self) else { return nil }
    let version = fields[.version].flatMap { reader.integer($0, path.key("version"), in: 1...Int(Int32.max)) }
    for key in CostsKey.allCases where fields[key] == nil && (key != .instructions || version == Self.version) {
      reader.report(.missingKey, at: root.offset, path.key(key.rawValue), "The key is missing.", "Measure the costs again.")
    }
    guard reader.diagnostics.isEmpty else { return nil }
    if let version, !(Self.oldestVersion...Self.version).contains(version) {
      reader.report(
        .version, at: root.offset, path.key("version"), "Version \(version) of costs is not known.",
        "This program reads versions \(Self.oldestVersion) and \(Self.version); measure the costs again.")
    }
    self.init(
      programs: reader.string(fields[.programs], path.key("programs")) ?? "", isa: reader.string(fields[.isa], path.key("isa")) ?? "",
      threads: reader.integer(fields[.threads], path.key("threads"), in: 1...64) ?? 1,
      iterations: reader.integer(fields[.iterations], path.key("iterations"), in: 1...1_000_000) ?? 1, fragments: [], attributes: [])
    if let node = fields[.fragments] {
      if case .array(let elements) = node.value {
        for (index, element) in elements.prefix(1024).enumerated() {
          fragments += [Time(element, path.key("fragments").index(index), &reader)].compactMap(\.self)
        }
      } else {
        reader.wrongType(node, path.key("fragments"), expected: "an array")
      }
    }
    for member in fields[.attributes].flatMap({ reader.members($0, path.key("attributes")) }) ?? [] {
      let own = path.key("attributes").key(quoted(member.key))
      guard let fields = reader.fields(member.node, own, CostKey.self) else { continue }
      guard let alone = fields[.alone].flatMap({ Time($0, own.key("alone"), &reader) }),
        let marginal = fields[.marginal].flatMap({ Time($0, own.key("marginal"), &reader) })
      else {
        reader.report(.missingKey, at: member.keyOffset, own, "'alone' or 'marginal' is missing.", "Measure the costs again.")
        continue
      }
      attributes.append(Attribute(name: member.key, alone: alone, marginal: marginal))
    }
    guard let node = fields[.instructions] else { return }
    guard case .array(let elements) = node.value else {
      reader.wrongType(node, path.key("instructions"), expected: "an array")
      return nil
    }
    for (index, element) in elements.prefix(Self.maximumInstructions).enumerated() {
      instructions += [Instruction(element, path.key("instructions").index(index), &reader)].compactMap(\.self)
    }
  }

  private static let maximumInstructions = 1 << 16
}

extension MeasuredCosts.Instruction {
  fileprivate init?(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    guard let fields = reader.fields(node, path, InstructionKey.self) else { return nil }
    func number(_ key: InstructionKey) -> Int? { reader.integer(fields[key], path.key(key.rawValue), in: 0...1 << 53) }
    func shape(_ key: InstructionKey) -> [Int]? {
      guard let node = fields[key], case .array(let elements) = node.value, elements.count <= 3 else { return nil }
      let sizes = elements.compactMap { reader.integer($0, path.key(key.rawValue), in: 0...1 << 24) }
      return sizes.count == elements.count ? sizes : nil
    }
    guard let fragment = number(.fragment), let instruction = number(.instruction), let work = number(.work),
      let kernel = reader.string(fields[.kernel], path.key("kernel")), let input = shape(.input), let output = shape(.output),
      let time = fields[.time].flatMap({ MeasuredCosts.Time($0, path.key("time"), &reader) })
    else {
      reader.report(
        .missingKey, at: node.offset, path, "'fragment', 'instruction', 'kernel', 'input', 'output', 'work' or 'time' is missing or wrong.",
        "Measure the costs again.")
      return nil
    }
    self.init(
      use: KernelUse(
        fragment: fragment, instruction: instruction, kernel: kernel, shape: KernelShape(work: work, input: input, output: output)),
      time: time)
  }
}

extension MeasuredCosts.Time {
  fileprivate init?(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    guard let fields = reader.fields(node, path, TimeKey.self) else { return nil }
    // A day at most: a board that needs longer has stopped.
    func time(_ key: TimeKey) -> Int? { reader.integer(fields[key], path.key(key.rawValue), in: 0...86_400_000_000_000) }
    guard let minimum = time(.minimum), let median = time(.median), let high = time(.high) else {
      reader.report(.missingKey, at: node.offset, path, "'minimum_ns', 'median_ns' or 'p95_ns' is missing.", "Measure the costs again.")
      return nil
    }
    self.init(minimum: minimum, median: median, high: high)
  }
}
