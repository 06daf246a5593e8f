import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRuntime

extension TrunkMatch {
  /// What the bundle's int8 forks stand for.
  func quantizations(_ bundle: Bundle) -> [ValueID: Quantization] {
    var result: [ValueID: Quantization] = [:]
    for fork in forks where fork.place.form.isInt8 {
      let record = bundle.fragments[fork.place.fragment].tensors[fork.place.tensor]
      result[fork.value] = Quantization(scale: record.scale, zeroPoint: record.zeroPoint)
    }
    return result
  }
}

/// Lets a branch that was lowered behind a trunk of its own read the bundle's tensors.
struct BranchBinding {
  private let program: LoweredProgram
  private let match: TrunkMatch
  private let bundle: Bundle
  private let model: PreparedModel
  private let names: BranchNames

  /// A fragment and the number of its result.
  struct Branch {
    var fragment: LoweredFragment
    var result: UInt32
  }

  /// - Parameter program: of two fragments.
  init(_ program: LoweredProgram, _ match: TrunkMatch, _ bundle: Bundle, _ model: PreparedModel, _ names: BranchNames) {
    self.program = program
    self.match = match
    self.bundle = bundle
    self.model = model
    self.names = names
  }

  /// - Throws: every tensor that the bundle does not have in the form in which the branch reads it.
  func fragment(attributes: AttributeSet) throws(FacetError) -> Branch {
    guard program.results[0].fragment == 1 else {
      throw FacetError(
        Diagnostic(
          code: ReplaceErrorCode.noBranch, file: names.model,
          message: "All of its operators are in the trunk of '\(names.bundle)': there is no branch of \(quoted(names.branch)).",
          remedy: "Check that the right output is named."))
    }
    var fragment = program.fragments[1]
    fragment.attributes = attributes
    var problems: [Diagnostic] = []
    for index in fragment.imports.indices {
      do {
        let (place, record) = try source(fragment.keys[index], fragment.tensors[index])
        fragment.imports[index] = place
        fragment.tensors[index] = record
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    return Branch(fragment: fragment, result: program.results[0].tensor)
  }

  private func source(_ key: TensorKey, _ wanted: TensorRecord) throws(FacetError) -> (ImportRecord, TensorRecord) {
    let name = model.graph[key.value].name
    guard let fork = match.forks.first(where: { $0.value == key.value && $0.place.form == key.form })?.place else {
      throw FacetError(
        Diagnostic(
          code: ReplaceErrorCode.fork, file: names.model, place: "tensor '\(name)'",
          message: match.forks.contains { $0.value == key.value }
            ? "The branch reads it in \(key.form.isInt8 ? "int8" : "float32"), and branches of '\(names.bundle)' read it in another number type: the "
              + "bundle keeps only that."
            : "The branch reads it in \(key.form.isInt8 ? "int8" : "float32"), and no branch of '\(names.bundle)' leaves there: the bundle "
              + "does not keep it.",
          remedy: "Let the branch leave where a branch of the bundle does, or compile all models together again."))
    }
    var record = bundle.fragments[fork.fragment].tensors[fork.tensor]
    let sides = [
      (wanted.borderTop, record.borderTop), (wanted.borderLeft, record.borderLeft), (wanted.borderBottom, record.borderBottom),
      (wanted.borderRight, record.borderRight),
    ]
    guard sides.allSatisfy({ $0.0 <= $0.1 }) else {
      throw FacetError(
        Diagnostic(
          code: ReplaceErrorCode.border, file: names.model, place: "tensor '\(name)'",
          message:
            "The branch pads it by more pixels (top, left, bottom, right: \(sides.map { "\($0.0)" }.joined(separator: ", "))) than the "
            + "bundle has around it (\(sides.map { "\($0.1)" }.joined(separator: ", "))).",
          remedy: "Begin the branch with a smaller window or less padding, or compile all models together again."))
    }
    record.storage = BundleFormat.none
    return (ImportRecord(fragment: UInt32(fork.fragment), tensor: UInt32(fork.tensor)), record)
  }
}
