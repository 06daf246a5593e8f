import FacetDiagnostics

/// Arrays under names, however they were saved: an `.npz` file, a folder of `.npy` files, or one `.npy` file.
package enum NamedArrays: Sendable {
  case archive(NPZFile)
  /// Files by the names of their arrays: a file's own name without `.npy`.
  case files([String: String], path: String, names: [String])

  /// Whether a path is taken for saved arrays: by its ending, or because it is a folder.
  package static func isNamed(by path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".npz") || name.hasSuffix(".npy") || fileKind(path) == .folder
  }

  /// Reads the list of arrays.
  ///
  /// - Throws: the errors of files, what `NPZFile` throws, and `data.npz.empty` for a folder without arrays.
  package static func open(_ path: String) throws(FacetError) -> NamedArrays {
    guard fileKind(path) == .folder else {
      guard path.lowercased().hasSuffix(".npy") else { return .archive(try NPZFile(path: path)) }
      let name = arrayName(path.split(separator: "/").last.map(String.init) ?? path)
      return .files([name: path], path: path, names: [name])
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    var files: [String: String] = [:]
    var names: [String] = []
    for file in try folderEntries(path, limit: 65536).names where file.hasSuffix(".npy") {
      names.append(arrayName(file))
      files[arrayName(file)] = folder + file
    }
    guard !names.isEmpty else {
      throw FacetError(
        code: .npzEmpty, file: path, message: "a folder without arrays (.npy)",
        remedy: "'facet run --output DIR' writes such a folder.")
    }
    return .files(files, path: path, names: names)
  }

  private static func arrayName(_ file: String) -> String { String(file.dropLast(4)) }

  /// As the user named it.
  package var path: String {
    switch self {
    case .archive(let file): file.path
    case .files(_, let path, _): path
    }
  }

  package var names: [String] {
    switch self {
    case .archive(let file): file.names
    case .files(_, _, let names): names
    }
  }

  /// Type and shape of one of `names`.
  package func header(_ name: String) throws(FacetError) -> NPYHeader {
    switch self {
    case .archive(let file): try file.header(name)
    case .files(let files, let path, _): try NPYFile(files[name] ?? path).header
    }
  }

  /// One of `names`.
  package func array(_ name: String, limit: Int) throws(FacetError) -> NPYArray {
    switch self {
    case .archive(let file): try file.array(name, limit: limit)
    case .files(let files, let path, _): try NPYArray.read(files[name] ?? path, limit: limit)
    }
  }
}
