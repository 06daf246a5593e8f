import ArgumentParser
import FacetCompiler
import FacetRecipe

/// What commands that read a model can say about it beyond its file.
struct ModelFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep these values, separated by commas, as the outputs: declared outputs or any inner value ('inspect --layers' lists them). What only "
        + "others need is not read.",
      valueName: "a,b"))
  var outputs: String?
  @Option(
    help: ArgumentHelp(
      "The size of an input, where the model leaves it open or another is wanted. Repeatable.", valueName: "name=1x3x320x320"))
  var shape: [String] = []
  @Option(
    help: ArgumentHelp(
      "The numbers of an input that never changes: a .npy file, or numbers such as 0.5 or 0.4,0.6. Repeatable.",
      valueName: "name=file.npy"))
  var constant: [String] = []

  func validate() throws { _ = try options }

  var options: ModelOptions {
    get throws {
      var options = ModelOptions()
      if let outputs {
        let names = outputs.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !names.contains("") else { throw ValidationError("--outputs takes names separated by commas, such as a,b.") }
        options.outputs = names
      }
      for text in shape {
        let (name, value) = try Self.pair(text, "--shape", "name=1x3x320x320")
        let sizes = value.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard (1...8).contains(sizes.count), sizes.allSatisfy({ (1...1 << 24).contains($0) }) else {
          throw ValidationError(
            "--shape takes sizes from 1 to \(1 << 24) with x between them, such as \(name)=1x3x320x320, not '\(value)'.")
        }
        try Self.set(&options.shapes, name, sizes, "--shape")
      }
      for text in constant {
        let (name, value) = try Self.pair(text, "--constant", "name=file.npy")
        try Self.set(&options.constants, name, Self.constant(value), "--constant")
      }
      return options
    }
  }

  /// The first `=` parts the name from its value: a path may hold one.
  private static func pair(_ text: String, _ option: String, _ example: String) throws -> (name: String, value: String) {
    guard let mark = text.firstIndex(of: "="), mark != text.startIndex, text.index(after: mark) != text.endIndex else {
      throw ValidationError("\(option) takes \(example), not '\(text)'.")
    }
    return (String(text[..<mark]), String(text[text.index(after: mark)...]))
  }

  private static func set<Value>(_ values: inout [String: Value], _ name: String, _ value: Value, _ option: String) throws {
    guard values.updateValue(value, forKey: name) == nil else {
      throw ValidationError("\(option) is given twice for '\(name)'.")
    }
  }

  private static func constant(_ text: String) -> ModelConstant {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
    let known = numbers.compactMap(\.self).filter(\.isFinite)
    guard known.count == numbers.count else { return .file(text) }
    return .numbers(shape: known.count == 1 ? [] : [known.count], known)
  }
}
