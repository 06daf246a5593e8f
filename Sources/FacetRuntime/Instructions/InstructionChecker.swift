import FacetFormat
import FacetKernels

/// Checks every instruction of a fragment: after this, running them touches nothing outside arena, constants and weights.
///
/// Tensors were checked to lie in their storages before. Families have their own files.
struct InstructionChecker {
  let fragment: Fragment
  let number: Int
  let section: Int
  /// What the header says: a bundle holds nothing that came later.
  let version: UInt32
  /// Per storage of the fragment: whether something has written it.
  private(set) var written: [Bool]
  /// Steps of all instructions so far, other fragments included.
  private(set) var work: Int64
  private var instruction = -1
  /// Bytes of weights and constants that instructions have named so far: bounds the search for -128 and for bad multipliers.
  private var weightBytesNamed: Int64 = 0
  /// Bytes of tables that instructions have named so far: bounds the search for entries outside.
  private var tableBytesNamed: Int64 = 0
  private var constantBytesNamed: Int64 = 0

  static let maximumWork: Int64 = 1 << 40
  /// How often all constants together may be named as tables.
  static let maximumTableSharing: Int64 = 256
  /// Kernel sizes, strides, dilations and pads.
  static let maximumGeometry: UInt32 = 32_767

  /// How often, on average, instructions may name the bytes of their weights and constants.
  static let maximumNaming: Int64 = 8

  init(fragment: Fragment, number: Int, section: Int, version: UInt32, written: [Bool], work: Int64) {
    self.fragment = fragment
    self.version = version
    self.number = number
    self.section = section
    self.written = written
    self.work = work
  }

  mutating func checkAll() throws(BundleError) {
    for index in fragment.instructions.indices {
      instruction = index
      try check(fragment.instructions[index])
    }
  }

  private mutating func check(_ i: Instruction) throws(BundleError) {
    guard let decoded = i.decoded else { throw fail(.unknownOpcode) }
    switch decoded {
    case .convolution(let record): try check(record)
    case .pool(let record): try check(record)
    case .binary(let record): try check(record)
    case .unary(let record): try check(record)
    case .rearrange(let record): try check(record)
    case .elementwise(let record): try check(record)
    case .function(let record): try check(record)
    case .reduce(let record): try check(record)
    case .matrixProduct(let record): try check(record)
    case .resample(let record): try check(record)
    case .topK(let record): try check(record)
    case .normalization(let record): try check(record)
    case .softmaxRows(let record): try check(record)
    case .product(let record): try check(record)
    }
  }

  func fail(_ fault: BundleFault) -> BundleError {
    BundleError(fault, section: section, fragment: number, instruction: instruction)
  }

  func require(_ condition: Bool, _ fault: BundleFault) throws(BundleError) {
    if !condition { throw fail(fault) }
  }

  /// A tensor that the instruction reads.
  func source(_ index: UInt32) throws(BundleError) -> TensorRecord {
    guard index < UInt32(fragment.tensors.count) else { throw fail(.noSuchTensor) }
    let tensor = fragment.tensors[Int(index)]
    if index >= fragment.header.importCount { try require(written[Int(tensor.storage)], .readBeforeWritten) }
    return tensor
  }

  /// The tensor that the instruction writes; nil where the record says none.
  mutating func result(_ index: UInt32, _ type: TensorType?) throws(BundleError) -> TensorRecord? {
    if index == BundleFormat.none { return nil }
    guard index < UInt32(fragment.tensors.count) else { throw fail(.noSuchTensor) }
    try require(index >= fragment.header.importCount, .writesImport)
    let tensor = fragment.tensors[Int(index)]
    try require(type == nil || tensor.type == type, .typeMismatch)
    written[Int(tensor.storage)] = true
    // Its border is filled before: at most the bytes of its storage, but they may be far more than the interior.
    let extent = tensor.extent
    if tensor.hasBorder { try addWork(extent.end - extent.first, 1) }
    return tensor
  }

  /// Counts the product of the factors as work. All must be at least 0.
  mutating func addWork(_ a: Int64, _ b: Int64, _ c: Int64 = 1, _ d: Int64 = 1) throws(BundleError) {
    var product: Int64 = 1
    for factor in [a, b, c, d] {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      try require(!overflow && next <= Self.maximumWork, .tooMuchWork)
      product = next
    }
    work += product
    try require(work <= Self.maximumWork, .tooMuchWork)
  }

  /// An array of 4-byte elements in the constants.
  mutating func constants(_ offset: UInt32, count: Int64) throws(BundleError) -> UnsafeRawPointer {
    guard offset % 64 == 0, count >= 0, count <= 1 << 32,
      let base = fragment.constants.part(offset: Int64(offset), length: count * 4)?.bytes.baseAddress
    else { throw fail(.constantsOutside) }
    constantBytesNamed += count * 4
    try require(constantBytesNamed <= Self.maximumNaming * fragment.constants.count, .constantsOutside)
    return base
  }

  /// As `constants`, for a table whose entries are all looked at.
  mutating func sharedTable(_ offset: UInt32, count: Int64) throws(BundleError) -> UnsafeRawPointer {
    let base = try constants(offset, count: count)
    tableBytesNamed += count * 4
    try require(tableBytesNamed <= Self.maximumTableSharing * fragment.constants.count, .constantsOutside)
    return base
  }

  /// Multipliers, of which those that serve a real channel must be positive; those of the padding may be 0.
  ///
  /// - Parameter isPadding: whether entry i belongs to no real channel.
  mutating func multipliers(_ offset: UInt32, count: Int64, isPadding: (Int64) -> Bool = { _ in false }) throws(BundleError) {
    let base = try constants(offset, count: count)
    for i in 0..<count {
      let value = base.loadUnaligned(fromByteOffset: Int(i) * 4, as: Float.self)
      if value == 0 && isPadding(i) { continue }
      try require(isMultiplier(value), .badMultiplier)
    }
  }

  /// Below 2^64, sums of two products of a multiplier and a 32-bit integer stay finite.
  func isMultiplier(_ value: Float) -> Bool { value > 0 && value < 0x1p64 }

  /// `count` bytes of weights; int8 weights are searched for -128.
  mutating func weights(_ offset: UInt32, count: Int64, type: TensorType) throws(BundleError) {
    guard offset % 64 == 0, let part = fragment.weights.part(offset: Int64(offset), length: count), let base = part.bytes.baseAddress else {
      throw fail(.weightsOutside)
    }
    weightBytesNamed += count
    try require(weightBytesNamed <= Self.maximumNaming * fragment.weights.count, .weightsOutside)
    if type == .int8 { try require(facet_holds_minimum(base, part.bytes.count) == 0, .weightMinimum) }
  }

  func checkClamp(_ low: Int32, _ high: Int32) throws(BundleError) {
    try require(low >= -128 && high <= 127 && low <= high, .badClamp)
  }

  /// Infinities are allowed, not a number is not.
  func checkClamp(_ low: Float, _ high: Float) throws(BundleError) {
    try require(low <= high, .badClamp)
  }

  func checkGeometry(_ values: [UInt32], atLeast: UInt32) throws(BundleError) {
    for value in values { try require(value >= atLeast && value <= Self.maximumGeometry, .badGeometry) }
  }
}
