import FacetDiagnostics
import FacetIR

/// The window attributes of convolution and pooling, with `auto_pad` resolved (ONNX operators Conv, MaxPool, AveragePool).
struct ONNXWindow {
  /// y, x
  var kernel: [Int]
  var strides: [Int]
  var dilations: [Int]
  /// top, left, bottom, right
  var pads: [Int]
  /// Whether `auto_pad` asks for an output of ceil(input / stride).
  var isSame: Bool

  /// - Parameters:
  ///   - input: `[1, C, H, W]`.
  ///   - kernel: the kernel's size where the weights tell it, or nil.
  ///   - isLine: whether the file speaks of one axis only: of x.
  init(_ call: ONNXCall, input: [Int], kernel known: [Int]?, isLine: Bool = false) throws(ONNXProblem) {
    guard input.count == 4 else {
      throw ONNXProblem(
        .unsupportedForm, "Its input has shape \(input), expected [1, C, H, W] or [1, C, L].",
        "Only convolution and pooling of one or two dimensions is supported.")
    }
    func ints(_ name: String, y: Int) throws(ONNXProblem) -> [Int]? {
      guard let values = try call.ints(name) else { return nil }
      guard isLine, values.count == (name == "pads" ? 2 : 1) else { return values }
      return name == "pads" ? [y, values[0], y, values[1]] : [y, values[0]]
    }
    let declared = try ints("kernel_shape", y: 1)
    guard let kernel = known ?? declared else {
      throw ONNXProblem(.attribute, "The attribute 'kernel_shape' is missing.", ONNXProblem.damaged)
    }
    if let known, let declared, known != declared {
      throw ONNXProblem(
        .attribute, "The attribute 'kernel_shape' is \(declared), and the weights have \(known).", ONNXProblem.damaged)
    }
    self.kernel = try Self.check(kernel, "kernel_shape", count: 2, minimum: 1)
    strides = try Self.check(ints("strides", y: 1) ?? [1, 1], "strides", count: 2, minimum: 1)
    dilations = try Self.check(ints("dilations", y: 1) ?? [1, 1], "dilations", count: 2, minimum: 1)
    pads = [0, 0, 0, 0]
    isSame = false
    switch try call.string("auto_pad") ?? "NOTSET" {
    case "NOTSET", "": pads = try Self.check(ints("pads", y: 0) ?? [0, 0, 0, 0], "pads", count: 4, minimum: 0)
    case "VALID": break
    case "SAME_UPPER":
      isSame = true
      let total = samePadding(input)
      pads = total.map { $0 / 2 } + total.map { $0 - $0 / 2 }
    case "SAME_LOWER":
      isSame = true
      let total = samePadding(input)
      pads = total.map { $0 - $0 / 2 } + total.map { $0 / 2 }
    case let other:
      throw ONNXProblem(.attribute, "The attribute 'auto_pad' is '\(other)'.", ONNXProblem.damaged)
    }
  }

  /// Padding of both sides together, per axis, that makes the output ceil(input / stride).
  private func samePadding(_ input: [Int]) -> [Int] {
    (0..<2).map { axis in
      let size = input[axis + 2]
      // All below 2^32 here: no overflow.
      let output = (size - 1) / strides[axis] + 1
      return max(0, (output - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - size)
    }
  }

  private static func check(_ values: [Int], _ name: String, count: Int, minimum: Int) throws(ONNXProblem) -> [Int] {
    guard values.count == count else {
      throw ONNXProblem(
        .attribute, "The attribute '\(name)' has \(plural(values.count, "number")), expected \(count).",
        "Only convolution and pooling of one or two dimensions is supported.")
    }
    guard values.allSatisfy({ $0 >= minimum && $0 <= maximumWindowAttribute }) else {
      let message = "The attribute '\(name)' is \(values), expected \(minimum) to \(maximumWindowAttribute)."
      guard values.allSatisfy({ $0 >= minimum }) else {
        throw ONNXProblem(.attribute, message, "Other values are not supported: export the model without them.")
      }
      throw .limit(message)
    }
    return values
  }
}
