import FacetBundle
import FacetCompiler
import FacetData
import FacetFiles
import FacetRuntime
import FacetTestSupport

/// A kind of file that people give to Facet.
enum FuzzKind: String, CaseIterable {
  case model, recipe, image, bundle, npy, npz, labels, delta

  /// Most memory that the whole process may have had, in bytes, before sanitizers. Images: 64 Mi pixels, decoded and resized. Models: the
  /// importer's own bound and the passes on what it gives. Bundles: those that ask for little are run.
  var memoryLimit: Int { 1536 << 20 }

  /// Pieces of text to insert.
  var tokens: [String] {
    switch self {
    case .recipe:
      ["[", "]", "{", "}", "\"", ",", ":", "1e999", "-0", "-1", "65536", "1e-320", "null", "true", "\\u0000", "\\ud800", "\u{FEFF}"]
    case .labels: [",", "\"", "\n", "\r\n", "../", "/etc/", ",,,,", "\"\"", "\0"]
    case .npy: ["(", ")", ",", "'", "{", "}", "4294967296", "18446744073709551615", "-1", "True", "'|O'", "'>f8'", "'<f4'"]
    case .npz: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}", ".npy", "\0\0\0\0", "\u{7f}"]
    case .model, .image, .bundle: []
    case .delta: ["\0", "\u{1}\0", "\u{7f}", "\u{7f}\u{7f}\u{7f}\u{7f}\u{1}"]
    }
  }
}

/// A good file that damaged variants are made of.
struct FuzzSubject {
  var kind: FuzzKind
  var name: String
  var bytes: [UInt8]

  /// Where structure stands: the beginning, and in a bundle all sections but weights.
  var hotRanges: [Range<Int>] {
    // Of a zip archive, the directory at the end too.
    if kind == .npz { return [0..<256, max(0, bytes.count - 512)..<bytes.count] }
    // Of a delta, all but the names of its parent and result: what they do not fit is refused at once.
    if kind == .delta { return [96..<bytes.count] }
    guard kind == .bundle, let bundle = try? Bundle.opening(bytes) else { return [0..<16_384] }
    let sections = BundleDescription(bundle).sections
    var ranges = [0..<(64 + 64 * sections.count)]
    for section in sections where section.kind != "weights" {
      ranges.append(section.offset..<(section.offset + min(section.bytes, 65_536)))
    }
    return ranges
  }
}

extension FuzzSubject {
  /// What deltas are applied to; those of other parents are refused at once.
  static let deltaParent: [UInt8] = {
    var random = SplitMix64(seed: 1)
    return (0..<20_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }()

  /// With copies forwards and back, new bytes between them, as they are or packed.
  static func delta(packed: Bool) -> FuzzSubject {
    let parent = deltaParent
    let new = [UInt8](repeating: 7, count: packed ? 3000 : 2)
    let result = Array(parent[12_000..<17_000]) + new + Array(parent[100..<6_000]) + new + Array(parent[18_000...])
    return FuzzSubject(
      kind: .delta, name: packed ? "packed delta" : "delta", bytes: makeDelta(from: parent, to: result))
  }
}

enum FuzzOutcome {
  /// An error, as it should be for most.
  case refused
  /// A result: the damage did not matter or made another good file.
  case accepted
  /// A bundle that opened and was run.
  case ran
}
