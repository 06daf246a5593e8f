import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetRuntime

/// The self-test of a bundle: what this workstation computed, to be compared with what a board computes.
enum SelfTest {
  /// Runs `bundle` (complete but for this section) on the samples and gives the section.
  ///
  /// - Parameter samples: nil where no data was given: then one input of noise is made. So it is for a network that takes pixels and
  ///   was given tensors: pixels go through its input table, too, and take a quarter of the bytes.
  static func section(_ bundle: [UInt8], program: LoweredProgram, model: PreparedModel, samples: [NetworkInput]?) throws(FacetError)
    -> [UInt8]
  {
    do {
      let bundle = try Bundle.opening(bundle)
      var samples = samples ?? [noise(bundle, program)]
      if bundle.takesPixels, samples.contains(where: { !$0.isPixels }) { samples = [noise(bundle, program)] }
      let session = try Session.make(bundle, threads: 1)
      var tested: [(hash: SHA256.Digest, bytes: [UInt8])] = []
      for sample in samples {
        try sample.set(on: session)
        try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
        tested.append((session.scoresHash(), sample.bytes))
      }
      var writer = ByteWriter()
      SelfTestRecord.write(to: &writer, kind: samples.first?.isPixels == false ? 1 : 0, samples: tested)
      return writer.bytes
    } catch let error as BundleError where error.fault == .badMultiplier {
      throw FacetError([outOfRange(error, program, model)])
    } catch {
      throw FacetError.internalError("self-test", error, model.source.file)
    }
  }

  /// An input over the whole range that the network's input has, the same on every machine.
  private static func noise(_ bundle: Bundle, _ program: LoweredProgram) -> NetworkInput {
    var state: UInt32 = 1
    let count = bundle.inputChannels * bundle.inputHeight * bundle.inputWidth
    let codes = (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    if bundle.takesPixels { return NetworkInput(bytes: codes, isPixels: true, name: "noise") }
    let tensor = program.fragments[0].tensors[Int(program.inputTensor)]
    let floats = codes.map { Float(Int32($0) - 128 - tensor.zeroPoint) * tensor.scale }
    return NetworkInput(bytes: floats.withUnsafeBytes(Array.init), isPixels: false, name: "noise")
  }

  /// Numbers that float32 has and the engine's multipliers have not: the model's or the calibration data's, not a defect.
  private static func outOfRange(_ error: BundleError, _ program: LoweredProgram, _ model: PreparedModel) -> Diagnostic {
    var node: Node?
    if program.fragments.indices.contains(Int(error.fragment)) {
      let nodes = program.fragments[Int(error.fragment)].nodes
      if nodes.indices.contains(Int(error.instruction)), model.graph.nodes.indices.contains(nodes[Int(error.instruction)]) {
        node = model.graph.nodes[nodes[Int(error.instruction)]]
      }
    }
    return Diagnostic(
      code: CompileErrorCode.multiplier, file: model.source.file, place: node.map { "node '\($0.name)'" }, operatorName: node?.op.name,
      message: "Its weights and the range of its input or output are too far apart for int8: one step would be 2^64 or more.",
      remedy: "Check the weights, and the calibration data, for values that no trained network has.")
  }
}
