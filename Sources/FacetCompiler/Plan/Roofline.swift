import FacetBundle

/// A model of the time that one core of a board takes: for each instruction the larger of what its products and what its bytes take
/// (Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009). It knows no caches, no start-up and no kernel's own efficiency, so it
/// compares parts of a network with each other; `facet benchmark` measures.
struct Roofline {
  /// Multiply-accumulates a second, of int8 and of float32 numbers.
  var int8Rate: Double
  var float32Rate: Double
  /// Bytes a second from and to memory.
  var bandwidth: Double

  init(_ target: Target) {
    (int8Rate, float32Rate, bandwidth) = (Double(target.int8Rate), Double(target.float32Rate), Double(target.bandwidth))
  }

  func seconds(_ cost: InstructionCost) -> Double {
    let products = Double(cost.multiplyAccumulates) / (cost.isFloat ? float32Rate : int8Rate)
    let bytes = Double(cost.parameterBytes) + Double(cost.bytesRead) + Double(cost.bytesWritten)
    return max(products, bytes / bandwidth)
  }
}
