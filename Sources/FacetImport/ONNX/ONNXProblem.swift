import FacetIR

/// What is wrong, found where only part of the facts is known; `ONNXLowering` adds file, node and shapes.
struct ONNXProblem: Error {
  var code: ImportErrorCode
  var message: String
  var remedy: String
  /// Where a finer place than the node is known, e.g. `tensor 'w'`.
  var place: String?
  /// What stands in the one list of all that Facet does not convert, e.g. `3-D Conv`; nil for any other problem.
  var outOfScope: String?

  init(_ code: ImportErrorCode, _ message: String, _ remedy: String, place: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.place = place
  }

  /// Inputs whose shapes an operator does not take.
  init(_ error: ShapeError) {
    if let batch = error.batch {
      self = .batch(batch)
    } else if error.isLimit {
      self = .limit("It is too large: \(error).")
    } else {
      self.init(.shape, "These inputs are not possible: \(error).", Self.damaged)
    }
  }

  /// What to do where the memory does not suffice.
  static let noMemory = "End other programs, raise the limit (ulimit -v), or use a machine with more memory."

  /// What the standard allows and Facet bounds.
  static func limit(_ message: String) -> ONNXProblem {
    ONNXProblem(
      .limit, message,
      "The file may be right, but this is beyond a limit of Facet: check the sizes, or cut the network before this operator with --outputs."
    )
  }

  /// A model, or a function of it, for another version of the operators.
  static func opset(_ what: String, _ version: Int64) -> ONNXProblem {
    ONNXProblem(
      .opset,
      "\(what) has opset \(version); supported are 7 to \(supportedONNXOpsets.upperBound), and older ones for operators that have not "
        + "changed since.",
      "Export it for opset 17, or convert it with onnx.version_converter.")
  }

  /// An operator on images that gets several: all of a file are told together.
  static func batch(_ count: Int) -> ONNXProblem {
    var problem = ONNXProblem(
      .batch, "It works on a batch of \(count) images; a bundle computes one image at a time.",
      "Export the model for one image: batch size 1, or an open batch. Where the network itself joins an image with changed copies of it "
        + "(flipped, as test-time augmentation does), export it without that, run the bundle on each and combine the scores.")
    problem.outOfScope = "operator on a batch of \(count)"
    return problem
  }

  /// An operator that Facet does not convert: all of a file are told together.
  static func outOfScope(_ name: String, _ message: String, _ remedy: String) -> ONNXProblem {
    var problem = ONNXProblem(.unsupportedOperator, message, remedy)
    problem.outOfScope = name
    return problem
  }

  /// The remedy where a file breaks the format: only its producer can mend it.
  static let damaged = "The file breaks the ONNX format: export the model again, and check it with onnx.checker."
}
