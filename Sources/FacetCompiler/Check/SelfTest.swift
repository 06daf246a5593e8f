import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetRuntime

/// The self-test of a bundle: what this workstation computed, to be compared with what a board computes.
enum SelfTest {
  /// Runs `bundle` (complete but for this section) on tiles of the samples and gives the section.
  ///
  /// - Parameter samples: nil where no data was given: then one input of noise is made. So it is for a network that takes pixels and
  ///   was given tensors: pixels go through its input table, too.
  static func section(_ bundle: [UInt8], program: LoweredProgram, model: PreparedModel, samples: [NetworkInput]?) throws(FacetError)
    -> [UInt8]
  {
    do {
      let bundle = try Bundle.opening(bundle)
      let fitting = bundle.takesPixels && samples?.allSatisfy(\.isPixels) == false ? nil : samples
      let tiles = SelfTestTiles(bundle, tensor: program.fragments[0].tensors[Int(program.inputTensor)], samples: fitting)
      let session = try Session.make(bundle, threads: 1)
      var tested: [(hash: SHA256.Digest, bytes: [UInt8])] = []
      for codes in tiles.codes {
        try codes.withUnsafeBytes { bytes in
          Result { () throws(SessionError) in try session.setSelfTestInput(tiles.form, bytes) }
        }.get()
        try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
        tested.append((session.scoresHash(), codes))
      }
      var writer = ByteWriter()
      SelfTestRecord.write(to: &writer, tiles.form, samples: tested)
      return writer.bytes
    } catch let error as BundleError where error.fault == .badMultiplier {
      throw FacetError([outOfRange(error, program, model)])
    } catch {
      throw FacetError.internalError("self-test", error, model.source.file)
    }
  }

  /// Numbers that float32 has and the engine's multipliers have not: the model's or the calibration data's, not a defect.
  static func outOfRange(_ error: BundleError, _ program: LoweredProgram, _ model: PreparedModel) -> Diagnostic {
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
