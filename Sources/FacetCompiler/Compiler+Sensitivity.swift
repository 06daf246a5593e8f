import FacetDiagnostics
import FacetFiles
import FacetLowering
import FacetMetrics
import FacetSensitivity

extension Sensitivity {
  /// - Parameter samples: at most so many of the calibration samples that compiling compares on, evenly spread.
  package static func report(_ request: CompileRequest, samples: Int = defaultSamples) throws(FacetError) -> SensitivityReport {
    let network = try Compiler.quantized(request)
    return try report(network, samples: samples, threads: request.threads, file: request.models.first ?? "", progress: request.progress)
  }

  /// - Parameter file: for messages.
  package static func report(
    _ network: QuantizedNetwork, samples: Int, threads: Int, file: String, progress: (@Sendable (Progress) -> Void)? = nil
  ) throws(FacetError) -> SensitivityReport {
    let samples = evenlySpread(network.samples, samples)
    // The arena is had twice: as it is, and as it was before a change.
    try AvailableMemory.check(2 * network.float.arenaBytes, for: "the network's activations", file: file)
    do {
      var measurement = try SensitivityMeasurement(network, threads: threads)
      for (index, sample) in samples.enumerated() {
        progress?(Progress(stage: "measure", done: index, total: samples.count))
        try measurement.add(sample)
      }
      progress?(Progress(stage: "measure", done: samples.count, total: samples.count))
      return measurement.report
    } catch {
      throw FacetError.internalError("sensitivity", error, file)
    }
  }
}
