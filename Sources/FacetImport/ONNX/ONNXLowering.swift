import COnnx
import FacetIR

/// Turns the nodes of one file into a graph, and collects every reason why it cannot be done.
///
/// A value that fails is marked, and nodes that need it are passed over in silence, so that each error is told once;
/// operators that are not supported are told wherever they stand, all in one message.
final class ONNXLowering {
  let file: String
  let opset: Int
  let reader: ONNXTensorReader
  let options: ImportOptions
  var graph = Graph()
  var values = ONNXValueTable()
  /// Names of computed values that are integers in the file, as float32 here.
  var integerValues: [String: ONNXElementType] = [:]
  /// Values that are uint8 or int8 in the file, by name, as the real numbers that they stand for.
  var quantized: [String: ONNXQuantizedValue] = [:]
  /// First sizes of inputs of several axes that are above 1: batches, mostly.
  var batches: [String: Int] = [:]
  /// What the file says of the first sizes of reshaped values, where a batch is taken as 1.
  var firstSizes: [ValueID: SampleAxes.FirstSize] = [:]
  /// Names of integers that the network computes of shapes.
  var sizesOfShapes: Set<String> = []
  /// A node that seems to take single images from a batch that is taken as 1.
  var dropsSamples: ONNXNode?
  /// What DynamicQuantizeLinear made, and sums of products of it.
  var dynamic = ONNXDynamicQuantization()
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var notes: [String] = []
  /// Names of the options that the file does not have.
  private(set) var unknownNames: Set<String> = []
  /// Nodes of operators that are not converted, see `reportOutOfScope`.
  private(set) var outOfScope: [(node: ONNXNode, problem: ONNXProblem)] = []
  private var suppressed = 0

  /// More nodes than any network has; bounds the work on a hostile file.
  private static let maximumNodes = 100_000
  /// More messages than anyone reads.
  private static let maximumDiagnostics = 1_000

  init(file: String, opset: Int, reader: ONNXTensorReader, options: ImportOptions) {
    self.file = file
    self.opset = opset
    self.reader = reader
    self.options = options
  }

  /// Lowers the file's graph; `graph`, `notes` and `diagnostics` are the result.
  func run(_ source: Onnx__GraphProto) {
    guard source.n_node <= Self.maximumNodes else {
      let message = "The graph has \(source.n_node) nodes, more than \(Self.maximumNodes)."
      return report(ONNXProblem(.tooLarge, message, tooLargeRemedy))
    }
    let nodes = onnxNodes(source)
    let interface = ONNXInterface(source, lowering: self)
    let producers = declare(nodes)
    let outputs = interface.wantedOutputs(self, nodes, producers: producers)
    guard diagnostics.isEmpty else { return }
    let order: [Int]
    do throws(ONNXProblem) {
      order = try ONNXOrder.sorted(nodes, producers: producers, outputs: outputs)
    } catch {
      return report(error)
    }
    reportMissing(order.map { nodes[$0] }, producers, outputs)
    interface.addInputs(readBy: order.map { nodes[$0] }, outputs: outputs, to: self)
    if order.count < nodes.count { note("Nodes left out because no output needs them: \(nodes.count - order.count).") }
    let read = Set(order.flatMap { nodes[$0].inputs } + outputs)
    for index in order { lower(nodes[index], read: read) }
    interface.addOutputs(outputs, to: self)
    reportOutOfScope(order.map { nodes[$0] }, outputs: outputs)
    finish()
  }

  // MARK: reporting

  func note(_ text: String) { notes.append(text) }

  /// A name of the options that the file does not have: an error, unless another of several models may have it.
  func reportUnknown(_ name: String, _ problem: ONNXProblem) {
    if options.isOneOfSeveral { unknownNames.insert(name) } else { report(problem) }
  }

  /// Names of products that are quantized dynamically in the file.
  private var dynamicProducts: [String] = []

  func noteDynamic(_ name: String) { dynamicProducts.append(name) }

