import FacetCompiler
import FacetData
import FacetRuntime

/// Scores that another framework gave for the same data, out of files: one array for each attribute, its first axis counting samples
/// in the order of the data.
package struct SavedOutputs: Sendable {
  /// Where an attribute's scores come from.
  package struct Source: Encodable, Sendable, Equatable {
    package var attribute: String
    package var file: String
    package var array: String
  }

  /// Most bytes of scores that are held, as float32.
  static let maximumBytes = 2 << 30

  /// One for each attribute of the bundle, in its order.
  package let sources: [Source]
  /// Arrays that no attribute names, by file.
  package let unused: [String: [String]]
  /// Of each attribute, all samples.
  private let values: [[Float]]
  /// Of each attribute, in one sample.
  private let counts: [Int]

  /// Finds each attribute's array by the attribute's name, or by that of its graph output in the recipe; characters that a file name
  /// does not take may be `_`, as 'facet run --output' writes them.
  ///
  /// - Parameter samples: of the data.
  /// - Throws: the errors of the files, and `verify.saved.` and `missing`, `duplicate`, `samples`, `shape` or `too-large`, all at once.
  package init(_ paths: [String], bundle: Bundle, recipes: [Recipe], samples: Int) throws(CompileFailure) {
    var problems: [Diagnostic] = []
    var files: [NamedArrays] = []
    for path in paths {
      do { files.append(try NamedArrays.open(path)) } catch { problems.append(Diagnostic(error)) }
    }
    guard problems.isEmpty else { throw CompileFailure(problems) }
    var sources: [Source] = []
    var values: [[Float]] = []
    var left = Self.maximumBytes
    for attribute in bundle.attributeDescriptions {
      let output = recipes.lazy.flatMap(\.attributes).first { $0.name == attribute.name }?.output
      do {
        let (file, name) = try Self.find(attribute.name, output: output, files)
        let header = try file.header(name)
        try Self.check(header, attribute, samples, file: file.path, array: name)
        let (bytes, overflow) = header.elementCount.multipliedReportingOverflow(by: 4)
        guard !overflow, bytes <= left else {
          throw Self.problem(
            VerifyErrorCode.savedTooLarge, file.path, name, "the scores have more than \(Self.maximumBytes) bytes",
            "Verify on fewer samples.")
        }
        left -= bytes
        values.append(try file.array(name, limit: 2 * Self.maximumBytes).elements.floats)
        sources.append(Source(attribute: attribute.name, file: file.path, array: name))
      } catch let error as CompileFailure {
        problems += error.diagnostics
      } catch let error as DataError {
        problems.append(Diagnostic(error))
      } catch {
        problems.append(Diagnostic(code: VerifyErrorCode.sample, file: paths.first ?? "", message: "\(error)", remedy: ""))
      }
    }
    guard problems.isEmpty else { throw CompileFailure(problems) }
    var unused: [String: [String]] = [:]
    for file in files {
      let used = Set(sources.filter { $0.file == file.path }.map(\.array))
      let rest = file.names.filter { !used.contains($0) }
      if !rest.isEmpty { unused[file.path] = rest }
    }
    self.sources = sources
    self.unused = unused
    self.values = values
    counts = bundle.attributeDescriptions.map(\.scores)
  }

  /// Calls `body` with the scores of an attribute, by its number in the bundle, of one sample.
  func withScores(_ attribute: Int, sample: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    let count = counts[attribute]
    values[attribute].withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[sample * count..<(sample + 1) * count])) }
  }

  private static func find(
    _ attribute: String, output: String?, _ files: [NamedArrays]
  ) throws(CompileFailure) -> (file: NamedArrays, name: String) {
    let names = [attribute] + (output.map { [$0] } ?? [])
    for name in names + names.map({ String(ResultFiles.fileName($0).dropLast(4)) }) {
      let found = files.filter { $0.names.contains(name) }
      guard let file = found.first else { continue }
      guard found.count == 1 else {
        throw problem(
          VerifyErrorCode.savedDuplicate, file.path, name, "it is in '\(found[1].path)' too", "Give --against one file that has it.")
      }
      return (file, name)
    }
    let known = files.flatMap(\.names)
    let called = names.count == 2 && names[0] != names[1] ? "'\(names[0])' or '\(names[1])'" : "'\(names[0])'"
    let guess = names.map { didYouMean($0, among: known) }.first { !$0.isEmpty }
    throw CompileFailure(
      Diagnostic(
        code: VerifyErrorCode.savedMissing, file: files.first?.path ?? "", place: "attribute '\(attribute)'",
        message: "there is no array \(called)",
        remedy: (guess.map { "\($0) " } ?? "")
          + "The arrays are \(listed(known)); save one for each attribute, under its name."))
  }

  /// Axes of one element do not matter: scores may come as [N, 5] or [N, 5, 1, 1]. The order of the others does.
  private static func check(
    _ header: NPYHeader, _ attribute: AttributeDescription, _ samples: Int, file: String, array: String
  ) throws(CompileFailure) {
    let rows = header.shape.first ?? 0
    guard !header.shape.isEmpty, rows == samples else {
      throw problem(
        VerifyErrorCode.savedSamples, file, array, "its shape \(header.shape) holds \(rows) samples, the data \(samples)",
        "Save the outputs of the same data, samples along the first axis; a folder's images count in the order of their names, or of "
          + "labels.csv.")
    }
    let shape = Array(header.shape.dropFirst())
    let wanted = attribute.shape.first == 1 ? Array(attribute.shape.dropFirst()) : attribute.shape
    guard shape.filter({ $0 != 1 }) == wanted.filter({ $0 != 1 }), header.elementCount == samples * attribute.scores else {
      throw problem(
        VerifyErrorCode.savedShape, file, array, "a sample has the shape \(shape), but attribute '\(attribute.name)' gives \(wanted)",
        "Save this output as the model gives it, before softmax or argmax that the model does not have.")
    }
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
  }

  private static func problem(
    _ code: VerifyErrorCode, _ file: String, _ array: String, _ message: String, _ remedy: String
  ) -> CompileFailure {
    CompileFailure(Diagnostic(code: code, file: file, place: "array '\(array)'", message: message, remedy: remedy))
  }
}
