import FacetFormat
import FacetImport
import FacetRuntime

/// The self-test of a bundle: what this workstation computed, to be compared with what a board computes.
enum SelfTest {
  /// Runs `bundle` (complete but for this section) on the samples and gives the section.
  static func section(_ bundle: [UInt8], model: PreparedModel, samples: [NetworkInput]) throws(CompileFailure) -> [UInt8] {
    do {
      let bundle = try Bundle.opening(bundle)
      let session = try Session.make(bundle, threads: 1)
      var tested: [(hash: SHA256.Digest, bytes: [UInt8])] = []
      for sample in samples {
        try sample.set(on: session)
        try session.evaluate(attributes: bundle.allAttributes)
        tested.append((session.scoresHash(), sample.bytes))
      }
      var writer = ByteWriter()
      SelfTestRecord.write(to: &writer, kind: samples.first?.isPixels == false ? 1 : 0, samples: tested)
      return writer.bytes
    } catch {
      throw CompileFailure.internalError("self-test", error, model.source.file)
    }
  }
}
