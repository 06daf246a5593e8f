import FacetIR
import Glibc

extension CaseResult {
  /// ONNX's own rule, tighter: |result − expected| ≤ 1e-5 + 1e-4·|expected|, and equal shapes. Nil where it holds.
  func difference(from expected: Tensor) -> String? {
    guard shape == expected.shape else { return "shape \(shape), expected \(expected.shape)" }
    guard elements.count == expected.elements.count else { return "\(elements.count) values, expected \(expected.elements.count)" }
    for (index, (found, wanted)) in zip(elements, expected.elements).enumerated() {
      let isSame = found == wanted || (found.isNaN && wanted.isNaN) || abs(found - wanted) <= 1e-5 + 1e-4 * abs(wanted)
      if !isSame { return "element \(index) is \(found), expected \(wanted)" }
    }
    return nil
  }

  /// Signal-to-quantization-noise ratio in dB; infinite where they are equal.
  func sqnr(reference: CaseResult) -> Double {
    guard elements.count == reference.elements.count else { return -.infinity }
    var signal = 0.0
    var noise = 0.0
    for (found, wanted) in zip(elements, reference.elements) {
      signal += Double(wanted) * Double(wanted)
      noise += (Double(found) - Double(wanted)) * (Double(found) - Double(wanted))
    }
    return noise == 0 ? .infinity : signal == 0 ? -.infinity : 10 * log10(signal / noise)
  }

  func hasSameBits(as other: CaseResult) -> Bool {
    shape == other.shape && elements.elementsEqual(other.elements) { $0.bitPattern == $1.bitPattern }
  }
}
