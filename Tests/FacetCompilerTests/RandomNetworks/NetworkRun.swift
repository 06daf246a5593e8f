import FacetBundle
import FacetData
import FacetFiles
import FacetFormat
import FacetIR
import FacetKernels
import FacetRuntime
import FacetTestSupport
import Foundation

@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetQuantization

/// A program of a random network, on the engine.
struct NetworkRun {
  private let bundle: [UInt8]
  private let instructions: Int

  static let levels = KernelLevel.known.indices.map { facet_isa(UInt32($0)) }.filter { facet_level_of($0).name != nil }

  init(_ model: PreparedModel, _ program: LoweredProgram, storedUnsigned: Bool) {
    bundle =
      BundleEmitter(
        program: program, attributes: model.attributes, input: model.input, storedUnsigned: storedUnsigned, provenance: []
      ).bytes()
    instructions = program.fragments.reduce(0) { $0 + $1.instructions.count }
  }

  func scores(_ input: [Float], isa: facet_isa?, threads: Int) throws -> [[Float]] {
    let session = try Session(bundle: Bundle.opening(bundle), threads: threads, isa: isa)
    try set(input, session)
    try session.evaluate(attributes: session.bundle.allAttributes)
    return all(session)
  }

  /// Every set of attributes, each on a fresh input, and one after the other in a random order, gives the bytes of all at once; no
  /// instruction runs twice.
  func checkAttributes(_ input: [Float], _ precision: String, _ random: inout SplitMix64) throws {
    let session = try Session(bundle: Bundle.opening(bundle), threads: 1, isa: nil)
    try set(input, session)
    try session.evaluate(attributes: session.bundle.allAttributes)
    let expected = all(session)
    let executed = session.executedInstructions
    guard executed == Int64(instructions) else {
      throw NetworkFailure(check: "\(precision) attributes", detail: "\(executed) of \(instructions) instructions ran")
    }
    for bits in 1...session.bundle.allAttributes.word {
      let set = AttributeSet(bits)
      try self.set(input, session)
      try session.evaluate(attributes: set)
      try compare(session, expected, set, "\(precision) attributes", "the set \(String(bits, radix: 2))")
    }
    let order = expected.indices.shuffled(using: &random)
    try set(input, session)
    let before = session.executedInstructions
    for attribute in order { try session.evaluate(attributes: [attribute]) }
    try compare(session, expected, session.bundle.allAttributes, "\(precision) attributes", "the order \(order)")
    guard session.executedInstructions - before == executed else {
      throw NetworkFailure(check: "\(precision) attributes", detail: "an instruction ran twice in the order \(order)")
    }
  }

  private func compare(_ session: Session, _ expected: [[Float]], _ set: AttributeSet, _ check: String, _ what: String) throws {
    for attribute in expected.indices where set.contains(attribute) {
      guard bits([Array(session.scores(attribute: attribute))]) == bits([expected[attribute]]) else {
        throw NetworkFailure(check: check, detail: "\(what) gives other bytes for attribute \(attribute)")
      }
    }
  }

  private func set(_ input: [Float], _ session: Session) throws {
    try input.withUnsafeBufferPointer { values in try session.setTensor(values) }
  }

  private func all(_ session: Session) -> [[Float]] {
    (0..<session.bundle.attributeCount).map { Array(session.scores(attribute: $0)) }
  }
}

/// The graph of the int8 program, and decisions from four random samples.
func calibrate(
  _ model: PreparedModel, _ program: LoweredProgram, _ random: inout SplitMix64
) throws -> (graph: Graph, decisions: QuantizationDecisions) {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-test-\(UUID().uuidString).npy").path
  defer { try? FileManager.default.removeItem(atPath: file) }
  let samples = [4] + model.graph.shape(model.graph.inputs[0]).dropFirst()
  guard let data = NPYArray(shape: samples, elements: .float32(random.normals(samples))) else {
    throw NetworkFailure(check: "calibration", detail: "no array of \(samples)")
  }
  try data.write(to: file)
  let request = CompileRequest(models: ["random.onnx"], target: try Target.named(Target.defaultName), calibration: file)
  // In every third network some operators are told to compute in float32, or to give 16 bits.
  let names = Array(Set(model.graph.nodes.map(\.name))).sorted()
  var chosen: [String: ResultPrecision] = [:]
  if !names.isEmpty, random.below(3) == 0 {
    for precision in [ResultPrecision.float32, .int16, .int16] { chosen[names[random.below(names.count)]] = precision }
  }
  let types = NumberTypes(int8: GivenQuantizations(model.graph, precisions: chosen))
  let calibration = try Calibration.run(model, request, types, program: program)
  return (types.graph, QuantizationDecisions(types, measured: calibration.measurements, inputRange: nil))
}

func bits(_ scores: [[Float]]) -> [[UInt32]] { scores.map { $0.map(\.bitPattern) } }

/// The largest difference, relative to the largest number; infinite where the counts differ or a number is NaN.
func difference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  let scale = b.reduce(0.01) { max($0, abs($1)) }
  return zip(a, b).reduce(0) { $1.0 == $1.1 ? $0 : max($0, abs($1.0 - $1.1).isNaN ? .infinity : abs($1.0 - $1.1)) } / scale
}
