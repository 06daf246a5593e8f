import FacetBundle
import FacetCompiler
import FacetData
import FacetFiles
import FacetFormat
import FacetIR
import FacetQuantization
import FacetRuntime

/// Runs cases in both precisions.
struct CaseCheck {
  /// Where calibration data is written; removed by the owner.
  let workFolder: String
  /// The least signal-to-quantization-noise ratio of int8 against float, in dB.
  static let leastSQNR = 20.0

  /// - Returns: whether anything ran in int8.
  func check(_ folder: CaseFolder) throws(CaseProblem) -> Bool {
    var ranInt8 = false
    for data in try folder.dataSets() {
      let run = try CaseRun(folder, data)
      let float = try checkFloat(run)
      if try checkInt8(run, float) { ranInt8 = true }
    }
    return ranInt8
  }

  private func checkFloat(_ run: CaseRun) throws(CaseProblem) -> [CaseResult] {
    let bundle = try run.compile(.float32, calibration: nil)
    var best: [CaseResult] = []
    for level in KernelLevel.available.reversed() {
      best = try run.run(bundle, isa: level)
      for (result, expected) in zip(best, run.data.outputs) {
        if let difference = result.difference(from: expected.tensor) {
          throw CaseProblem("float32 (\(level)): output '\(expected.name)': \(difference); \(blame(run))")
        }
      }
    }
    return best
  }

  /// Which half of the way is wrong.
  private func blame(_ run: CaseRun) -> String {
    guard let reference = try? run.reference() else { return "the reference implementations give nothing" }
    let isRight = zip(reference, run.data.outputs).allSatisfy { $0.difference(from: $1.tensor) == nil }
    return isRight ? "the imported graph is right" : "the imported graph is wrong, too"
  }

  /// Calibrates on the case's own input. What stays in float32 is skipped: `checkFloat` has seen it.
  private func checkInt8(_ run: CaseRun, _ float: [CaseResult]) throws(CaseProblem) -> Bool {
    let bundle: Bundle
    do {
      let path = workFolder + "/input.npy"
      let network = try run.compile(.float32, calibration: nil)
      let samples = run.samples
      let shape = [samples.count, network.inputChannels, network.inputHeight, network.inputWidth]
      guard let array = NPYArray(shape: shape, elements: .float32(samples.flatMap { $0 })) else {
        throw CaseProblem("the bundle's input has other sizes than the case's")
      }
      try writeFileAtomically(path, array.serialized())
      bundle = try run.compile(.int8, calibration: path)
    } catch {
      throw CaseProblem("int8: \((error as? CaseProblem)?.message ?? "\(error)")")
    }
    guard bundle.hasInt8 else { return false }
    guard let best = KernelLevel.available.first else { return false }
    let results = try run.run(bundle, isa: best)
    for (index, (result, reference)) in zip(results, float).enumerated() {
      let sqnr = result.sqnr(reference: reference)
      guard sqnr >= Self.leastSQNR else {
        throw CaseProblem("int8: output '\(run.folder.outputNames[index])': SQNR \(sqnr) dB, at least \(Self.leastSQNR) wanted")
      }
    }
    for level in KernelLevel.available.dropFirst() {
      for (index, (other, result)) in zip(try run.run(bundle, isa: level), results).enumerated() {
        let isSame =
          bundle.isAllInt8
          ? other.hasSameBits(as: result)
          : other.difference(from: Tensor(shape: result.shape, elements: result.elements)) == nil
        guard isSame else {
          throw CaseProblem("int8: output '\(run.folder.outputNames[index])': \(level) and \(best) differ")
        }
      }
    }
    return true
  }
}

extension Bundle {
  /// Whether any tensor is int8.
  fileprivate var hasInt8: Bool { fragments.contains { $0.tensors.contains { $0.type != .float32 } } }

  /// Whether only results are float32: then every CPU gives the same bytes.
  fileprivate var isAllInt8: Bool {
    for (number, fragment) in fragments.enumerated() {
      for (index, tensor) in fragment.tensors.enumerated() where tensor.type == .float32 {
        guard attributes.contains(where: { Int($0.fragment) == number && Int($0.tensor) == index }) else { return false }
      }
    }
    return true
  }
}
