import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFiles
import Foundation

/// The scores of many samples as `.npy` files, one for each attribute: float32, first axis = samples, then the model's own
/// axes after its batch; one for each fork that is cut. What was not evaluated is NaN.
package struct ResultFiles {
  /// Most bytes of scores that are gathered.
  static let maximumBytes = 2 << 30

  private let folder: String
  private let columns: [Column]
  private var values: [[Float]]
  private var samples = 0

  /// What one file holds of each sample.
  private struct Column {
    var file: String
    /// For messages: "attribute 'age'".
    var name: String
    var shape: [Int]
    var count: Int

    init(_ kind: String, _ name: String, shape: [Int], count: Int) {
      file = ResultFiles.fileName(name)
      self.name = "\(kind) '\(name)'"
      self.count = count
      let product = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      self.shape = product == count ? shape : [count]
    }
  }

  /// - Throws: where two names become the same file, or the results would not fit in memory.
  package init(folder: String, for run: BundleRun) throws(FacetError) {
    self.folder = folder
    columns =
      run.selected.map {
        Column("attribute", $0.description.name, shape: Array($0.description.shape.dropFirst()), count: $0.description.scores)
      } + run.cuts.map { Column("fork", $0.description.name, shape: $0.description.shape, count: $0.description.shape.reduce(1, *)) }
    values = columns.map { _ in [] }
    var taken: [String: String] = [:]
    for column in columns {
      if let other = taken.updateValue(column.name, forKey: column.file) {
        throw FacetError(
          Diagnostic(
            code: RunErrorCode.output, file: folder, place: column.file,
            message: "\(other) and \(column.name) would be written to the same file",
            remedy: "Write them in two runs, with --attributes or --cut and two folders."))
      }
    }
    var status = stat()
    if FileName.withBytes(folder, { stat($0, &status) }) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw Self.noFolder(folder) }
      let read = run.inputs.flatMap(\.files)
      for column in columns { try OutputFile.check("\(folder)/\(column.file)", notOneOf: read) }
    }
    let perSample = columns.reduce(0) { $0 + $1.count * 4 }
    let (bytes, overflow) = perSample.multipliedReportingOverflow(by: run.sampleCount)
    guard !overflow, bytes <= Self.maximumBytes else {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.output, file: folder, message: "the results have more than \(Self.maximumBytes) bytes",
          remedy: "Give fewer inputs at a time, or fewer --attributes."))
    }
    // Once as numbers, once as the bytes of their files.
    try AvailableMemory.check(bytes * 2, for: "gathering the results", file: folder)
  }

  private static func noFolder(_ folder: String) -> FacetError {
    FacetError(
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

  /// A sample that could not be read keeps its row.
  package mutating func addMissing() {
    samples += 1
    for (index, column) in columns.enumerated() { values[index] += [Float](repeating: .nan, count: column.count) }
  }

  package mutating func add(_ result: SampleResult) {
    samples += 1
    for (index, found) in (result.attributes.map(\.scores) + result.forks).enumerated() where index < columns.count {
      let count = columns[index].count
      values[index] += found.count == count ? found : [Float](repeating: .nan, count: count)
    }
  }

  /// Makes the folder where it is missing, and writes all files aside before it renames them.
  ///
  /// - Parameter announcing: prints the report, before the files get their names.
  package func write(announcing: () throws(FacetError) -> Void = {}) throws(FacetError) {
    let made = Self.missingFolders(folder)
    do throws(FacetError) {
      for path in made.reversed() where FileName.withBytes(path, { mkdir($0, 0o777) }) != 0 && errno != EEXIST {
        throw Self.noFolder(folder)
      }
      let files = zip(columns, values).compactMap { column, values in
        NPYArray(shape: [samples] + column.shape, elements: .float32(values)).map {
          (path: "\(folder)/\(column.file)", bytes: $0.serialized())
        }
      }
      try OutputFile.write(files, announcing: announcing)
    } catch {
      for folder in made { _ = FileName.withBytes(folder) { rmdir($0) } }
      throw error
    }
  }

  /// Those of a path that are not there yet, the innermost first.
  private static func missingFolders(_ path: String) -> [String] {
    var (path, missing) = (path, [String]())
    while !path.isEmpty, path != "/", FileName.withBytes(path, { access($0, F_OK) }) != 0 {
      missing.append(path)
      path = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
    }
    return missing
  }
}