  /// What int8 will not take as it stands in a quantized model; one note for all of a kind, with the first of them.
  private func noteQuantization() {
    var asymmetric: [ValueID] = []
    var withMinimum: [ValueID] = []
    for node in graph.nodes where node.op is Convolution || node.op is FullyConnected {
      let id = node.inputs[1]
      guard let grid = graph.constantQuantizations[id], let weights = graph.constant(id) else { continue }
      guard let scales = grid.perOutput(weights.shape[0]), !scales.contains(0) else {
        asymmetric.append(id)
        continue
      }
      let row = weights.elements.count / scales.count
      if weights.elements.indices.contains(where: { weights.elements[$0] < -127.5 * scales[$0 / row] }) { withMinimum.append(id) }
    }
    if let first = asymmetric.first {
      note(
        "The codes of \(plural(asymmetric.count, "tensor")) of weights, of '\(graph[first].name)' first, have a zero point other than 0 or scales along another "
          + "axis than the output channels: int8 quantizes them anew.")
    }
    if let first = withMinimum.first {
      note(
        "The codes of \(plural(withMinimum.count, "tensor")) of weights, of '\(graph[first].name)' first, hold -128: int8 takes -127 there."
      )
    }
    if let first = dynamicProducts.first {
      note(
        "\(plural(dynamicProducts.count, "product")), that of '\(first)' first, \(dynamicProducts.count == 1 ? "is" : "are") quantized while the network runs: taken as float32 "
          + "products of the stored weights, and int8 fixes their ranges when it compiles.")
    }
  }

  func report(_ problem: ONNXProblem, node: ONNXNode? = nil) {
    let place = node.map { "node '\($0.name)'" }
    append(
      Diagnostic(
        code: problem.code, file: file,
        place: [place, problem.place].compactMap { $0?.printable }.joined(separator: ", ").nonEmpty,
        operatorName: node?.operatorName.printable, shapes: node.map(knownShapes) ?? [], message: problem.message.printable,
        remedy: remedy(problem).printable))
  }

  /// A shape that does not fit may come from the sizes that were given, and not from the file.
  private func remedy(_ problem: ONNXProblem) -> String {
    guard problem.code == .shape, problem.remedy == ONNXProblem.damaged, !options.inputShapes.isEmpty else { return problem.remedy }
    return
      "The sizes given for the inputs (--shape, or \"shapes\" in the recipe) may not fit this network: leave them out, or give those that it "
      + "was made for. Where they are right: \(problem.remedy)"
  }

  func append(_ diagnostic: Diagnostic) {
    guard diagnostics.count < Self.maximumDiagnostics else {
      suppressed += 1
      return
    }
    diagnostics.append(diagnostic)
  }

  /// Shapes of a node's inputs as far as they are known now.
  func knownShapes(_ node: ONNXNode) -> [String] {
    node.inputs.prefix(16).map { name in
      guard let shape = knownShape(name) else { return "?" }
      return shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
    }
  }

  func knownShape(_ name: String) -> [Int]? {
    switch values[name] {
    case .value(let id): graph.shape(id)
    case .integers(let integers): integers.shape
    case .codes(let codes): codes.shape
    case .pending(let source): try? source.shape()
    case .failed, nil: nil
    }
  }

  /// Whether a name is a number tensor that some node has computed.
  func isComputed(_ name: String) -> Bool {
    guard case .value(let id)? = values[name] else { return false }
    return graph.constant(id) == nil && !graph.inputs.contains(id)
  }

  // MARK: lowering

  func resolve(_ name: String) throws(ONNXProblem) -> ONNXValue {
    try values.resolve(name, into: &graph, reader: reader)
  }

  /// The node that computes each value; every name has one origin (static single assignment).
  private func declare(_ nodes: [ONNXNode]) -> [String: Int] {
    var producers: [String: Int] = [:]
    for node in nodes {
      for output in node.outputs where !output.isEmpty {
        if values[output] != nil || producers.updateValue(node.index, forKey: output) != nil {
          report(
            ONNXProblem(
              .duplicateName, "Its output '\(output)' is already an input, a tensor or another node's output.",
              ONNXProblem.damaged),
            node: node)
        }
      }
    }
    return producers
  }

  private func reportMissing(_ nodes: [ONNXNode], _ producers: [String: Int], _ outputs: [String]) {
    for node in nodes {
      for input in node.inputs where !input.isEmpty && values[input] == nil && producers[input] == nil {
        values[input] = .failed
        report(
          ONNXProblem(
            .missingValue, "Its input '\(input)' is neither a tensor, an input nor a node's output.", ONNXProblem.damaged),
          node: node)
      }
    }
    for output in outputs where values[output] == nil && producers[output] == nil {
      values[output] = .failed
      report(ONNXProblem(.missingValue, "Nothing computes it.", ONNXProblem.damaged, place: "output '\(output)'"))
    }
  }

