import FacetDiagnostics
import FacetFiles

extension Recipe {
  /// Reads the recipe files of a request.
  public static func load(_ paths: [String]) throws(FacetError) -> [Recipe] {
    var recipes: [Recipe] = []
    for path in paths { recipes.append(try load(path, isPart: paths.count > 1)) }
    return recipes
  }

  /// Reads a recipe file.
  ///
  /// - Parameter isPart: whether it is one of several that are united; then gates may read attributes of the others.
  public static func load(_ path: String, isPart: Bool = false) throws(FacetError) -> Recipe {
    if let content = FileContent.of(path), let message = content.message(wanted: .recipe) {
      throw FacetError(
        Diagnostic(code: RecipeErrorCode.syntax, file: path, message: message, remedy: content.remedy(wanted: .recipe)))
    }
    let text: [UInt8]
    text = try readFile(path, limit: maximumBytes)
    return try parse(text, file: path, isPart: isPart)
  }

  /// - Parameters:
  ///   - file: the name in messages, and where relative paths start from.
  ///   - isPart: as in `load`.
  ///   - isUnited: whether the text is made of several recipes, so that its lines tell the user nothing.
  ///   - isCarried: whether it is a bundle's, which an earlier version may have written.
  public static func parse(
    _ text: [UInt8], file: String, isPart: Bool = false, isUnited: Bool = false, isCarried: Bool = false
  ) throws(FacetError) -> Recipe {
    var reader = RecipeReader(file: file, text: text, namesLines: !isUnited, isCarried: isCarried)
    guard text.count <= maximumBytes else {
      reader.report(
        .tooLarge, at: 0, nil, "A recipe has at most \(maximumBytes) bytes.",
        "Check that this is the recipe and not the model.")
      throw FacetError(reader.diagnostics)
    }
    let root: JSONNode
    do {
      root = try JSONParser.parse(text)
    } catch {
      reader.report(
        .syntax, at: error.offset, nil, "This is not JSON: \(error.message).",
        "Correct it there; the rest is not read yet.")
      throw FacetError(reader.diagnostics)
    }
    var recipe = Recipe(file: file)
    recipe.text = text
    recipe.read(root, isPart: isPart, &reader)
    guard reader.diagnostics.isEmpty else { throw FacetError(reader.diagnostics) }
    return recipe
  }

  private mutating func read(_ root: JSONNode, isPart: Bool, _ reader: inout RecipeReader) {
    let path = RecipePath()
    guard let fields = reader.fields(root, path, RecipeKey.self) else { return }
    _ = reader.string(fields[.schema], path.key("$schema"))
    if let node = fields[.version] {
      if let version = reader.integer(node, path.key("version"), in: 1...Int(Int32.max)), version != Self.version {
        reader.report(
          .version, at: node.offset, path.key("version"), "Version \(version) of recipes is not known.",
          "This program reads version \(Self.version); a newer one may read this file.")
      }
    } else {
      reader.report(
        .missingKey, at: root.offset, path.key("version"), "The version is missing.",
        "Add \"version\": \(Self.version).")
    }
    model = reader.string(fields[.model], path.key("model"))
    if let node = fields[.input] { input = Input(node, path.key("input"), &reader) }
    if let node = fields[.shapes] { shapes = Self.shapes(node, path.key("shapes"), &reader) }
    if let node = fields[.constants] { constants = Self.constants(node, path.key("constants"), &reader) }
    if let node = fields[.precision] { precisions = Self.precisions(node, path.key("precision"), &reader) }
    if let node = fields[.attributes] {
      var gates: [String: Int] = [:]
      attributes = Attribute.all(node, path.key("attributes"), gates: &gates, &reader)
      checkGates(gates, path.key("attributes"), isPart: isPart, &reader)
    }
    if let node = fields[.profiles] { profiles = Profile.all(node, path.key("profiles"), &reader) }
    subgroups = reader.strings(fields[.subgroups], path.key("subgroups"), atMost: 64) ?? []
    calibration = reader.string(fields[.calibration], path.key("calibration"))
  }
}

extension Recipe.Input {
  fileprivate init?(_ node: JSONNode, _ path: RecipePath, _ reader: inout RecipeReader) {
    guard let fields = reader.fields(node, path, RecipeInputKey.self) else { return nil }
    for key in [RecipeInputKey.width, .height] where fields[key] == nil {
      reader.report(
        .missingKey, at: node.offset, path.key(key.rawValue), "The \(key.rawValue) is missing.",
        "Add it, in pixels, as the model's input has it.")
    }
    let sides = 1...16384
    let width = reader.integer(fields[.width], path.key("width"), in: sides)
    let height = reader.integer(fields[.height], path.key("height"), in: sides)
    let color = reader.choice(fields[.color], path.key("color"), Recipe.Color.self) ?? .rgb
    name = reader.string(fields[.name], path.key("name"))
    layout = reader.choice(fields[.layout], path.key("layout"), Recipe.Layout.self)
    self.color = color
    resize = reader.choice(fields[.resize], path.key("resize"), Recipe.Resize.self) ?? .stretch
    if let fill = reader.integer(fields[.fill], path.key("fill"), in: 0...255) {
      self.fill = UInt8(truncatingIfNeeded: fill)
    }
    if let scale = reader.number(fields[.scale], path.key("scale")) {
      self.scale = scale
      if let node = fields[.scale], !Self.isDivisor(scale) {
        reader.report(
          .range, at: node.offset, path.key("scale"), "A scale of \(plain(scale)) makes every pixel the same.",
          "The usual scale is 1/255 = 0.00392156862745098.")
      }
    }
    mean =
      reader.channelNumbers(fields[.mean], path.key("mean"), count: color.channels)
      ?? Array(repeating: 0, count: color.channels)
    std =
      reader.channelNumbers(fields[.std], path.key("std"), count: color.channels)
      ?? Array(repeating: 1, count: color.channels)
    if let path = reader.string(fields[.meanImage], path.key("mean_image")) {
      meanImage = .file(Recipe(file: reader.file).resolve(path))
      if let node = fields[.mean] {
        reader.report(
          .meanImage, at: node.offset, RecipePath("input.mean"), "There is a \"mean_image\", too: both would be subtracted.",
          "Remove one of the two.")
      }
    }
    roi = reader.strings(fields[.roi], path.key("roi"), atMost: 4)
    if let node = fields[.roi], let roi, roi.count != 4 {
      reader.report(
        .count, at: node.offset, path.key("roi"), "\(plural(roi.count, "column")) for a region of interest.",
        "Name four columns of labels.csv: x, y, width and height.")
    }
    if case .array(let elements)? = fields[.std]?.value, elements.count == std.count {
      for (index, value) in std.enumerated() where value < 0 || !Self.isDivisor(value) {
        reader.report(
          .range, at: elements[index].offset, path.key("std").index(index),
          "A standard deviation of \(plain(value)) is not possible.", "It must be greater than 0.")
      }
    }
    guard let width, let height else { return nil }
    self.width = width
    self.height = height
  }

  /// Not zero in binary32.
  private static func isDivisor(_ value: Double) -> Bool { Float(value).isNormal }
}
