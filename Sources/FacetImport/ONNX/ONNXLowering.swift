import COnnx
import FacetDiagnostics
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
  /// The file's nodes, those of functions and of taken branches in the place of what they stand for.
  var list: ONNXNodeList
  /// The node that computes each value; every name has one origin (static single assignment).
  var producers: [String: Int] = [:]
  /// Names that something reads, the branches of every If included.
  var read: Set<String> = []
  /// Subgraphs whose messages are still referred to.
  var subgraphs: [ONNXSubgraph] = []
  /// Bytes that decoding more subgraphs may take.
  var subgraphMemory: Int
  /// Nodes that have been lowered, in that order.
  private(set) var lowered: [Int] = []
  /// Which constants are in use, and what memory they hold.
  var constants = ONNXConstantAccount()
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var notes: [String] = []
  /// Names of the options that the file does not have.
  private(set) var unknownNames: Set<String> = []
  /// What the file's nodes compute, by name.
  private(set) var valueNames: Set<String> = []
  /// Nodes of operators that are not converted, see `reportOutOfScope`.
  private(set) var outOfScope: [(node: ONNXNode, problem: ONNXProblem)] = []
  private var suppressed = 0
  /// Ifs in whose place the nodes of a branch stand.
  var replaced: Set<Int> = []

  /// More than there are causes in any file: bounds the memory.
  private static let maximumDiagnostics = 10_000

  init(file: String, opset: Int, reader: ONNXTensorReader, options: ImportOptions) {
    self.file = file
    self.opset = opset
    self.reader = reader
    self.options = options
    list = ONNXNodeList(functions: [], opset: opset, taken: ONNXTakenNames([]), memory: 0)
    subgraphMemory = reader.allowance
  }

  /// Lowers the file's graph; `graph`, `notes` and `diagnostics` are the result.
  func run(_ source: Onnx__GraphProto, functions: [Onnx__FunctionProto]) {
    list = ONNXNodeList(
      functions: functions, opset: opset, taken: ONNXTakenNames(namesOfValues(source)), memory: reader.allowance)
    list.append(pointers(source.node, source.n_node))
    if let problem = list.problem { return report(problem) }
    let nodes = list.nodes
    let interface = ONNXInterface(source, lowering: self)
    declare(nodes[...])
    valueNames = Set(producers.keys)
    let outputs = interface.wantedOutputs(self, nodes, producers: producers)
    guard diagnostics.isEmpty else { return reportAll() }
    let order: [Int]
    do throws(ONNXProblem) {
      order = try ONNXOrder.sorted(nodes, producers: producers, outputs: outputs)
    } catch {
      return report(error)
    }
    reportMissing(order.map { nodes[$0] }, outputs)
    let inBranches: Set<String>
    (read, inBranches) = namesRead(for: outputs, surely: Set(order))
    interface.addInputs(read: read, to: self)
    if list.inlined > 0 { note("Calls of the file's own functions, inlined: \(list.inlined).") }
    let place = notes.count
    constants.keep(inBranches.union(outputs))
    lowerAll(order)
    let left = nodes.count - lowered.count { $0 < nodes.count }
    if left > 0 { notes.insert("Nodes left out because no output needs them: \(left).", at: place) }
    interface.addOutputs(outputs, to: self)
    if diagnostics.isEmpty, outOfScope.isEmpty, graph.outputs.count < outputs.count {
      report(ONNXProblem(.invariant, "An output was lost without a reason.", "Please report this together with the model."))
    }
    reportOutOfScope(lowered.map { list.nodes[$0] }, outputs: outputs)
    finish(mayDrop: inBranches)
  }

  /// Lowers nodes in this order; those of a branch when its condition is known.
  private func lowerAll(_ order: [Int]) {
    constants.expectReads(by: order.map { list.nodes[$0] })
    var stack: [(order: [Int], next: Int)] = [(order, 0)]
    var done: Set<Int> = []
    var expanded: Set<Int> = []
    while let (current, next) = stack.last {
      guard next < current.count else {
        stack.removeLast()
        continue
      }
      let index = current[next]
      if !done.contains(index), expanded.insert(index).inserted, let branch = branch(takenBy: list.nodes[index], done: done) {
        constants.expectReads(by: branch.map { list.nodes[$0] })
        stack.append((branch, 0))
        continue
      }
      stack[stack.count - 1].next += 1
      guard done.insert(index).inserted else { continue }
      lowered.append(index)
      if !replaced.contains(index) { lower(list.nodes[index]) }
    }
  }

  // MARK: reporting

  func note(_ text: String) { notes.append(text) }

  /// A name of the options that the file does not have: an error, unless another of several models may have it.
  func reportUnknown(_ name: String, _ problem: ONNXProblem) {
    if options.isOneOfSeveral { unknownNames.insert(name) } else { report(problem) }
  }

  /// Names of products that are quantized dynamically in the file.
  var dynamicProducts: [String] = []
  /// Names of batch normalizations without statistics of their own.
  var ownStatistics: [String] = []
  /// Names of tensors that are added and hold minus infinity.
  var masks: [String] = []

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
    case .released(let shape): shape
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
    let value = try values.resolve(name, into: &graph, reader: reader)
    if case .released = value {
      throw ONNXProblem(
        .invariant, "The constant '\(name)' was freed before its last reader.", "Please report this together with the model.")
    }
    return value
  }

  /// Takes note of what computes each value.
  ///
  /// - Parameter replaced: a node whose outputs are theirs.
  func declare(_ nodes: ArraySlice<ONNXNode>, insteadOf replaced: Int? = nil) {
    for node in nodes {
      for output in node.outputs where !output.isEmpty {
        let other = producers.updateValue(node.index, forKey: output)
        if values[output] != nil || other != nil && other != replaced {
          report(
            ONNXProblem(
              .duplicateName, "Its output '\(output)' is already an input, a tensor or another node's output.",
              ONNXProblem.damaged),
            node: node)
        }
      }
    }
  }

  func reportMissing(_ nodes: [ONNXNode], _ outputs: [String]) {
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

  private func lower(_ node: ONNXNode) {
    var result = ONNXValue.failed
    let start = constants.start(graph, reader)
    resolveTensors(of: node)
    do throws(ONNXProblem) {
      let row = try ONNXOperatorTable.row(for: node)
      try refuseVolumes(node)
      try refuseWideCodes(node)
      for output in node.outputs.dropFirst() where read.contains(output) && !row.hasManyOutputs {
        throw ONNXProblem(
          .unsupportedForm, "Only its first output is supported, and '\(output)' is read, too.",
          "Export the model without what reads '\(output)'.")
      }
      let moved = row.readsCodes ? nil : try takeForm(of: node)
      let isReady = !node.inputs.contains(where: isFailed)
      var call = ONNXCall(node: node, lowering: self)
      call.isConstant = readsOnlyConstants(node)
      if isReady, call.isConstant, let known = try evaluate(call) {
        result = known
      } else if case let integers = row.readsCodes ? nil : try integerType(readBy: node), isReady {
        result = try row.lower(call)
        if let integers { for output in node.outputs { integerValues[output] = integers } }
        if let type = typeOfLogic(node), let output = node.outputs.first { integerValues[output] = type }
      }
      if isReady, let moved { result = tag(node, result, moved) }
      // Whatever made it: those that read it multiply sizes.
      if case .integers(let integers) = result, !integers.shape.isPossibleShape {
        result = .failed
        throw ONNXProblem.limit("Its result would have shape \(integers.shape.prefix(16)): sizes beyond 2^31 elements.")
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
    settle(node, since: start)
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
      if ONNXOperatorTable.typesOfTheirOwn.contains(node.operatorType) { return nil }
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

  /// - Parameter mayDrop: inputs that only branches read, maybe those that were not taken.
  private func finish(mayDrop inputs: Set<String>) {
    reportAll()
    guard diagnostics.isEmpty else { return }
    graph.removeDeadNodes()
    dropUnreadInputs(among: inputs)
    noteKinds()
    if let broken = graph.brokenInvariant() {
      report(ONNXProblem(.invariant, "The graph breaks a rule: \(broken).", "Please report this together with the model."))
    }
  }

  /// Brings the messages into the form in which they are read: those of one cause as one.
  private func reportAll() {
    diagnostics = joined(diagnostics)
    if suppressed > 0, var last = diagnostics.last {
      last.message += " (And \(suppressed) more problems.)"
      diagnostics[diagnostics.count - 1] = last
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
