import FacetData
import FacetFormat
import FacetIR
import FacetImport
import FacetKernels
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler

/// Random networks through lowering, planning, emission and the engine, in both precisions.
@Suite struct RandomNetworkTests {
  static let seeds = Array(UInt64(1)...60)

  private func model(_ graph: Graph) throws -> PreparedModel {
    let source = ModelSource(file: "random.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    return try PreparedModel(ImportedModel(graph: graph, source: source, notes: []), recipe: nil, stopAfter: nil)
  }

  private func session(_ bytes: [UInt8], threads: Int = 1, isa: facet_isa? = nil) throws -> Session {
    try Session(bundle: Bundle.opening(bytes), threads: threads, isa: isa)
  }

  private func scores(_ session: Session, _ input: [Float]) throws -> [[Float]] {
    try input.withUnsafeBufferPointer { values in try session.setTensor(values) }
    try session.evaluate(attributes: session.bundle.allAttributes)
    return (0..<session.bundle.attributeCount).map { Array(session.scores(attribute: $0)) }
  }

  private func emit(_ model: PreparedModel, _ program: LoweredProgram, storedUnsigned: Bool) -> [UInt8] {
    BundleEmitter(
      program: program, attributes: model.attributes, input: model.input, storedUnsigned: storedUnsigned, provenance: [], selfTest: nil
    ).bytes()
  }

  @Test(arguments: seeds) func floatProgramAgreesWithTheReference(seed: UInt64) throws {
    let network = try RandomNetwork(seed: seed)
    let model = try model(network.graph)
    let program = try Compiler.lower(model, decisions: nil, storedUnsigned: false)
    let bytes = emit(model, program, storedUnsigned: false)
    var random = SeededGenerator(state: seed)
    let shape = model.graph.shape(model.graph.inputs[0])
    let input = random.tensor(shape)
    let expected = network.graph.evaluateReference([Tensor(shape: shape, elements: input)])
    for isa in availableLevels() {
      let results = try scores(session(bytes, isa: isa), input)
      for (index, output) in network.graph.outputs.enumerated() {
        let reference = expected[output.value]!.elements
        let scale = reference.map(abs).max()! + 1e-3
        let worst = zip(results[index], reference).map { abs($0 - $1) }.max()! / scale
        #expect(results[index].count == reference.count && worst < 1e-4, "seed \(seed), output \(output.name), level \(isa.rawValue)")
      }
    }
  }

  @Test(arguments: seeds) func int8ProgramEqualsThePlainDefinition(seed: UInt64) throws {
    let network = try RandomNetwork(seed: seed)
    let model = try model(network.graph)
    let calibrated = try calibrate(model, seed: seed)
    var random = SeededGenerator(state: seed &+ 1000)
    let input = random.tensor(model.graph.shape(model.graph.inputs[0]))
    var oracle = Int8Oracle(model.graph, calibrated)
    oracle.run(input)
    for unsigned in [true, false] {
      let program = try Compiler.lower(model, decisions: calibrated, storedUnsigned: unsigned)
      let bytes = emit(model, program, storedUnsigned: unsigned)
      for isa in availableLevels() {
        for threads in [1, 3] {
          let results = try scores(session(bytes, threads: threads, isa: isa), input)
          for (index, output) in model.graph.outputs.enumerated() {
            let expected = oracle.floats[ValueAliases(model.graph).root(output.value)]!
            let isSoftmax = model.graph.nodes.contains { $0.output == output.value && $0.op is Softmax }
            let equal =
              isSoftmax
              ? zip(results[index], expected).allSatisfy { abs($0 - $1) < 1e-6 }
              : results[index].map(\.bitPattern) == expected.map(\.bitPattern)
            #expect(equal, "seed \(seed), output \(output.name), level \(isa.rawValue), threads \(threads), unsigned \(unsigned)")
          }
        }
      }
    }
  }

  /// Attribute by attribute in both orders gives the bytes of all at once, and no instruction runs twice.
  @Test(arguments: seeds.prefix(20)) func askingOneAfterTheOtherGivesTheSame(seed: UInt64) throws {
    let network = try RandomNetwork(seed: seed)
    let model = try model(network.graph)
    let program = try Compiler.lower(model, decisions: calibrate(model, seed: seed), storedUnsigned: true)
    let bytes = emit(model, program, storedUnsigned: true)
    var random = SeededGenerator(state: seed)
    let input = random.tensor(model.graph.shape(model.graph.inputs[0]))
    let session = try session(bytes)
    let all = try scores(session, input)
    let executed = session.executedInstructions
    #expect(executed == Int64(program.fragments.reduce(0) { $0 + $1.instructions.count }))
    for order in [Array(all.indices), all.indices.reversed()] {
      let before = session.executedInstructions
      try input.withUnsafeBufferPointer { values in try session.setTensor(values) }
      for attribute in order { try session.evaluate(attributes: 1 << UInt64(attribute)) }
      for attribute in all.indices {
        #expect(Array(session.scores(attribute: attribute)) == all[attribute], "seed \(seed), order \(order)")
      }
      #expect(session.executedInstructions - before == executed)
    }
  }

  private func calibrate(_ model: PreparedModel, seed: UInt64) throws -> QuantizationDecisions {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("facet-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = SeededGenerator(state: seed &+ 99)
    let shape = model.graph.shape(model.graph.inputs[0])
    let samples = [4] + shape.dropFirst()
    let file = folder.appendingPathComponent("calibration.npy").path
    try #require(NPYArray(shape: samples, elements: .float32(random.tensor(samples)))).write(to: file)
    let request = CompileRequest(models: ["random.onnx"], target: try Target.named(Target.defaultName), calibration: file)
    let program = try Compiler.lower(model, decisions: nil, storedUnsigned: false)
    let given = GivenQuantizations(model.graph)
    let calibration = try Calibration.run(model, request, given, program: program)
    return QuantizationDecisions(given, measured: calibration.measurements, inputRange: nil)
  }

  private func availableLevels() -> [facet_isa] {
    [FACET_ISA_SCALAR, FACET_ISA_AVX2, FACET_ISA_AVX512VNNI].filter { facet_kernels($0) != nil }
  }
}
