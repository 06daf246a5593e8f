import FacetDiagnostics
import FacetIR

// A model that was exported for a batch of several images. A bundle computes one: where each image of the batch is computed for itself, the
// batch is taken as 1.

/// A file turned into a graph, and what stands in the way of the whole.
struct ONNXAttempt {
  var model: ImportedModel
  package var diagnostics: [Diagnostic]
  /// The batch that may be why it failed.
  var batch: Int?
}

/// Imports a file as it is; where that fails and the file was exported for a batch, with that taken as 1.
///
/// - Parameter attempt: decodes the file and lowers it: tensors that were read are gone.
/// - Returns: the graph, or the part of it that can be had and what stands in the way of the rest.
func lowered(
  options: ImportOptions, _ attempt: (ImportOptions) throws(FacetError) -> ONNXAttempt
) throws(FacetError) -> (model: ImportedModel, failure: FacetError?) {
  let first = try attempt(options)
  if first.diagnostics.isEmpty { return (first.model, nil) }
  if let batch = first.batch {
    var options = options
    options.batch = batch
    let second = try attempt(options)
    if second.diagnostics.isEmpty { return (second.model, nil) }
    // Shapes that do not fit then are no fault of the file; all else is what stands in the way.
    if !second.diagnostics.contains(where: { $0.code == ImportErrorCode.shape.rawValue }) {
      return (second.model, FacetError(second.diagnostics))
    }
  }
  return (first.model, FacetError(first.diagnostics))
}

extension ONNXLowering {
  /// The batch that all inputs of several images were exported for; nil where there is none, or several.
  var exportedBatch: Int? {
    let sizes = Set(batches.filter { options.inputShapes[$0.key] == nil }.values)
    return sizes.count == 1 ? sizes.first : nil
  }

  /// The first size of a list of sizes as the file has it, where that is the batch which is now taken as 1.
  ///
  /// - Parameter shape: of what the sizes are for.
  func withoutBatch(_ sizes: [Int], of shape: [Int]) -> [Int] {
    guard let first = sizes.first, first > 1, takenBatches.contains(first), shape.first == 1 else { return sizes }
    return [1] + sizes.dropFirst()
  }

  /// The sizes of a reshape without the batch: of a batch that is taken as 1 also where it is part of the first size. `checkSamples` sees
  /// whether it is.
  ///
  /// - Parameter name: of the sizes. Those that the network computes of shapes have no batch any more.
  func reshapedWithoutBatch(_ sizes: [Int], named name: String, of shape: [Int]) -> (sizes: [Int], first: SampleAxes.FirstSize?) {
    guard let batch = options.batch, let first = sizes.first, first > 0 else { return (withoutBatch(sizes, of: shape), nil) }
    if sizesOfShapes.contains(name), first % batch != 0 || sizes.checkedElementCount != shape.elementCount * batch {
      return (sizes, first == 1 ? .one : nil)
    }
    guard first % batch == 0 else { return (sizes, first == 1 ? .single : .other) }
    return ([first / batch] + sizes.dropFirst(), .ofBatch)
  }

  /// A stored tensor that holds the same for each image of the batch, for one of them.
  func withoutBatch(_ id: ValueID) -> ValueID {
    guard !takenBatches.isEmpty, let tensor = graph.constant(id), tensor.shape.count > 1, takenBatches.contains(tensor.shape[0]) else {
      return id
    }
    let count = tensor.elements.count / tensor.shape[0]
    guard (1..<tensor.shape[0]).allSatisfy({ tensor.elements[$0 * count..<($0 + 1) * count].elementsEqual(tensor.elements[..<count]) })
    else {
      return id
    }
    return values.addConstant(
      Tensor(shape: [1] + tensor.shape.dropFirst(), elements: Array(tensor.elements[..<count])), name: graph[id].name, to: &graph)
  }

  /// Batches of the file that are 1 now, by themselves or because the user says so.
  private var takenBatches: Set<Int> {
    if let batch = options.batch { return [batch] }
    return Set(batches.filter { options.inputShapes[$0.key]?.first == 1 }.values)
  }

  /// Remembers a slice that takes some images of a batch which is taken as 1.
  func noteSlice(_ node: ONNXNode, start: Int, end: Int, size: Int) {
    guard let batch = options.batch, size == 1, start != 0 || end < batch else { return }
    if dropsSamples == nil { dropsSamples = node }
  }

  /// Whether a batch may be taken as 1: reports where the network joins or picks images.
  func checkSamples() {
    guard let batch = options.batch, diagnostics.isEmpty else { return }
    let inputs = graph.inputs.filter { batches[graph[$0].name] == batch }
    let mixing = SampleAxes(graph, inputs: Set(inputs), firstSizes: firstSizes).mixing
    guard dropsSamples != nil || mixing != nil else {
      return note(
        "The model was exported for a batch of \(batch); it is taken as 1: each image is computed for itself, and the bundle takes one.")
    }
    let name = dropsSamples?.name ?? mixing?.name ?? ""
    report(
      ONNXProblem(
        .batch, "The model was exported for a batch of \(batch) images, and here it joins or picks some of them; a bundle computes one.",
        "Export the model for one image: batch size 1, or an open batch.", place: "node '\(name)'"))
  }
}
