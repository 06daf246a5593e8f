import FacetBundle
import FacetLowering
import FacetQuantization
import FacetRuntime
import FacetSensitivity

/// What more bits for the result of one operator cost on a target: the program is made with and without them, and its time modelled. No data are needed.
struct PrecisionCosts {
  let model: PreparedModel
  /// Those that the program has already.
  let precisions: [String: ResultPrecision]
  let target: Target

  /// Of operators by name.
  var all: (target: String, of: (String) -> SensitivityReport.Costs?)? {
    guard let plain = made(precisions) else { return nil }
    return (
      target.name,
      { name in
        guard GivenQuantizations.operatorNames(model.graph).contains(name) else { return nil }
        func cost(_ precision: ResultPrecision) -> SensitivityReport.Cost? {
          guard precisions[name] != precision, let more = made(precisions.merging([name: precision]) { $1 }) else { return nil }
          let cost = SensitivityReport.Cost(milliseconds: more.milliseconds - plain.milliseconds, bytes: more.bytes - plain.bytes)
          return cost.milliseconds == 0 && cost.bytes == 0 ? nil : cost
        }
        let costs = SensitivityReport.Costs(int16: cost(.int16), float32: cost(.float32))
        return costs.int16 == nil && costs.float32 == nil ? nil : costs
      }
    )
  }

  /// Nil where it cannot be written.
  private func made(_ precisions: [String: ResultPrecision]) -> (milliseconds: Double, bytes: Int)? {
    let pipeline = Pipeline(model, precisions: precisions)
    // The ranges change no instruction.
    guard let program = try? pipeline.program(pipeline.decide(nil), storedUnsigned: target.storedUnsigned) else { return nil }
    let bytes = BundleEmitter(
      program: program, attributes: model.attributes, input: model.input, storedUnsigned: target.storedUnsigned, provenance: []
    ).bytes()
    return (try? Bundle.opening(bytes)).map { ($0.modelledMilliseconds(on: target), bytes.count) }
  }
}
