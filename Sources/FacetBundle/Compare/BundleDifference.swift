import FacetFiles
import FacetFormat
import FacetRuntime

/// What two bundles have in common and where they differ, for people and for `--json`. Fragments are compared where the same attributes
/// need them.
package struct BundleDifference: Encodable {
  /// A section that one bundle lacks, or that has other bytes in the two.
  package struct Section: Encodable, Equatable {
    package var kind: String
    package var index: Int
    /// Nil where it is not there.
    package var bytesBefore: Int?
    package var bytesAfter: Int?
  }

  /// A named thing with different texts; nil where it is not there.
  package struct Field: Encodable, Equatable {
    package var name: String
    package var before: String?
    package var after: String?
  }

  /// Scales and zero points of a fragment's own tensors.
  package struct Ranges: Encodable, Equatable {
    package var tensors: Int
    package var changed: Int
    /// The larger scale of a tensor by the smaller one, at most; 1 where all are equal.
    package var largestRatio: Double
  }

  package struct Weights: Encodable, Equatable {
    package var elements: Int
    package var changed: Int
    /// Of int8 weights, in steps of their grid: 1 to 254.
    package var largestStep: Int
    /// Of float32 weights.
    package var largestFloat: Double
  }

  /// What the same attributes need in both bundles.
  package struct Fragment: Encodable, Equatable {
    package var name: String
    package var isEqual: Bool
    package var instructionsBefore: Int
    package var instructionsAfter: Int
    package var multiplyAccumulatesBefore: Int
    package var multiplyAccumulatesAfter: Int
    package var weightBytesBefore: Int
    package var weightBytesAfter: Int
    /// Nil where the two have different tensors.
    package var ranges: Ranges?
    /// Nil where the two have different layers.
    package var weights: Weights?
  }

  package struct Plan: Encodable, Equatable {
    package var name: String
    package var arenaBytesBefore: Int?
    package var arenaBytesAfter: Int?
  }

  package var isEqual: Bool
  package var bytesBefore: Int
  package var bytesAfter: Int
  package var equalSections: Int
  package var sections: [Section]
  package var provenance: [Field]
  /// Input and attributes: shapes, labels, thresholds.
  package var interface: [Field]
  package var fragments: [Fragment]
  package var plans: [Plan]
  /// Of the delta, where one was written.
  package var deltaBytes: Int?

  package init(_ before: Bundle, _ after: Bundle) {
    let (old, new) = (BundleDescription(before), BundleDescription(after))
    isEqual = before.view.bytes.elementsEqual(after.view.bytes)
    (bytesBefore, bytesAfter) = (old.bytes, new.bytes)
    sections = []
    equalSections = 0
    for section in old.sections {
      let other = new.sections.first { $0.kind == section.kind && $0.index == section.index }
      if let other, other.sha256 == section.sha256, other.intact, section.intact {
        equalSections += 1
      } else {
        sections.append(Section(kind: section.kind, index: section.index, bytesBefore: section.bytes, bytesAfter: other?.bytes))
      }
    }
    for section in new.sections where !old.sections.contains(where: { $0.kind == section.kind && $0.index == section.index }) {
      sections.append(Section(kind: section.kind, index: section.index, bytesBefore: nil, bytesAfter: section.bytes))
    }
    provenance = Self.fields(Self.provenance(old), Self.provenance(new))
    interface = Self.fields(Self.interface(old), Self.interface(new))
    fragments = FragmentPair.all(before, after).map(\.difference)
    plans = Self.plans(old, new)
  }

  private static func plans(_ old: BundleDescription, _ new: BundleDescription) -> [Plan] {
    let names = old.plans.map(\.name) + new.plans.map(\.name).filter { name in !old.plans.contains { $0.name == name } }
    return names.map { name in
      Plan(
        name: name, arenaBytesBefore: old.plans.first { $0.name == name }?.arenaBytes,
        arenaBytesAfter: new.plans.first { $0.name == name }?.arenaBytes)
    }
  }

  private static func fields(_ old: [(String, String)], _ new: [(String, String)]) -> [Field] {
    var result: [Field] = []
    for (name, text) in old {
      let other = new.first { $0.0 == name }?.1
      if other != text { result.append(Field(name: name, before: text, after: other)) }
    }
    for (name, text) in new where !old.contains(where: { $0.0 == name }) { result.append(Field(name: name, before: nil, after: text)) }
    return result
  }

  /// The members of the JSON object; all of the text where it is none.
  private static func provenance(_ bundle: BundleDescription) -> [(String, String)] {
    guard let root = try? JSONParser.parse(Array(bundle.provenance.utf8)), case .object(let members) = root.value else {
      return bundle.provenance.isEmpty ? [] : [("provenance", bundle.provenance)]
    }
    // On one line.
    return members.map { member in
      (member.key, member.node.text().split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " "))
    }
  }

  private static func interface(_ bundle: BundleDescription) -> [(String, String)] {
    let input = bundle.input
    var result = [
      ("format", "\(bundle.formatVersion)"), ("precision", bundle.precision),
      ("layout", bundle.storedUnsigned ? "uint8 with 128 added" : "int8"),
      (
        "input",
        "\(input.name), \(input.kind) \(input.width) x \(input.height) x \(input.channels)"
          + [input.color, input.resize].compactMap { $0.map { ", \($0)" } }.joined()
      ),
    ]
    for attribute in bundle.attributes {
      var text = "\(attribute.shape)"
      if !attribute.labels.isEmpty { text += ", labels \(attribute.labels.joined(separator: " "))" }
      text += ", confidence \(attribute.confidence)"
      if let threshold = attribute.threshold { text += ", threshold \(threshold)" }
      result.append(("attribute \(attribute.name)", text))
    }
    return result
  }
}

