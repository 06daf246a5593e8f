import FacetDiagnostics
import FacetFiles

/// The columns of a `labels.csv`: text per sample, in the order of the samples. What the text means (a class, a number,
/// a subgroup) the recipe says.
package struct LabelTable: Equatable, Sendable {
  /// Names of the columns other than `file`, in the file's order.
  package let columns: [String]
  /// Column `file`: one path per sample, relative to the table's folder and inside it.
  package let files: [String]
  /// One array per column, each with one text per sample.
  package let values: [[String]]
  /// Line of each sample in the file, for messages.
  package let lines: [Int]

  /// Texts of a column, nil when there is none of that name.
  package subscript(column column: String) -> [String]? {
    columns.firstIndex(of: column).map { values[$0] }
  }

  package static let maximumBytes = 256 << 20
  static let maximumColumns = 4096
  /// Fields in all; bounds the memory that many empty fields would take.
  static let maximumFields = 16 << 20

  package static func read(_ path: String) throws(FacetError) -> LabelTable {
    try LabelTable(parsing: readFile(path, limit: maximumBytes), name: path)
  }

  /// - Parameters:
  ///   - name: the file's name, for errors.
  ///   - limit: reads that many samples, all when nil.
  /// - Throws: `data.labels.` and `quote`, `encoding`, `line-end`, `columns`, `duplicate-column`, `no-file-column`,
  ///   `fields`, `path`, `empty` or `too-large`.
  package init(parsing bytes: [UInt8], name: String, limit: Int? = nil) throws(FacetError) {
    func error(_ code: DataErrorCode, _ place: String, _ message: String, _ remedy: String) -> FacetError {
      FacetError(code: code, file: name, place: place, message: message, remedy: remedy)
    }
    guard bytes.count <= Self.maximumBytes else {
      throw error(.labelsTooLarge, "", "\(bytes.count) bytes; the limit is \(Self.maximumBytes)", "Split the file.")
    }
    var reader = CSVReader(bytes, name: name)
    guard let header = try reader.next(limit: Self.maximumColumns) else {
      throw error(.labelsEmpty, "line 1", "no column names", "Begin with a line such as file,age,emotion.")
    }
    var positions: [String: Int] = [:]
    for (index, column) in header.enumerated() {
      let place = "line \(reader.line), field \(index + 1)"
      guard !column.isEmpty else {
        throw FacetError(
          code: FileErrorCode.labelsColumns, file: name, place: place, message: "a column without a name", remedy: "Name it or remove it.")
      }
      if let first = positions.updateValue(index, forKey: column) {
        throw error(
          .labelsDuplicateColumn, place, "column '\(excerpt(column))' is field \(first + 1) already",
          "Rename or remove one.")
      }
    }
    guard let filePosition = positions["file"] else {
      throw error(
        .labelsNoFileColumn, "line \(reader.line)", "no column 'file' among \(excerpt(header.joined(separator: ", ")))",
        header.count == 1 && header[0].contains(where: { ";\t".contains($0) })
          ? "Separate the columns with commas." : "Add a column 'file' with the name of each image.")
    }
    let others = header.indices.filter { $0 != filePosition }
    var files: [String] = []
    var lines: [Int] = []
    var values = [[String]](repeating: [], count: others.count)
    while files.count < limit ?? .max, let fields = try reader.next(limit: Self.maximumColumns) {
      let place = "line \(reader.line)"
      guard fields.count == header.count else {
        throw error(
          .labelsFields, place,
          "\(fields.count) \(fields.count == 1 ? "field" : "fields"), but \(header.count) \(header.count == 1 ? "column" : "columns")",
          "Give every column a field; quote a field that holds a comma.")
      }
      guard (files.count + 1) * header.count <= Self.maximumFields else {
        throw error(.labelsTooLarge, place, "more than \(Self.maximumFields) fields", "Split the file or drop columns.")
      }
      let file = fields[filePosition]
      if let reason = pathProblem(file) {
        throw error(
          .labelsPath, "\(place), column file", "'\(excerpt(file))' \(reason)",
          "Name a file inside the folder of this table.")
      }
      files.append(file)
      lines.append(reader.line)
      for (i, position) in others.enumerated() { values[i].append(fields[position]) }
    }
    guard !files.isEmpty else {
      throw error(.labelsEmpty, "line \(reader.line)", "no samples after the column names", "Add a line for each image.")
    }
    self.columns = others.map { header[$0] }
    self.files = files
    self.values = values
    self.lines = lines
  }
}

/// Why a path of a table is refused; nil when it stays in the folder. Symbolic links in it are its owner's choice.
private func pathProblem(_ path: String) -> String? {
  if path.isEmpty { return "is empty" }
  if path.utf8.first == UInt8(ascii: "/") { return "is an absolute path" }
  if path.utf8.count > 4096 { return "is too long" }
  if path.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) {
    return "leaves the folder"
  }
  return nil
}