  /// - Parameter read: the names that something reads.
  private func lower(_ node: ONNXNode, read: Set<String>) {
    var result = ONNXValue.failed
    resolveTensors(of: node)
    do throws(ONNXProblem) {
      let row = try ONNXOperatorTable.row(for: node, opset: opset)
      try refuseVolumes(node)
      for output in node.outputs.dropFirst() where read.contains(output) && !row.hasManyOutputs {
        throw ONNXProblem(
          .unsupportedForm, "Only its first output is supported, and '\(output)' is read, too.",
          "Export the model without what reads '\(output)'.")
      }
      let moved = row.readsCodes ? nil : try takeForm(of: node)
      let integers = row.readsCodes ? nil : try integerType(readBy: node)
      if !node.inputs.contains(where: isFailed) {
        let call = ONNXCall(node: node, lowering: self)
        if let folded = try foldIntegers(call) { result = folded } else { result = try row.lower(call) }
        if let integers { for output in node.outputs { integerValues[output] = integers } }
        if let type = typeOfLogic(node), let output = node.outputs.first { integerValues[output] = type }
        if let moved { result = tag(node, result, moved) }
      }
    } catch  where error.outOfScope != nil {
      outOfScope.append((node, error))
    } catch {
      report(error, node: node)
    }
    if node.operatorType == "Shape" || node.operatorType == "Size" || node.inputs.contains(where: sizesOfShapes.contains),
      case .integers = result
    {
      sizesOfShapes.formUnion(node.outputs)
    }
    for (index, output) in node.outputs.enumerated() where !output.isEmpty {
      if index == 0 { values[output] = result } else if values[output] == nil { values[output] = .failed }
    }
  }

  /// The type of the integers that a node computes with; nil where it has none. Arithmetic on them wraps around and truncates, which
  /// real numbers do not.
  private func integerType(readBy node: ONNXNode) throws(ONNXProblem) -> ONNXElementType? {
    for name in node.inputs {
      var found = integerValues[name]
      if case .codes(let codes)? = values[name] {
        if node.operatorType == "Identity" { continue }
        found = codes.type
      }
      guard let type = found else { continue }
      if node.operatorType == "Cast" || node.operatorType == "Shape" || ONNXOperatorTable.logic.contains(node.operatorType) { return nil }
      let isWide = type == .int32 || type == .int64
      guard
        ONNXOperatorTable.exactOnIntegers.contains(node.operatorType)
          || isWide && ONNXOperatorTable.exactOnWideIntegers.contains(node.operatorType)
      else {
        if isWide, !graph.inputs.contains(where: { graph[$0].name == name }) {
          throw ONNXProblem.outOfScope(
            "\(node.operatorType) of \(type)", "It computes with \(type), and float32 does not give the same.",
            "Export the model with this part in float32, or without it.")
        }
        throw ONNXProblem(
          .inputType, "It computes with \(type), expected float32.",
          "Export the model with a float32 input; the recipe says how pixels become numbers.")
      }
      return type
    }
    return nil
  }

  /// Decodes the tensors that a supported node reads, so that all damaged ones are told, even behind another error.
  private func resolveTensors(of node: ONNXNode) {
    guard ONNXOperatorTable.row(of: node) != nil else { return }
    for input in node.inputs {
      do throws(ONNXProblem) {
        if case .pending? = values[input] { _ = try resolve(input) }
      } catch {
        report(error, node: node)
      }
    }
  }

  private func isFailed(_ name: String) -> Bool {
    if case .failed? = values[name] { return true }
    return false
  }

  private func finish() {
    if suppressed > 0, var last = diagnostics.last {
      last.message += " (And \(suppressed) more problems.)"
      diagnostics[diagnostics.count - 1] = last
    }
    guard diagnostics.isEmpty else { return }
    graph.removeDeadNodes()
    noteQuantization()
    if let broken = graph.brokenInvariant() {
      report(ONNXProblem(.invariant, "The graph breaks a rule: \(broken).", "Please report this together with the model."))
    }
  }
}

extension String {
  /// For terminals, whatever a file's names hold: control characters escaped, and not longer than a reader bears.
  var printable: String {
    var result = ""
    for (index, scalar) in unicodeScalars.enumerated() {
      guard index < 400 else { return result + "…" }
      result += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return result
  }

  /// Nil where empty.
  var nonEmpty: String? { isEmpty ? nil : self }
}
