import FacetCompiler
import FacetData
import Foundation

/// The scores of many samples as `.npy` files, one for each attribute: float32, first axis = samples, then the model's own
/// axes after its batch.
package struct ResultFiles {
  /// Most bytes of scores that are gathered.
  static let maximumBytes = 2 << 30

  private let folder: String
  private let names: [String]
  private let shapes: [[Int]]
  private var values: [[Float]]
  private var samples = 0

  /// - Throws: where two names become the same file, or the results would not fit in memory.
  package init(folder: String, for run: BundleRun) throws(CompileFailure) {
    self.folder = folder
    names = run.selected.map { Self.fileName($0.description.name) }
    shapes = run.selected.map { Array($0.description.shape.dropFirst()) }
    values = run.selected.map { _ in [] }
    var taken: [String: String] = [:]
    for (name, selected) in zip(names, run.selected) {
      if let other = taken.updateValue(selected.description.name, forKey: name) {
        throw CompileFailure(
          Diagnostic(
            code: RunErrorCode.output, file: folder, place: name,
            message: "attributes '\(other)' and '\(selected.description.name)' would be written to the same file",
            remedy: "Write them in two runs, with --attributes and two folders."))
      }
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw Self.noFolder(folder) }
      for name in names { try OutputFile.check("\(folder)/\(name)", notOneOf: run.inputs.map(\.path)) }
    }
    let perSample = run.selected.reduce(0) { $0 + $1.description.scores * 4 }
    let (bytes, overflow) = perSample.multipliedReportingOverflow(by: run.sampleCount)
    guard !overflow, bytes <= Self.maximumBytes else {
      throw CompileFailure(
        Diagnostic(
          code: RunErrorCode.output, file: folder, message: "the results have more than \(Self.maximumBytes) bytes",
          remedy: "Give fewer inputs at a time, or fewer --attributes."))
    }
  }

  private static func noFolder(_ folder: String) -> CompileFailure {
    CompileFailure(
      Diagnostic(
        code: RunErrorCode.output, file: folder, message: "the folder cannot be made",
        remedy: "Name a folder that you may write, not a file."))
  }

  /// `NAME.npy`, with `_` for each character of the name outside `[A-Za-z0-9_.-]`.
  package static func fileName(_ name: String) -> String {
    let kept = name.unicodeScalars.map { scalar -> Character in
      let isKept =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "_.-".unicodeScalars.contains(scalar))
      return isKept ? Character(scalar) : "_"
    }
    return String(kept) + ".npy"
  }

  package mutating func add(_ result: SampleResult) {
    samples += 1
    for (index, attribute) in result.attributes.enumerated() where index < values.count { values[index] += attribute.scores }
  }

  /// Makes the folder where it is missing, and writes each file aside and renames it.
  package func write() throws(CompileFailure) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Self.noFolder(folder)
    }
    for (index, name) in names.enumerated() {
      let count = samples == 0 ? 0 : values[index].count / samples
      let shape = shapes[index].reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == count ? shapes[index] : [count]
      guard let array = NPYArray(shape: [samples] + shape, elements: .float32(values[index])) else { continue }
      do {
        try array.write(to: "\(folder)/\(name)")
      } catch {
        throw CompileFailure(error)
      }
    }
  }
}
