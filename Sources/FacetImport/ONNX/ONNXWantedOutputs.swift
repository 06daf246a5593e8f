import FacetDiagnostics

/// The outputs that the user asks for: declared ones in the file's order, then inner values in the order asked.
extension ONNXInterface {
  /// - Parameter producers: the node index of each computed value.
  func wantedOutputs(_ lowering: ONNXLowering, _ nodes: [ONNXNode], producers: [String: Int]) -> [String] {
    guard let wanted = lowering.options.outputs else { return outputNames(lowering) }
    let origin = lowering.options.outputsOrigin
    if wanted.isEmpty || wanted.count > Self.maximumCount {
      lowering.report(
        ONNXProblem(.noOutputs, "\(wanted.count) outputs are asked for.", "Name the values to keep, separated by commas.", place: origin))
    }
    var known: Set<String> = []
    for name in wanted where producers[name] != nil || lowering.values[name] != nil { known.insert(name) }
    for name in wanted where !known.contains(name) {
      lowering.reportUnknown(name, unknown(name, lowering, nodes, producers))
    }
    var seen: Set<String> = []
    let isWanted = Set(wanted)
    let result = (declared.filter(isWanted.contains) + wanted.filter(known.contains)).filter { seen.insert($0).inserted }
    // None of them is of this one of several models: it stays whole.
    if result.isEmpty, lowering.options.isOneOfSeveral { return outputNames(lowering) }
    let left = declared.filter { !isWanted.contains($0) }
    if !left.isEmpty {
      let names = left.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (left.count > 8 ? " and \(left.count - 8) more" : "")
      lowering.note("Outputs left out, because \(origin) does not name them: \(names).".printable)
    }
    return result
  }

  private func unknown(
    _ name: String, _ lowering: ONNXLowering, _ nodes: [ONNXNode], _ producers: [String: Int]
  ) -> ONNXProblem {
    let origin = lowering.options.outputsOrigin
    let remedy: String
    if let node = nodes.first(where: { $0.name == name }), let output = node.outputs.first(where: { !$0.isEmpty }) {
      remedy = "A node has this name; its result is called '\(output)'."
    } else if let close = suggestion(for: name, among: declared + producers.keys.sorted()) {
      remedy = "Did you mean '\(close)'?"
    } else {
      let names = declared.prefix(16).map { "'\($0)'" }.joined(separator: ", ")
      remedy =
        "Any result of a node can be named ('facet inspect MODEL --layers' lists them); the model's own outputs are "
        + "\(names)\(declared.count > 16 ? ", …" : "")."
    }
    return ONNXProblem(
      .unknownOutput, "The model has no value of this name, which \(origin) asks for.", remedy, place: "output '\(name)'")
  }
}
