/// What a node computes: one float32 output from its inputs. One file per operator family conforms to it.
///
/// Image operators (convolution, pooling, affine) take NCHW with batch 1 (`[1, C, H, W]`) or `[1, N]`, with weights that are
/// constants of the graph. All others take any shape of up to `maximumRank` axes.
package protocol Operator: Sendable {
  /// The operator's name as the field knows it (ONNX's where it has one), e.g. `Conv`.
  var name: String { get }

  /// All attributes in a fixed order, e.g. `strides=2,2 pads=1,1,1,1`. With `name` it identifies the operator:
  /// two operators with equal names and attributes compute the same function.
  var attributes: String { get }

  /// The shape of the output. Throws where these inputs cannot be: wrong count, rank or sizes.
  func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int]

  /// Multiply-accumulates of one evaluation (0 for operators without products of weights and activations).
  func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int

  /// The reference result in float32 with float64 sums: an oracle for tests, never the way to run.
  /// Precondition: `outputShape` accepts the inputs.
  func reference(_ inputs: [Tensor]) -> Tensor

  /// How the operator is computed in an int8 program.
  var quantization: QuantizationRule { get }
}

extension Operator {
  package var attributes: String { "" }
  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int { 0 }
}

/// How an operator runs in int8 (DESIGN, "Numerics").
package enum QuantizationRule: Sendable, Equatable {
  /// int8 weights per output channel, int32 accumulation, requantization: convolution, fully connected, affine.
  case weighted
  /// The output keeps the input's scale and zero point: max pooling, reshape, identity.
  case sameRange
  /// Its own output range, from integer arithmetic on its inputs: add, multiply, average pooling.
  case ownRange
  /// A 256-entry table from the input's quantization to its own output's: sigmoid, hard-swish, clip.
  case table
  /// Every input is requantized by a table to the output's range: concatenation.
  case tablePerInput
  /// int8 of float32, from 0 to the largest number that was measured: softmax, whose few large results count most.
  case fraction
  /// Only in float32: reductions, matrix products of activations, most functions of two operands.
  case floatOnly
}

/// Why an operator refuses its inputs' shapes. The caller adds node and tensor names.
package struct ShapeError: Error, Sendable, Equatable, CustomStringConvertible {
  package var description: String
  /// Whether the shapes fit, but are beyond what this program takes.
  package var isLimit = false
  /// The number of images where an operator on images gets more than one.
  package private(set) var batch: Int?

  package init(_ description: String) { self.description = description }

  /// Of an operator that takes one image, for an input of several.
  static func batch(_ shape: [Int]) -> ShapeError {
    var error = ShapeError("the input has shape \(shape), expected a batch of 1")
    error.batch = shape.first
    return error
  }

  package static func limit(_ description: String) -> ShapeError {
    var error = ShapeError(description)
    error.isLimit = true
    return error
  }
}
