import FacetDiagnostics
import FacetFiles
import Glibc

/// The files of a folder of data.
enum FolderListing {
  /// Folders within folders; also ends where a file system has a loop.
  private static let maximumDepth = 32

  /// Paths relative to the folder, sorted by their bytes, those of one folder after the other.
  ///
  /// - Parameter isRecursive: also in the folders in it; links to folders are passed over, as they may lead back.
  static func names(_ path: String, isRecursive: Bool, limit: Int) throws(FacetError) -> (names: [String], passedOver: PassedOver) {
    var names: [String] = []
    var passedOver = PassedOver()
    try list(path, prefix: "", depth: isRecursive ? maximumDepth : 0, limit, &names, &passedOver)
    return (names, passedOver)
  }

  private static func list(
    _ path: String, prefix: String, depth: Int, _ limit: Int, _ names: inout [String], _ passedOver: inout PassedOver
  ) throws(FacetError) {
    let folder = path.hasSuffix("/") ? path : path + "/"
    let (entries, hidden) = try folderEntries(path, limit: limit)
    passedOver.hidden += hidden
    for name in entries {
      switch fileKind(folder + name) {
      case .folder where depth > 0 && !isLink(folder + name):
        try list(folder + name, prefix: prefix + name + "/", depth: depth - 1, limit, &names, &passedOver)
      case .folder: passedOver.folders += 1
      case .file where hasReadableExtension(name):
        guard names.count < limit else {
          throw FacetError(
            code: .folderTooLarge, file: path, message: "more than \(limit) files, those before included",
            remedy: "Split the folder, or list its files in a labels.csv.")
        }
        names.append(prefix + name)
      default: passedOver.others += 1
      }
    }
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return FileName.withBytes(path, { lstat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
