import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetFrames

/// One input of a network.
package enum Sample: Equatable, Sendable {
  /// Pixels, still to be brought to the network's size and colour order.
  /// Of which only `region` is looked at; all of it when nil. The region lies within the frame.
  case frame(Frame, name: String, region: FrameRegion? = nil)
  /// An input that is ready: normalized float32 in NCHW order. The shape starts with the batch axis, which is 1.
  case tensor([Float], shape: [Int], name: String)

  package var name: String {
    switch self {
    case .frame(_, let name, _), .tensor(_, _, let name): name
    }
  }
}

/// What DATA and INPUT name on the command line: an image, a `.npy` tensor, a folder of these, or a folder with a
/// `labels.csv`. Samples are read one at a time, when asked for; only their names and labels stay in memory.
package struct Dataset: Sendable {
  /// As the user named it.
  package let path: String
  /// One row per sample; nil without a `labels.csv`.
  package let labels: LabelTable?
  private let entries: [Entry]
  /// Index of the first sample of each entry, and at the end their number.
  private let firsts: [Int]
  private let roi: RegionOfInterest
  /// One per sample; empty where the labels have none.
  private let regions: [FrameRegion?]

  package var count: Int { firsts[entries.count] }

  /// The files that hold the samples.
  package var files: [String] { entries.map(\.path) }

  /// What in the folder is no sample.
  package private(set) var passedOver = PassedOver()
  package let options: DatasetOptions

  /// - Parameters:
  ///   - limit: takes that many samples at most, the first ones; all when nil.
  ///   - roi: the part of each image that is looked at.
  /// - Throws: the errors of files, tensors and label tables, `data.set.empty`, `data.set.kind`, `data.set.missing`
  ///   (all missing files at once), `data.roi.columns` and `data.roi.value`.
  package static func open(
    path: String, limit: Int? = nil, roi: RegionOfInterest = RegionOfInterest(), options: DatasetOptions = DatasetOptions()
  ) throws(FacetError) -> Dataset {
    switch fileKind(path) {
    case .missing(let reason): throw FacetFiles.unreadable(path, reason)
    case .other:
      throw FacetError(
        code: .fileKind, file: path, message: "neither a file nor a folder",
        remedy: "Give an image, tensor or folder.")
    case .file:
      var found = Entries(options)
      try found.add(path, name: lastComponent(path))
      return try Dataset(path: path, found, limit: limit, roi: roi)
    case .folder: break
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    switch fileKind(folder + "labels.csv") {
    case .file: return try open(path, folder: folder, labels: folder + "labels.csv", limit, roi, options)
    case .missing: break
    case .folder, .other:
      throw FacetError(
        code: .fileKind, file: folder + "labels.csv", message: "not a regular file",
        remedy: "Labels are a text file of this name; rename it if it is something else.")
    }
    let (names, passedOver) = try FolderListing.names(path, isRecursive: options.isRecursive, limit: maximumEntries)
    var found = Entries(options)
    found.passedOver = passedOver
    for name in names where found.count < limit ?? .max { try found.add(folder + name, name: name) }
    return try Dataset(path: path, found, limit: limit, roi: roi)
  }

  private static func open(
    _ path: String, folder: String, labels file: String, _ limit: Int?, _ roi: RegionOfInterest, _ options: DatasetOptions
  ) throws(FacetError) -> Dataset {
    let table = try LabelTable(parsing: readFile(file, limit: LabelTable.maximumBytes), name: file, limit: limit)
    let missing = table.files.indices.filter { fileKind(folder + table.files[$0]) != .file }
    guard missing.isEmpty || options.skipsUnreadable else {
      let some = missing.prefix(10).map { "'\(excerpt(table.files[$0]))' (line \(table.lines[$0]))" }
      throw FacetError(
        code: .setMissing, file: file, place: "column file",
        message: "\(missing.count) of \(table.files.count) files \(missing.count == 1 ? "is" : "are") missing: "
          + some.joined(separator: ", ") + (missing.count > some.count ? " and more" : ""),
        remedy: "Add the files or remove their lines; --skip-unreadable skips them.")
    }
    var found = Entries(options)
    for (i, name) in table.files.enumerated() {
      try found.add(folder + name, name: name)
      guard found.list[i].count == 1 else {
        throw FacetError(
          code: .setKind, file: file, place: "line \(table.lines[i]), column file",
          message: "'\(excerpt(name))' holds \(found.list[i].count) samples, but a line labels one",
          remedy: "Save each labelled sample to a file of its own.")
      }
    }
    let regions = roi.fixed == nil ? try roi.regions(table, file: file) : []
    return try Dataset(path: path, found, limit: nil, roi: roi, labels: table, regions: regions)
  }

  /// What is found while a data set is opened.
  private struct Entries {
    let options: DatasetOptions
    var list: [Entry] = []
    var count = 0
    var passedOver = PassedOver()

    init(_ options: DatasetOptions) { self.options = options }

    /// One that cannot be read keeps its place among the samples, where it is passed over later.
    mutating func add(_ path: String, name: String) throws(FacetError) {
      let entry: Entry
      do {
        entry = try Entry(path, name: name)
      } catch {
        guard options.skipsUnreadable, error.isUnreadable else { throw error.namingTheFlag }
        entry = Entry(unreadable: path, name: name, error)
      }
      list.append(entry)
      count += entry.count
    }
  }

  private init(
    path: String, _ found: Entries, limit: Int?, roi: RegionOfInterest, labels: LabelTable? = nil, regions: [FrameRegion?] = []
  ) throws(FacetError) {
    let entries = found.list
    var firsts = [0]
    for entry in entries {
      let (sum, overflow) = firsts[firsts.count - 1].addingReportingOverflow(entry.count)
      firsts.append(overflow ? .max : sum)
    }
    if let limit { firsts = firsts.map { min($0, max(limit, 0)) } }
    guard firsts[entries.count] > 0 else {
      throw FacetError(
        code: .setEmpty, file: path,
        message: "no samples\(found.passedOver.isEmpty ? "" : "; passed over: \(found.passedOver)")",
        remedy: "Images are .png, .jpg, .jpeg, .ppm or .pgm, tensors .npy, in the folder itself"
          + (found.passedOver.folders > 0 ? "; --recursive reads the folders in it, too." : "."))
    }
    options = found.options
    passedOver = found.passedOver
    self.path = path
    self.labels = labels
    self.entries = entries
    self.firsts = firsts
    self.roi = roi
    self.regions = regions
  }

  /// Reads and decodes a sample; its region is clipped to the image.
  ///
  /// - Throws: `data.set.index` beyond the last sample, `data.roi.outside`, `data.roi.tensor` and the errors of its file.
  package func sample(_ index: Int) throws(FacetError) -> Sample {
    guard index >= 0, index < count else {
      throw FacetError(
        code: .setIndex, file: path, message: "sample \(index) of \(count)", remedy: "Samples count from 0.")
    }
    // The last entry that starts at or before the index.
    var low = 0
    var high = entries.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firsts[middle] <= index { low = middle } else { high = middle }
    }
    let sample = try entries[low].sample(index - firsts[low])
    if let fixed = roi.fixed { return try sample.cropped(to: fixed, file: path, line: nil) }
    guard index < regions.count else { return sample }
    return try sample.cropped(to: regions[index], file: labelFile, line: labels?.lines[index])
  }

  /// Its `labels.csv`, where it has one.
  package var labelFile: String { path + (path.hasSuffix("/") ? "" : "/") + "labels.csv" }

  /// Whether columns are named that say which part of each image to look at, there is no table that could have them, and there are images.
  package func lacksRegions(named roi: RegionOfInterest) -> Bool {
    labels == nil && roi.columns != nil && roi.fixed == nil && entries.contains(where: \.holdsImages)
  }

  /// Columns of the labels that none of these names, and that say no region either.
  package func unusedColumns(besides names: [String]) -> [String] {
    let used = Set(names + (roi.columns ?? RegionOfInterest.defaultColumns))
    return labels?.columns.filter { !used.contains($0) } ?? []
  }

  /// Whether a file of this name in a folder of data is read as part of it.
  package static func isRead(_ name: String) -> Bool { hasReadableExtension(name) || name == "labels.csv" }

  private static let maximumEntries = 4 << 20
}

func hasReadableExtension(_ name: String) -> Bool {
  guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
  return ["png", "jpg", "jpeg", "ppm", "pgm", "pnm", "npy"].contains(name[name.index(after: dot)...].lowercased())
}

private func lastComponent(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
