import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetRecipe
import FacetRuntime

/// What a bundle holds, for people and for `--json`.
package struct BundleDescription: Encodable {
  package struct Section: Encodable {
    package var kind: String
    package var index: Int
    package var offset: Int
    package var bytes: Int
    package var sha256: String
    /// Whether the content has that hash.
    package var intact: Bool
  }

  package struct Input: Encodable {
    package var name: String
    /// `image` or `tensor`.
    package var kind: String
    package var width: Int
    package var height: Int
    package var channels: Int
    package var color: String?
    package var resize: String?
    /// Whether a mean image is subtracted.
    package var meanImage: Bool?
  }

  package struct Fragment: Encodable {
    /// Names of the attributes that need it.
    package var attributes: [String]
    package var tensors: Int
    package var weightBytes: Int
    package var constantBytes: Int
    package var multiplyAccumulates: Int
    /// Those that are computed in float32.
    package var floatMultiplyAccumulates: Int
    /// How often each instruction stands in it.
    package var instructions: [String: Int]
  }

  /// A tensor where branches leave: what `--cut` writes and `--from` takes.
  package struct Fork: Encodable {
    package var name: String
    /// Channels, height, width.
    package var shape: [Int]
    /// `int8` or `float32`.
    package var type: String
    /// The fragment that computes it.
    package var fragment: Int
  }

  package struct Plan: Encodable {
    package var name: String
    package var attributes: [String]
    package var arenaBytes: Int
    package var arenaLowerBound: Int
  }

  package var formatVersion: Int
  package var bytes: Int
  package var precision: String
  package var storedUnsigned: Bool
  package var input: Input
  package var attributes: [AttributeDescription]
  /// Names of the attributes in the order of evaluation.
  package var order: [String]
  package var fragments: [Fragment]
  package var forks: [Fork]
  package var plans: [Plan]
  package var selfTestSamples: Int
  /// Channels, height and width of the tiles of which its inputs are made; nil where whole inputs are stored.
  package var selfTestTile: [Int]?
  package var sections: [Section]
  /// Where it comes from, as the compiler wrote it (JSON); empty without such a section.
  package var provenance: String
  /// The instructions one by one, where they were asked for.
  package var layers: [InstructionDescription]?

  /// Whether every section has the hash that the table states.
  package var isIntact: Bool { sections.allSatisfy(\.intact) }

  package init(_ bundle: Bundle) {
    let names = bundle.attributes.map(\.name.text)
    func set(_ attributes: AttributeSet) -> [String] { attributes.map { names[$0] } }
    formatVersion = Int(bundle.header.version)
    bytes = Int(bundle.view.count)
    storedUnsigned = bundle.storedUnsigned
    let inputType = bundle.fragments[0].tensors[Int(bundle.input.tensor)].type
    precision = bundle.isInt8 ? "int8" : "float32"
    input = Input(
      name: bundle.input.name.text, kind: bundle.takesPixels ? "image" : "tensor", width: bundle.inputWidth,
      height: bundle.inputHeight, channels: bundle.inputChannels,
      color: bundle.takesPixels ? ColorOrder(rawValue: bundle.input.colorOrder).map { "\($0)" } : nil,
      resize: bundle.takesPixels ? ResizeRule(rawValue: bundle.input.resizeRule).map { "\($0)" } : nil,
      meanImage: bundle.input.hasMeanImage ? true : nil)
    attributes = bundle.attributeDescriptions
    order = bundle.evaluation.order.map { names[$0] }
    forks = bundle.forkDescriptions
    fragments = bundle.fragments.map { fragment in
      Fragment(
        attributes: set(fragment.attributes), tensors: fragment.tensors.count, weightBytes: Int(fragment.weights.count),
        constantBytes: Int(fragment.constants.count), multiplyAccumulates: fragment.multiplyAccumulates,
        floatMultiplyAccumulates: fragment.floatMultiplyAccumulates,
        instructions: Dictionary(grouping: fragment.instructions) { $0.opcode.map { "\($0)" } ?? "unknown" }
          .mapValues(\.count))
    }
    plans = bundle.plans.map {
      Plan(
        name: $0.name.text, attributes: set($0.attributes), arenaBytes: Int(clamping: $0.arenaBytes),
        arenaLowerBound: Int(clamping: $0.lowerBound))
    }
    selfTestSamples = bundle.selfTestCount
    selfTestTile = bundle.selfTest.flatMap { test in
      test.isTile && test.sampleCount > 0 ? [test.tile.channels, test.tile.height, test.tile.width].map(Int.init) : nil
    }
    sections = bundle.sections.map { entry in
      let content = bundle.view.part(offset: Int64(clamping: entry.offset), length: Int64(clamping: entry.length))
      return Section(
        kind: SectionKind(rawValue: entry.kind).map { "\($0)" } ?? "kind \(entry.kind)", index: Int(entry.index),
        offset: Int(clamping: entry.offset), bytes: Int(clamping: entry.length),
        sha256: String(decoding: entry.hash.hexadecimal, as: UTF8.self),
        intact: content.map { SHA256.hash($0.bytes) == entry.hash } ?? false)
    }
    provenance = bundle.provenanceText
  }
}

extension Bundle {
  /// All forks, in the order of their numbers.
  package var forkDescriptions: [BundleDescription.Fork] {
    forks.indices.compactMap { index in
      forkTensor(index).map { tensor in
        BundleDescription.Fork(
          name: forks[index].name.text, shape: [Int(tensor.channels), Int(tensor.height), Int(tensor.width)], type: "\(tensor.type)",
          fragment: Int(forks[index].fragment))
      }
    }
  }

  /// The number of a fork.
  package func forkIndex(_ name: String, file: String) throws(FacetError) -> Int {
    let names = forks.map(\.name.text)
    if let index = names.firstIndex(of: name) { return index }
    let guess = didYouMean(name, among: names)
    throw FacetError([
      Diagnostic(
        code: RunErrorCode.fork, file: file, message: "The bundle has no fork \(quoted(name)).",
        remedy: (guess.isEmpty ? "" : guess + " ")
          + (names.isEmpty ? "It has none: all of it is trunk." : "It has \(names.map { quoted($0) }.joined(separator: ", ")).")
      )
    ])
  }
}

extension Bundle {
  /// Whether anything of it computes in int8, whatever the number type of its input is.
  package var isInt8: Bool { fragments.contains { fragment in fragment.tensors.contains { $0.type == .int8 } } }
}
