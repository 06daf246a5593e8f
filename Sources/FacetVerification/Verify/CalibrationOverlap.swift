import FacetBundle
import FacetCompiler
import FacetData
import FacetEvaluation
import FacetRuntime

/// Finds calibration samples among those of a verification: int8 was fitted to them, so they say too little of others.
struct CalibrationOverlap {
  /// More are not read: of a folder of that size nobody would calibrate on all.
  private static let maximumSamples = 4096

  private let origin: BundleOrigin
  /// Where calibration data still lie.
  private var folder: String?
  /// Whether they are what the bundle was calibrated on, to the byte.
  private var isExact = false
  private var known: Set<Int> = []
  private var verified: SampleFingerprints
  private var found = 0

  /// - Parameters:
  ///   - samples: how many are verified.
  ///   - folders: where calibration data may lie, and which part of their images counts.
  init(_ bundle: Bundle, samples: Int, folders: [(path: String, roi: RegionOfInterest)]) {
    let origin = bundle.origin
    self.origin = origin
    // Some of them may turn out not to be readable.
    func mayBeWhole(_ count: Int) -> Bool { origin.calibrations.contains { $0.samples <= count } }
    verified = SampleFingerprints(wantsWhole: mayBeWhole(samples))
    guard !origin.calibrations.isEmpty else { return }
    // What the bundle does not say: whether the folders in a folder were read, too.
    for folder in folders where !isExact {
      let hasFolders = look(folder, isRecursive: false, bundle)
      if hasFolders, !isExact { _ = look(folder, isRecursive: true, bundle) }
    }
  }

  /// Keeps what is there where it is what the bundle was calibrated on, or where nothing was found before. Whether there may be more in
  /// folders in it.
  private mutating func look(_ folder: (path: String, roi: RegionOfInterest), isRecursive: Bool, _ bundle: Bundle) -> Bool {
    var options = DatasetOptions()
    (options.skipsUnreadable, options.isRecursive) = (true, isRecursive)
    let limit = Self.maximumSamples + 1
    guard let data = try? Dataset.open(path: folder.path, limit: limit, roi: folder.roi, options: options) else { return true }
    let hasFolders = data.labels == nil && data.passedOver.folders > 0
    guard data.count < limit else { return false }
    var fingerprints = SampleFingerprints(wantsWhole: true)
    var seen: Set<Int> = []
    for index in 0..<data.count {
      // What cannot be read, or not any more, cannot be compared; the others can.
      guard let input = try? NetworkInput(data.sample(index), for: bundle, data: data.path) else { continue }
      seen.insert(fingerprints.add(input))
    }
    guard !seen.isEmpty else { return hasFolders }
    let hash = fingerprints.whole
    isExact = origin.calibrations.contains { $0.sha256 == hash }
    // The exact one, or else all of the first.
    if isExact || self.folder == nil || self.folder == folder.path { (self.folder, known) = (folder.path, seen) }
    return hasFolders
  }

  mutating func add(_ input: NetworkInput) {
    guard !origin.calibrations.isEmpty else { return }
    if known.contains(verified.add(input)) { found += 1 }
  }

  /// How many samples are calibration samples; nil where that is not known.
  var count: Int? {
    guard !origin.calibrations.isEmpty else { return nil }
    if isWhole { return verified.count }
    return folder == nil || !isExact ? nil : found
  }

  private var isWhole: Bool {
    let hash = verified.whole
    return origin.calibrations.contains { $0.samples == verified.count && $0.sha256 == hash }
  }

  /// Nil where nothing was found.
  var warning: String? {
    guard !origin.calibrations.isEmpty else { return nil }
    let worth = "int8 was fitted to these, so that the figures are better than on other samples; verify on samples that were set aside."
    if isWhole { return "\(verified.count) of \(verified.count) verification samples are calibration samples: \(worth)" }
    guard found > 0, let folder else { return nil }
    return isExact
      ? "\(found) of \(verified.count) verification samples are calibration samples, of '\(folder)': \(worth)"
      : "\(found) of \(verified.count) verification samples are in '\(folder)', which the recipe names as calibration data (its content is not "
        + "what the bundle was calibrated on, or not all of it): \(worth)"
  }
}
