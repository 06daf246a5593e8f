import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetRecipe
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

  /// One for each attribute that was saved, in the bundle's order.
  package let sources: [Source]
  /// Arrays that no attribute names, by file.
  package let unused: [String: [String]]
  /// Attributes without an array.
  package let absent: [String]
  /// Of each attribute, all samples; nil where they were not saved.
  private let values: [[Float]?]
  /// Of each attribute, in one sample.
  private let counts: [Int]

  /// Of some attributes there may be none, unless an array that no attribute names looks like a mistyped one.
  ///
  /// Finds each attribute's array by the attribute's name, or by that of its graph output in the recipe; characters that a file name
  /// does not take may be `_`, as 'facet run --output' writes them.
  ///
  /// - Parameter samples: of the data.
  /// - Throws: the errors of the files, and `verify.saved.` and `missing`, `duplicate`, `samples`, `shape` or `too-large`, all at once.
  package init(_ paths: [String], bundle: Bundle, recipes: [Recipe], samples: Int) throws(FacetError) {
    var problems: [Diagnostic] = []
    var files: [NamedArrays] = []
    for path in paths {
      do { files.append(try NamedArrays.open(path)) } catch { problems += error.diagnostics }
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    var sources: [Source] = []
    var values: [[Float]?] = []
    var missing: [(attribute: String, names: [String])] = []
    var left = Self.maximumBytes
    for attribute in bundle.attributeDescriptions {
      let output = recipes.lazy.flatMap(\.attributes).first { $0.name == attribute.name }?.output
      do {
        let names = [attribute.name] + (output.map { [$0] } ?? [])
        guard let (file, name) = try Self.find(names, files) else {
          missing.append((attribute.name, names))
          values.append(nil)
          continue
        }
        let header = try file.header(name)
        let part = Self.part(header, attribute, recipes, samples)
        if part == nil { try Self.check(header, attribute, samples, file: file.path, array: name) }
        let (bytes, overflow) = header.elementCount.multipliedReportingOverflow(by: 4)
        guard !overflow, bytes <= left else {
          throw Self.problem(
            VerifyErrorCode.savedTooLarge, file.path, name, "the scores have more than \(Self.maximumBytes) bytes",
            "Verify on fewer samples.")
        }
        left -= bytes
        let elements = try file.array(name, limit: 2 * Self.maximumBytes).elements.floats
        values.append(part.map { $0.taken(from: elements) } ?? elements)
        sources.append(Source(attribute: attribute.name, file: file.path, array: name))
      } catch let error as FacetError {
        problems += error.diagnostics
      } catch let error as FacetError {
        problems += error.diagnostics
      } catch {
        problems.append(Diagnostic(code: VerifyErrorCode.sample, file: paths.first ?? "", message: "\(error)", remedy: ""))
      }
    }
    let taken = Set(sources.map(\.array))
    let others = files.flatMap(\.names).filter { !taken.contains($0) }
    let hasNone = sources.isEmpty && problems.isEmpty
    for (attribute, names) in missing {
      let guess = names.map { didYouMean($0, among: others) }.first { !$0.isEmpty }
      guard guess != nil || hasNone else { continue }
      problems.append(Self.missing(attribute, names, guess: guess, files))
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    absent = missing.map(\.attribute)
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
    values[attribute]?.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[sample * count..<(sample + 1) * count])) }
  }

  private static func find(_ names: [String], _ files: [NamedArrays]) throws(FacetError) -> (file: NamedArrays, name: String)? {
    for name in names + names.map({ String(ResultFiles.fileName($0).dropLast(4)) }) {
      let found = files.filter { $0.names.contains(name) }
      guard let file = found.first else { continue }
      guard found.count == 1 else {
        throw problem(
          VerifyErrorCode.savedDuplicate, file.path, name, "it is in '\(found[1].path)' too", "Give --against one file that has it.")
      }
      return (file, name)
    }
    return nil
  }

  private static func missing(_ attribute: String, _ names: [String], guess: String?, _ files: [NamedArrays]) -> Diagnostic {
    let called = names.count == 2 && names[0] != names[1] ? "'\(names[0])' or '\(names[1])'" : "'\(names[0])'"
    return Diagnostic(
      code: VerifyErrorCode.savedMissing, file: files.first?.path ?? "", place: "attribute '\(attribute)'",
      message: "there is no array \(called)",
      remedy: (guess.map { "\($0) " } ?? "")
        + "The arrays are \(listed(files.flatMap(\.names))); save one for each attribute, under its name.")
  }

  /// Scores that lie side by side in each sample of an array.
  private struct Part {
    var samples: Int
    var perSample: Int
    var scores: Range<Int>

    func taken(from elements: [Float]) -> [Float] {
      (0..<samples).flatMap { elements[$0 * perSample + scores.lowerBound..<$0 * perSample + scores.upperBound] }
    }
  }

  /// Where an attribute is a part of an output that was saved whole; nil where the array is its own.
  private static func part(_ header: NPYHeader, _ attribute: AttributeDescription, _ recipes: [Recipe], _ samples: Int) -> Part? {
    guard let channels = recipes.lazy.flatMap(\.attributes).first(where: { $0.name == attribute.name })?.channels,
      header.shape.count >= 2, header.shape[0] == samples, samples > 0, header.shape[1] >= channels.count,
      channels.first <= header.shape[1] - channels.count
    else { return nil }
    let perSample = header.elementCount / samples
    let inner = perSample / header.shape[1]
    guard inner > 0, attribute.scores == channels.count * inner, perSample > attribute.scores else { return nil }
    return Part(samples: samples, perSample: perSample, scores: channels.first * inner..<(channels.first + channels.count) * inner)
  }

  /// Axes of one element do not matter: scores may come as [N, 5] or [N, 5, 1, 1]. The order of the others does.
  private static func check(
    _ header: NPYHeader, _ attribute: AttributeDescription, _ samples: Int, file: String, array: String
  ) throws(FacetError) {
    let rows = header.shape.first ?? 0
    guard !header.shape.isEmpty, rows == samples else {
      throw problem(
        VerifyErrorCode.savedSamples, file, array,
        "its shape \(header.shape) holds \(rows) \(rows == 1 ? "sample" : "samples"), the data \(samples)",
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
  ) -> FacetError {
    FacetError(Diagnostic(code: code, file: file, place: "array '\(array)'", message: message, remedy: remedy))
  }
}
