import FacetFormat
import FacetKernels

/// What instructions on plain tensors share: one pixel that lists the elements in row-major order.
extension InstructionChecker {
  /// More is no tensor: a plain tensor's elements are channels.
  static let maximumElements = Int64(TensorRecord.maximumDimension)

  /// The second operand, a tensor or a constant, holds the element `reach`.
  mutating func checkOperand(_ tensor: TensorRecord?, constant: UInt32, reach: Int64) throws(BundleError) {
    if let tensor {
      try require(reach < tensor.elementCount, .indexOutside)
    } else {
      // Strides and places fit 31 bits.
      try require(reach < Int64(Int32.max), .constantsOutside)
      _ = try constants(constant, count: reach + 1)
    }
  }

  /// The product of `rank` dimensions, those after them being 1.
  func elements(_ dimensions: InlineArray<8, UInt32>, rank: UInt32) throws(BundleError) -> Int64 {
    try require(rank >= 1 && rank <= 8, .badGeometry)
    var product: Int64 = 1
    for axis in 0..<8 {
      try require(dimensions[axis] >= 1 && (axis < Int(rank) || dimensions[axis] == 1), .badGeometry)
      // At most 2^24 times 2^32.
      product *= Int64(dimensions[axis])
      try require(product <= Self.maximumElements, .shapeMismatch)
    }
    return product
  }

  func plain(_ tensor: TensorRecord, _ type: TensorType?) throws(BundleError) -> TensorRecord {
    try require(type == nil || tensor.type == type, .typeMismatch)
    try require(tensor.height == 1 && tensor.width == 1 && !tensor.hasBorder, .shapeMismatch)
    return tensor
  }

  /// These kernels write while they still read: the result must not lie over what it is made of.
  func requireApart(_ input: TensorRecord, _ output: TensorRecord) throws(BundleError) {
    guard input.storage == output.storage else { return }
    try require(input.extent.end <= output.extent.first || output.extent.end <= input.extent.first, .resultOverlaps)
  }
}

/// Opening has checked that all numbers fit: what is not used is not converted.
extension Preparation {
  /// Sets an element of one of the arrays of `facet_kernels.h`, which Swift sees as tuples.
  func set<Tuple>(_ tuple: inout Tuple, _ index: Int32, _ value: Int32) {
    withUnsafeMutableBytes(of: &tuple) { $0.storeBytes(of: value, toByteOffset: Int(index) * 4, as: Int32.self) }
  }

  /// The second operand: a tensor, or a constant.
  func operand(_ index: UInt32, constant offset: UInt32) throws(SessionError) -> UnsafePointer<Float>? {
    if index == BundleFormat.none { return constant(offset)?.assumingMemoryBound(to: Float.self) }
    return UnsafeRawPointer(try address(index)).assumingMemoryBound(to: Float.self)
  }
}
