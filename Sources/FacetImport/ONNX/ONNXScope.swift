import FacetDiagnostics
import FacetIR

/// All operators of a file that Facet does not convert, told as one problem, with the values to cut the graph at before them.
extension ONNXLowering {
  /// Refuses convolution and pooling over more than two axes, also where the input has failed already.
  func refuseVolumes(_ node: ONNXNode) throws(ONNXProblem) {
    let takesWeights = node.operatorType == "Conv" || node.operatorType == "ConvTranspose"
    guard takesWeights || node.operatorType == "MaxPool" || node.operatorType == "AveragePool" else { return }
    var ranks = node.inputs.prefix(takesWeights ? 2 : 1).compactMap { knownShape($0)?.count }
    if case .ints(let kernel)? = node.attributes["kernel_shape"] { ranks.append(kernel.count + 2) }
    guard let rank = ranks.max(), rank > 4 else { return }
    if !takesWeights, rank == 5, flatWindowAxes(node) != nil { return }
    throw ONNXProblem.outOfScope(
      "\(rank - 2)-D \(node.operatorType)", "It works on \(rank - 2) dimensions; one and two are supported.",
      "Facet takes images and lines, not volumes or video clips.")
  }

  /// - Parameter order: the nodes that the outputs need, each after those that it reads.
  func reportOutOfScope(_ order: [ONNXNode], outputs: [String]) {
    guard let first = outOfScope.first else { return }
    let isOne = outOfScope.count == 1
    let remedies = [cutRemedy(order, outputs: outputs, isOne: isOne)] + distinct(outOfScope.map(\.problem.remedy)).prefix(4)
    var diagnostic = Diagnostic(
      code: first.problem.code, file: file, message: first.problem.message, remedy: remedies.joined(separator: " "))
    if isOne {
      diagnostic.place = "node '\(first.node.name)'".printable
      diagnostic.operatorName = first.node.operatorName.printable
      diagnostic.shapes = knownShapes(first.node)
    } else {
      diagnostic.message = "\(outOfScope.count) operators are not supported: \(kindsFound)."
    }
    append(diagnostic)
  }

  /// Each kind with its number and its first node.
  private var kindsFound: String {
    var kinds: [String] = []
    var found: [String: (count: Int, first: String)] = [:]
    for (node, problem) in outOfScope {
      let kind = problem.outOfScope ?? node.operatorName
      if found[kind] == nil { kinds.append(kind) }
      found[kind, default: (0, node.name)].count += 1
    }
    let shown = kinds.prefix(32).map { kind in
      let (count, first) = found[kind] ?? (0, "")
      return "\(count > 1 ? "\(count) " : "")\(kind) (\(count > 1 ? "first " : "")node '\(first)')".printable
    }
    return shown.joined(separator: ", ") + (kinds.count > shown.count ? " and \(kinds.count - shown.count) other kinds" : "")
  }

  private func cutRemedy(_ order: [ONNXNode], outputs: [String], isOne: Bool) -> String {
    let names = valuesBefore(order, outputs: outputs)
    let them = isOne ? "it" : "them"
    guard !names.isEmpty else {
      return diagnostics.isEmpty
        ? "Nothing before \(them) could be kept by cutting the graph."
        : "'--outputs a,b' cuts the graph before \(them); once the other problems are solved, this message names the values to cut at."
    }
    guard names.count <= 32 else {
      return "'--outputs a,b' cuts the graph; \(names.count) values before \(them) would be needed, among them "
        + names.prefix(8).map { "'\($0)'".printable }.joined(separator: ", ") + "."
    }
    let option = "--outputs " + shellWord(names.map(\.printable).joined(separator: ","))
    // Copies of an image for test-time augmentation are made right at the start.
    guard !outOfScope.contains(where: { $0.problem.code == .batch }) || hasWeights(before: names) else {
      return "No operator with weights comes before \(them): \(option) would cut the graph there and leave none."
    }
    return "To cut the graph before \(them), at the last values that convert, give \(option)."
  }

  /// Whether a convolution or a product with stored weights stands before these values.
  private func hasWeights(before names: [String]) -> Bool {
    var pending: [ValueID] = names.compactMap { if case .value(let id)? = values[$0] { id } else { nil } }
    var needed = Set(pending)
    let producers = Dictionary(graph.nodes.map { ($0.output, $0) }) { first, _ in first }
    while let id = pending.popLast() {
      guard let node = producers[id] else { continue }
      let isProduct = node.op.multiplyAccumulates(node.inputs.map(graph.shape), output: graph.shape(id)) > 0
      if isProduct, node.inputs.contains(where: { graph.constant($0) != nil }) { return true }
      for input in node.inputs where needed.insert(input).inserted { pending.append(input) }
    }
    return false
  }

  /// The computed values that convert and that what follows those operators reads, and the outputs that convert anyway.
  private func valuesBefore(_ order: [ONNXNode], outputs: [String]) -> [String] {
    let refused = Set(outOfScope.map(\.node.index))
    var behind: Set<String> = []
    var result: [String] = []
    for node in order {
      guard refused.contains(node.index) || node.inputs.contains(where: behind.contains) else { continue }
      behind.formUnion(node.outputs)
      result += node.inputs.filter { !behind.contains($0) && isComputed($0) }
    }
    return distinct(result + outputs.filter { !behind.contains($0) && isComputed($0) })
  }
}

private func distinct(_ texts: [String]) -> [String] {
  var seen: Set<String> = []
  return texts.filter { seen.insert($0).inserted }
}

/// A text as one word of a command line.
func shellWord(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy {
    switch $0 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "_-./:,=+@%".utf8.contains($0)
    }
  }
  return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
