import COnnx
import FacetDiagnostics
import FacetIR

/// What goes into and comes out of the file's graph.
struct ONNXInterface {
  /// The inputs that are not tensors of the file (older files list those, too).
  private var inputs: [Onnx__ValueInfoProto] = []
  let declared: [String]

  /// More inputs, or outputs, than a network has.
  static let maximumCount = 1_000

  /// Registers the file's tensors and inputs in `lowering`.
  init(_ source: Onnx__GraphProto, lowering: ONNXLowering) {
    declared = pointers(source.output, source.n_output).map { text($0.name) }
    for index in 0..<source.n_initializer {
      guard let message = source.initializer[index] else { continue }
      let tensor = ONNXTensorSource(message)
      if lowering.values[tensor.name] != nil {
        lowering.report(Self.duplicate("tensor '\(tensor.name)'"))
      }
      lowering.values[tensor.name] = .pending(tensor)
    }
    var names: Set<String> = []
    for input in pointers(source.input, source.n_input) {
      let name = text(input.name)
      if !names.insert(name).inserted { lowering.report(Self.duplicate("input '\(name)'")) }
      guard lowering.values[name] == nil else { continue }
      inputs.append(input)
      // Taken, until `addInputs` makes the value.
      lowering.values[name] = .failed
    }
    if declared.count > Self.maximumCount || inputs.count > Self.maximumCount {
      lowering.report(
        ONNXProblem(
          .tooLarge, "The graph has \(inputs.count) inputs and \(declared.count) outputs, more than \(Self.maximumCount).",
          ONNXProblem.damaged))
    }
    if source.n_sparse_initializer > 0 {
      lowering.report(
        ONNXProblem(.unsupportedForm, "The model has sparse tensors.", "Export the model with dense tensors."))
    }
  }

  private static func duplicate(_ place: String) -> ONNXProblem {
    ONNXProblem(.duplicateName, "The name appears twice.", ONNXProblem.damaged, place: place)
  }

  /// The declared outputs' names; reports where there are none or one twice.
  func outputNames(_ lowering: ONNXLowering) -> [String] {
    if declared.isEmpty {
      lowering.report(ONNXProblem(.noOutputs, "The graph has no outputs.", "Export the model with its results as outputs."))
    }
    var names: Set<String> = []
    for name in declared where !names.insert(name).inserted { lowering.report(Self.duplicate("output '\(name)'")) }
    return declared
  }

  // MARK: inputs

  /// Makes graph inputs of those that something reads.
  func addInputs(read: Set<String>, to lowering: ONNXLowering) {
    let names = Set(inputs.map { text($0.name) })
    for name in lowering.options.inputShapes.keys.sorted() where !names.contains(name) {
      lowering.reportUnknown(name, unknownInput("A shape", name, names))
    }
    for name in lowering.options.constants.keys.sorted() where !names.contains(name) {
      lowering.reportUnknown(name, unknownInput("A constant", name, names))
    }
    for input in inputs {
      let name = text(input.name)
      guard read.contains(name) else {
        lowering.note("The input '\(name)' is left out: no output needs it.")
        continue
      }
      do throws(ONNXProblem) {
        if let tensor = lowering.options.constants[name] {
          lowering.values[name] = try Self.bound(tensor, to: input, lowering)
          continue
        }
        let shape = try Self.shape(input, options: lowering.options, batches: &lowering.batches, note: lowering.note)
        lowering.values[name] = .value(lowering.graph.addInput(name: name, shape: shape))
        let element = ONNXElementType(input.type?.pointee.tensor_type?.pointee.elem_type ?? 1)
        if !element.isFloat { lowering.integerValues[name] = element }
      } catch {
        lowering.report(
          ONNXProblem(error.code, error.message, error.remedy, place: "input '\(name)'"))
      }
    }
  }

  private func unknownInput(_ given: String, _ name: String, _ names: Set<String>) -> ONNXProblem {
    let guess = suggestion(for: name, among: names.sorted()).map { "Did you mean '\($0)'? " } ?? ""
    let known = inputs.prefix(16).map { "'\(text($0.name))'" }.joined(separator: ", ")
    return ONNXProblem(
      .inputShape, "\(given) is given for the input '\(name)', which the model does not have.", "\(guess)Its inputs are \(known).")
  }

  // MARK: outputs

  /// Makes the graph's outputs, in the file's order.
  func addOutputs(_ names: [String], to lowering: ONNXLowering) {
    let inputs = Set(lowering.graph.inputs)
    for name in names {
      if let type = lowering.quantized[name]?.type {
        lowering.note("The output '\(name)' of \(type) is given as float32 numbers.")
        do throws(ONNXProblem) { try lowering.takeCodes(name) } catch { lowering.report(error) }
      }
      if lowering.integerValues[name] == .bool { lowering.note("The output '\(name)' of bool is given as float32: 0 or 1.".printable) }
      switch lowering.values[name] {
      case .value(let id) where !inputs.contains(id) && lowering.graph.constant(id) == nil:
        lowering.graph.outputs.append(GraphOutput(name: name, value: id))
      case .failed, nil: break
      default:
        lowering.report(
          ONNXProblem(
            .constantOutput, "It is a constant or an input, not a result of the network.",
            lowering.options.outputs == nil ? "Export the model without this output." : "Name a value that a node computes.",
            place: "output '\(name)'"))
      }
    }
  }
}
