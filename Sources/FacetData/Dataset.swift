import FacetFormat

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

  /// - Parameters:
  ///   - limit: takes that many samples at most, the first ones; all when nil.
  ///   - roi: the part of each image that is looked at.
  /// - Throws: the errors of files, tensors and label tables, `data.set.empty`, `data.set.kind`, `data.set.missing`
  ///   (all missing files at once), `data.roi.columns` and `data.roi.value`.
  package static func open(
    path: String, limit: Int? = nil, roi: RegionOfInterest = RegionOfInterest()
  ) throws(DataError) -> Dataset {
    switch fileKind(path) {
    case .missing(let reason): throw unreadable(path, reason)
    case .other:
      throw DataError(
        code: .fileKind, file: path, message: "neither a file nor a folder",
        remedy: "Give an image, tensor or folder.")
    case .file: return try Dataset(path: path, entries: [Entry(path, name: lastComponent(path))], limit: limit, roi: roi)
    case .folder: break
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    switch fileKind(folder + "labels.csv") {
    case .file: return try open(path, folder: folder, labels: folder + "labels.csv", limit, roi)
    case .missing: break
    case .folder, .other:
      throw DataError(
        code: .fileKind, file: folder + "labels.csv", message: "not a regular file",
        remedy: "Labels are a text file of this name; rename it if it is something else.")
    }
    let names = try folderEntries(path, limit: maximumEntries).filter(hasReadableExtension)
    var entries: [Entry] = []
    var count = 0
    for name in names where count < limit ?? .max && fileKind(folder + name) == .file {
      let entry = try Entry(folder + name, name: name)
      entries.append(entry)
      count += entry.count
    }
    return try Dataset(path: path, entries: entries, limit: limit, roi: roi)
  }

  private static func open(
    _ path: String, folder: String, labels file: String, _ limit: Int?, _ roi: RegionOfInterest
  ) throws(DataError) -> Dataset {
    let table = try LabelTable(parsing: readFile(file, limit: LabelTable.maximumBytes), name: file, limit: limit)
    let missing = table.files.indices.filter { fileKind(folder + table.files[$0]) != .file }
    guard missing.isEmpty else {
      let some = missing.prefix(10).map { "'\(excerpt(table.files[$0]))' (line \(table.lines[$0]))" }
      throw DataError(
        code: .setMissing, file: file, place: "column file",
        message: "\(missing.count) of \(table.files.count) files \(missing.count == 1 ? "is" : "are") missing: "
          + some.joined(separator: ", ") + (missing.count > some.count ? " and more" : ""),
        remedy: "Add the files or remove their lines.")
    }
    var entries: [Entry] = []
    for (i, name) in table.files.enumerated() {
      let entry = try Entry(folder + name, name: name)
      guard entry.count == 1 else {
        throw DataError(
          code: .setKind, file: file, place: "line \(table.lines[i]), column file",
          message: "'\(excerpt(name))' holds \(entry.count) samples, but a line labels one",
          remedy: "Save each sample as a file of its own.")
      }
      entries.append(entry)
    }
    let regions = roi.fixed == nil ? try roi.regions(table, file: file) : []
    return try Dataset(path: path, entries: entries, limit: nil, roi: roi, labels: table, regions: regions)
  }

  private init(
    path: String, entries: [Entry], limit: Int?, roi: RegionOfInterest, labels: LabelTable? = nil, regions: [FrameRegion?] = []
  ) throws(DataError) {
    var firsts = [0]
    for entry in entries {
      let (sum, overflow) = firsts[firsts.count - 1].addingReportingOverflow(entry.count)
      firsts.append(overflow ? .max : sum)
    }
    if let limit { firsts = firsts.map { min($0, max(limit, 0)) } }
    guard firsts[entries.count] > 0 else {
      throw DataError(
        code: .setEmpty, file: path, message: "no samples",
        remedy: "Images are .png, .jpg, .jpeg, .ppm or .pgm, tensors .npy, in the folder itself.")
    }
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
  package func sample(_ index: Int) throws(DataError) -> Sample {
    guard index >= 0, index < count else {
      throw DataError(
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

private func hasReadableExtension(_ name: String) -> Bool {
  guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
  return ["png", "jpg", "jpeg", "ppm", "pgm", "pnm", "npy"].contains(name[name.index(after: dot)...].lowercased())
}

private func lastComponent(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}
