import FacetFormat

/// Tells samples apart by what the network sees of them.
package struct SampleFingerprints {
  private var hasher: SHA256?
  package private(set) var count = 0

  /// - Parameter wantsWhole: whether `whole` is wanted.
  package init(wantsWhole: Bool) { hasher = wantsWhole ? SHA256() : nil }

  /// - Returns: that of this sample, for this run of the program.
  package mutating func add(_ input: NetworkInput) -> Int {
    count += 1
    return input.bytes.withUnsafeBytes {
      hasher?.update($0)
      var own = Hasher()
      own.combine(bytes: $0)
      return own.finalize()
    }
  }

  /// That of all samples in order, as a bundle's provenance states it of its calibration.
  package var whole: String? {
    guard var hasher else { return nil }
    return String(decoding: hasher.finish().hexadecimal, as: UTF8.self)
  }
}