/// Two fragments of different bundles that the same attributes need; one of them may be missing.
private struct FragmentPair {
  private let name: String
  private let old: Fragment?
  private let new: Fragment?
  private let isEqual: Bool

  static func all(_ before: Bundle, _ after: Bundle) -> [FragmentPair] {
    func sets(_ bundle: Bundle) -> [[String]] {
      let names = bundle.attributes.map(\.name.text)
      return bundle.fragments.map { fragment in
        fragment.attributes.map { names[$0] }.sorted()
      }
    }
    let (old, new) = (sets(before), sets(after))
    func pair(_ set: [String], _ a: Int?, _ b: Int?) -> FragmentPair {
      let kinds: [SectionKind] = [.program, .constants, .weights]
      let isEqual = kinds.allSatisfy { kind in
        let (x, y) = (a.flatMap { before.content(kind, $0) }, b.flatMap { after.content(kind, $0) })
        return x.map { Array($0.bytes) } ?? [] == y.map { Array($0.bytes) } ?? []
      }
      return FragmentPair(
        name: a == 0 || b == 0 ? "trunk" : set.joined(separator: " + "), old: a.map { before.fragments[$0] },
        new: b.map { after.fragments[$0] }, isEqual: isEqual)
    }
    // The trunk is what all need, whichever attributes there are.
    let trunk = pair(old[0], 0, 0)
    let others = old.indices.dropFirst().map { index in pair(old[index], index, new.indices.dropFirst().first { new[$0] == old[index] }) }
    let added = new.indices.dropFirst().filter { !old.dropFirst().contains(new[$0]) }.map { pair(new[$0], nil, $0) }
    return [trunk] + others + added
  }

  var difference: BundleDifference.Fragment {
    func multiplyAccumulates(_ fragment: Fragment?) -> Int {
      fragment.map { fragment in
        fragment.instructions.reduce(0) {
          $0.addingReportingOverflow(InstructionCost($1, fragment.tensors).multiplyAccumulates).partialValue
        }
      } ?? 0
    }
    return BundleDifference.Fragment(
      name: name, isEqual: isEqual, instructionsBefore: old?.instructions.count ?? 0, instructionsAfter: new?.instructions.count ?? 0,
      multiplyAccumulatesBefore: multiplyAccumulates(old), multiplyAccumulatesAfter: multiplyAccumulates(new),
      weightBytesBefore: Int(old?.weights.count ?? 0), weightBytesAfter: Int(new?.weights.count ?? 0), ranges: ranges, weights: weights)
  }

  private var ranges: BundleDifference.Ranges? {
    guard let old, let new, old.tensors.count == new.tensors.count, old.imports.count == new.imports.count else { return nil }
    var result = BundleDifference.Ranges(tensors: 0, changed: 0, largestRatio: 1)
    for (a, b) in zip(old.tensors, new.tensors).dropFirst(old.imports.count) where a.type == .int8 && b.type == .int8 {
      result.tensors += 1
      guard a.scale != b.scale || a.zeroPoint != b.zeroPoint else { continue }
      result.changed += 1
      if a.scale > 0, b.scale > 0 {
        result.largestRatio = max(result.largestRatio, Double(max(a.scale, b.scale)) / Double(min(a.scale, b.scale)))
      }
    }
    return result
  }

  /// Where each layer's weights begin, and whether they are int8; in order.
  private static func layers(_ fragment: Fragment) -> [(offset: Int, isInt8: Bool)] {
    fragment.instructions.compactMap { instruction in
      guard let offset = instruction.weightsOffset, let input = instruction.reads.first else { return nil }
      return (Int(offset), fragment.tensors[Int(input)].type == .int8)
    }.sorted { $0.offset < $1.offset }
  }

  private var weights: BundleDifference.Weights? {
    guard let old, let new, old.weights.count == new.weights.count else { return nil }
    let layers = Self.layers(old)
    guard layers.elementsEqual(Self.layers(new), by: ==) else { return nil }
    var result = BundleDifference.Weights(elements: 0, changed: 0, largestStep: 0, largestFloat: 0)
    for (index, layer) in layers.enumerated() {
      let end = index + 1 < layers.count ? layers[index + 1].offset : Int(old.weights.count)
      if layer.isInt8 {
        for place in layer.offset..<max(end, layer.offset) {
          let (a, b) = (Int8(bitPattern: old.weights.bytes[place]), Int8(bitPattern: new.weights.bytes[place]))
          result.elements += 1
          if a != b { result.changed += 1 }
          result.largestStep = max(result.largestStep, abs(Int(a) - Int(b)))
        }
      } else {
        for place in stride(from: layer.offset, to: end - 3, by: 4) {
          guard let a = old.weights.f32(Int64(place)), let b = new.weights.f32(Int64(place)) else { continue }
          result.elements += 1
          if a != b { result.changed += 1 }
          result.largestFloat = max(result.largestFloat, Double(abs(a - b)))
        }
      }
    }
    return result
  }
}
