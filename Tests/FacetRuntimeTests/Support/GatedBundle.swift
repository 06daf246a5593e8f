import FacetFormat
import FacetTestSupport

@testable import FacetRuntime

/// Attributes of a bundle for gates, by number. Its input is eight numbers, its fragment 1 serves `guarded`, fragment 2 `last`.
enum Gated {
  /// Three scores, softmax: numbers 0 to 2.
  static let kind = 0
  /// One score, sigmoid: number 3.
  static let flag = 1
  /// One score without a confidence: number 4.
  static let size = 2
  /// All numbers, negated.
  static let guarded = 3
  /// All numbers, negated, then their absolutes.
  static let last = 4
}

func gatedBundle(_ gates: [Int: [GateOperation]] = [:], order: [UInt32]? = nil) -> BundleBuilder {
  var b = BundleBuilder()
  b.inputKind = InputRecord.tensor
  var trunk = FragmentBuilder(attributes: 0x1F)
  let input = trunk.plain(8)
  let kind = trunk.part(of: input, at: 0, count: 3)
  let flag = trunk.part(of: input, at: 3, count: 1)
  let size = trunk.part(of: input, at: 4, count: 1)
  var branch = FragmentBuilder(attributes: 0x18)
  let imported = branch.importing(input, of: 0, trunk)
  let negated = branch.plain(8)
  branch.function(.negate, imported, negated)
  var tip = FragmentBuilder(attributes: 0x10)
  let again = tip.importing(negated, of: 1, branch)
  let absolute = tip.plain(8)
  tip.function(.absolute, again, absolute)
  b.fragments = [trunk, branch, tip]
  b.attributes = [
    AttributeSpecification(name: "kind", fragment: 0, tensor: kind, dimensions: [1, 3], confidence: .softmax, labels: ["a", "b", "c"]),
    AttributeSpecification(name: "flag", fragment: 0, tensor: flag, dimensions: [1, 1], confidence: .sigmoid),
    AttributeSpecification(name: "size", fragment: 0, tensor: size, dimensions: [1]),
    AttributeSpecification(name: "guarded", fragment: 1, tensor: negated, dimensions: [1, 8]),
    AttributeSpecification(name: "last", fragment: 2, tensor: absolute, dimensions: [1, 8]),
  ]
  b.gates = gates
  b.order = order
  b.forks = [(0, input, "numbers"), (1, negated, "negated")]
  return b
}

extension GateOperation {
  static func answer(_ attribute: Int, _ label: UInt32) -> GateOperation {
    GateOperation(.label, attribute: UInt16(attribute), label: label)
  }

  static func confidence(_ attribute: Int, _ comparison: Comparison, _ value: Float) -> GateOperation {
    confidence(attribute, BundleFormat.none, comparison, value)
  }

  static func confidence(_ attribute: Int, _ label: UInt32, _ comparison: Comparison, _ value: Float) -> GateOperation {
    GateOperation(.confidence, attribute: UInt16(attribute), label: label, comparison: comparison, value: value)
  }

  static func score(_ attribute: Int, _ comparison: Comparison, _ value: Float) -> GateOperation {
    score(attribute, BundleFormat.none, comparison, value)
  }

  static func score(_ attribute: Int, _ label: UInt32, _ comparison: Comparison, _ value: Float) -> GateOperation {
    GateOperation(.score, attribute: UInt16(attribute), label: label, comparison: comparison, value: value)
  }

  static let not = GateOperation(.not)
  static let and = GateOperation(.and)
  static let or = GateOperation(.or)
}

extension Session {
  func set(tensor values: [Float]) throws(SessionError) {
    let result = values.withUnsafeBufferPointer { v in Result<Void, SessionError> { () throws(SessionError) in try setTensor(v) } }
    try result.get()
  }

  func set(fork index: Int, _ values: [Float]) throws(SessionError) {
    let result = values.withUnsafeBufferPointer { v in Result<Void, SessionError> { () throws(SessionError) in try setFork(index, v) } }
    try result.get()
  }

  func read(fork index: Int) throws(SessionError) -> [Float] {
    var values = [Float](repeating: .nan, count: Int(bundle.forkTensor(index)?.elementCount ?? 0))
    let result = values.withUnsafeMutableBufferPointer { v in
      Result<Void, SessionError> { () throws(SessionError) in try readFork(index, into: v) }
    }
    try result.get()
    return values
  }

  func set(costs values: [UInt64]) throws(SessionError) {
    let result = values.withUnsafeBufferPointer { v in Result<Void, SessionError> { () throws(SessionError) in try setCosts(v) } }
    try result.get()
  }

  var statuses: [AttributeStatus] { bundle.attributes.indices.map { status(attribute: $0) } }
}
