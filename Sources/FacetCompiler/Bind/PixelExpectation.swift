import FacetBundle
import FacetIR
import FacetRecipe

/// What the model itself says about the pixels that it takes: by the type of its input, or by the arithmetic on constants at its front.
public struct PixelExpectation: Sendable, Equatable, Encodable {
  public enum Range: String, Sendable, Encodable {
    /// Pixels as they are, 0 to 255.
    case bytes = "0 to 255"
    /// Pixels divided by 255.
    case unit = "0 to 1"
  }

  public var range: Range
  /// Why, as the end of a sentence: "its input is of uint8".
  public var reason: String

  init(range: Range, reason: String) {
    self.range = range
    self.reason = reason
  }

  /// - Parameter type: of the input, where it is one of integers.
  /// - Returns: nil where the model says nothing, or nothing that can be told.
  init?(_ graph: Graph, input: ValueID, type: String?) {
    if let type, type == "uint8" {
      self.init(range: .bytes, reason: "its input is of \(type)")
      return
    }
    guard let front = FrontArithmetic(graph, input: input) else { return nil }
    let (centre, spread) = (front.centre, front.spread)
    // The standard deviation of photos is some 60 of 255, and networks want numbers of about 1.
    let isUnit = centre >= 0.2 && centre <= 0.8 && spread <= 4 || centre == 0 && spread <= 1.0 / 64
    guard spread >= 32 || centre >= 8 || isUnit else { return nil }
    self.init(range: isUnit ? .unit : .bytes, reason: "it begins with \(front.text)")
  }
}

/// Arithmetic with constants on the input, before anything else reads it, as (x − centre) / spread: medians over the channels.
private struct FrontArithmetic {
  var centre: Double
  var spread: Double
  var text: String

  init?(_ graph: Graph, input: ValueID) {
    let channels = ImageGuess(graph.shape(input))?.channels ?? 1
    var (scale, shift) = ([Double](repeating: 1, count: channels), [Double](repeating: 0, count: channels))
    var names: [String] = []
    var value = input
    while let node = Self.soleReader(value, graph) {
      guard let step = Self.step(node, value, graph, channels: channels) else { break }
      if let step {
        shift = zip(step.scale, zip(shift, step.shift)).map { $0 * $1.0 + $1.1 }
        scale = zip(scale, step.scale).map { $0 * $1 }
        names.append(node.op.name)
      }
      value = node.output
    }
    guard !names.isEmpty, scale.allSatisfy({ $0 != 0 && $0.isFinite }), shift.allSatisfy(\.isFinite) else { return nil }
    centre = Self.median(zip(scale, shift).map { -$1 / $0 })
    spread = Self.median(scale.map { 1 / abs($0) })
    func rounded(_ number: Double) -> String { "\(Float((number * 1000).rounded() / 1000))" }
    let shifted = centre == 0 ? "x" : "(x \(centre < 0 ? "+" : "-") \(rounded(abs(centre))))"
    text = "\(names.joined(separator: ", ")): \(shifted) / \(rounded(spread))"
  }

  private static func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

  private static func soleReader(_ value: ValueID, _ graph: Graph) -> Node? {
    let readers = graph.nodes.filter { $0.inputs.contains(value) }
    return readers.count == 1 && !graph.outputs.contains { $0.value == value } ? readers[0] : nil
  }

  /// Scale and shift of an operator for each channel; nil inside where it only moves elements, nil where it is none.
  private static func step(_ node: Node, _ value: ValueID, _ graph: Graph, channels: Int) -> (scale: [Double], shift: [Double])?? {
    func each(_ id: ValueID) -> [Double]? {
      guard let elements = graph.constant(id)?.elements.map(Double.init), let first = elements.first else { return nil }
      if elements.allSatisfy({ $0 == first }) { return [Double](repeating: first, count: channels) }
      return elements.count == channels ? elements : nil
    }
    let ones = [Double](repeating: 1, count: channels)
    let zeros = [Double](repeating: 0, count: channels)
    switch node.op {
    case is Identity, is Transpose, is Reshape: return .some(nil)
    // The order of the colours.
    case let op as Gather where op.indices.count == channels: return .some(nil)
    case let op as Unary:
      guard case .affine(let alpha, let beta) = op.function else { return nil }
      return (ones.map { _ in Double(alpha) }, ones.map { _ in Double(beta) })
    case is BatchNormalization:
      guard let gamma = each(node.inputs[1]), let beta = each(node.inputs[2]), let mean = each(node.inputs[3]),
        let variance = each(node.inputs[4]), let op = node.op as? BatchNormalization
      else { return nil }
      let scale = zip(gamma, variance).map { $0 / ($1 + Double(op.epsilon)).squareRoot() }
      return (scale, zip(beta, zip(scale, mean)).map { $0 - $1.0 * $1.1 })
    case let op as Binary where op.clamp.isNone:
      let isFirst = graph.constant(node.inputs[0]) != nil
      guard node.inputs.count == 2, let constant = each(node.inputs[isFirst ? 0 : 1]) else { return nil }
      switch (op.function, isFirst) {
      case (.add, _): return (ones, constant)
      case (.subtract, false): return (ones, constant.map { -$0 })
      case (.subtract, true): return (ones.map { -$0 }, constant)
      case (.multiply, _): return (constant, zeros)
      case (.divide, false): return (constant.map { 1 / $0 }, zeros)
      default: return nil
      }
    default: return nil
    }
  }
}

extension PixelExpectation {
  /// What is wrong with the numbers that the network gets, where they cannot be what it takes; nil where they may.
  ///
  /// The rule: a model that takes pixels of 0 to 255 does not get numbers that all lie within −16 to 16; one that takes 0 to 1 gets none
  /// above 16 or below −0.5.
  ///
  /// - Parameter source: what makes these numbers, for the sentence.
  func contradiction(low: Double, high: Double, source: String) -> String? {
    let isWrong = range == .bytes ? max(abs(low), abs(high)) <= 16 && high > low : high > 16 || low < -0.5
    guard isWrong else { return nil }
    func rounded(_ number: Double) -> String { "\(Float((number * 100).rounded() / 100))" }
    return "The model takes pixels of \(range.rawValue): \(reason). But \(source) gives numbers of \(rounded(low)) to \(rounded(high)); "
  }
}

extension PixelExpectation {
  /// Where the recipe makes other numbers of pixels than the model takes: a sentence for its author.
  func warning(_ pixels: PixelInterface?) -> String? {
    guard let (low, high) = pixels?.range else { return nil }
    let scale = range == .bytes ? "1" : "\(1.0 / 255.0)"
    return contradiction(low: low, high: high, source: "the recipe").map {
      $0 + "write \"scale\": \(scale), with \"mean\" 0 and \"std\" 1 for each channel."
    }
  }
}
