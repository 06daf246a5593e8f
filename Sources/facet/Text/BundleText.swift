import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetVerification
import Foundation

/// A bundle as people read it.
struct BundleText {
  let file: String
  let bundle: BundleDescription

  init(_ file: String, _ bundle: BundleDescription) {
    self.file = file
    self.bundle = bundle
  }

  var text: String {
    let input = bundle.input
    var lines = [
      "\(terminalText(file)): \(bundle.precision) bundle, format \(bundle.formatVersion), \(bytes(bundle.bytes))"
    ]
    let how = [input.color, input.resize, input.meanImage == true ? "less a mean image" : nil].compactMap(\.self).joined(separator: ", ")
    lines.append(
      "  input \(input.name): \(input.kind) \(input.width) x \(input.height) x \(input.channels)"
        + (how.isEmpty ? "" : ", \(how)"))
    lines.append("  activations are stored as \(bundle.storedUnsigned ? "uint8 with 128 added" : "they are")")
    let tile = bundle.selfTestTile.map { ", each a tile of \($0[2]) x \($0[1]) x \($0[0]) repeated over the input" }
    lines.append("  \(bundle.selfTestSamples) self-test samples\(tile ?? "")")
    lines += ["", attributes]
    if bundle.order != bundle.attributes.map(\.name) { lines.append("  evaluated in the order \(bundle.order.joined(separator: ", "))") }
    lines += bundle.attributes.compactMap { attribute in attribute.when.map { "  \(attribute.name) only when \($0)" } }
    lines += ["", fragments]
    if let layers = bundle.layers { lines += ["", Self.layers(layers)] }
    if !bundle.forks.isEmpty { lines += ["", forks] }
    lines += ["", plans, "", sections]
    if !provenance.isEmpty { lines += ["", "  provenance: \(terminalText(provenance))"] }
    return lines.joined(separator: "\n")
  }

  /// Without the recipe's text, which --json shows.
  private var provenance: String {
    guard var fields = try? JSONSerialization.jsonObject(with: Data(bundle.provenance.utf8)) as? [String: Any] else {
      return bundle.provenance
    }
    if var recipe = fields["recipe"] as? [String: Any] {
      recipe["text"] = nil
      fields["recipe"] = recipe
    }
    let data = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? bundle.provenance
  }

  private var attributes: String {
    var table = TextTable(["attribute", "scores", "confidence", "threshold", "labels"], left: ["scores", "confidence", "labels"])
    for attribute in bundle.attributes {
      let labels = attribute.labels.prefix(8).joined(separator: ", ") + (attribute.labels.count > 8 ? ", …" : "")
      let number = attribute.value.map { "number" + ($0.unit.map { " of \($0)" } ?? "") + ($0.bins == nil ? "" : ", expected over bins") }
      table.add([
        attribute.name, shape(attribute.shape), attribute.confidence,
        attribute.threshold.map { decimal(Double($0), 3) } ?? "-",
        number ?? (labels.isEmpty ? "-" : labels),
      ])
    }
    return table.text()
  }

  private var fragments: String {
    var table = TextTable(
      ["fragment", "instructions", "multiply-accumulates", "in float32", "weights", "constants", "needed by"], left: ["needed by"])
    for (index, fragment) in bundle.fragments.enumerated() {
      table.add([
        index == 0 ? "trunk" : "\(index)", "\(fragment.instructions.values.reduce(0, +))",
        counted(fragment.multiplyAccumulates),
        percent(Double(fragment.floatMultiplyAccumulates) / Double(max(fragment.multiplyAccumulates, 1))), bytes(fragment.weightBytes),
        bytes(fragment.constantBytes),
        fragment.attributes.count == bundle.attributes.count ? "all" : fragment.attributes.joined(separator: " "),
      ])
    }
    return table.text()
  }

  private var forks: String {
    var table = TextTable(["fork", "shape", "type", "of"], left: ["shape", "type", "of"])
    for fork in bundle.forks {
      table.add([terminalText(fork.name), shape(fork.shape), fork.type, fork.fragment == 0 ? "trunk" : "fragment \(fork.fragment)"])
    }
    return table.text()
  }

  private var plans: String {
    var table = TextTable(["plan", "arena", "lower bound", "gap", "serves"], left: ["serves"])
    for plan in bundle.plans {
      table.add([
        plan.name.isEmpty ? "(default)" : plan.name, bytes(plan.arenaBytes), bytes(plan.arenaLowerBound),
        gap(plan.arenaBytes, plan.arenaLowerBound),
        plan.attributes.count == bundle.attributes.count ? "all" : plan.attributes.joined(separator: " "),
      ])
    }
    return table.text()
  }

  private var sections: String {
    var table = TextTable(["section", "offset", "bytes", "sha256"], left: ["sha256"])
    for section in bundle.sections {
      table.add([
        "\(section.kind) \(section.index)", "\(section.offset)", "\(section.bytes)",
        "\(section.sha256.prefix(16))…" + (section.intact ? "" : " DAMAGED"),
      ])
    }
    return table.text()
  }
}
