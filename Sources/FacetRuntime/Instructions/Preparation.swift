import FacetFormat
import FacetKernels

/// Turns checked instructions into steps for one arena. Families have their own files.
struct Preparation {
  let fragments: [Fragment]
  private let isStoredUnsigned: Bool
  let plan: PlanRecord
  /// Bits of the CPU that kernels may use.
  let features: UInt32
  let arena: UnsafeMutableRawPointer
  /// What kernels may use beside: the first thread's, and how far the next one's is. Threads may run different instructions at a time, so it is
  /// the same for all.
  let scratch: UnsafeMutableRawPointer?
  let scratchStride: Int
  let threads: Int32
  let program = PreparedProgram()
  private(set) var fragment = 0

  init(
    fragments: [Fragment], storedUnsigned: Bool, plan: PlanRecord, features: UInt32, arena: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer?, scratchStride: Int, threads: Int32
  ) {
    self.fragments = fragments
    isStoredUnsigned = storedUnsigned
    self.plan = plan
    self.features = features
    self.arena = arena
    self.scratch = scratch
    self.scratchStride = scratchStride
    self.threads = threads
  }

  /// Added to zero points and bounds: the stored domain. Wrapping, because bounds that an instruction does not use are not checked.
  var shift: Int32 { isStoredUnsigned ? 128 : 0 }
  var storedUnsigned: Int32 { isStoredUnsigned ? 1 : 0 }

  mutating func prepare() throws(SessionError) -> PreparedProgram {
    for number in fragments.indices {
      fragment = number
      let source = fragments[number]
      let isInPlan = !source.attributes.isDisjoint(with: plan.attributes)
      let count = isInPlan ? source.instructions.count : 0
      let buffer = UnsafeMutableBufferPointer<Step>.allocate(capacity: count)
      program.steps.append(buffer)
      for index in 0..<count { buffer.initializeElement(at: index, to: try step(source.instructions[index])) }
    }
    return program
  }

  /// The most bytes of scratch that a thread needs for an instruction of the plan.
  mutating func scratchBytes() throws(SessionError) -> Int {
    // Of none that stores activations unsigned: kernels with scratch take signed ones.
    guard facet_kernels_have_scratch() != 0, !isStoredUnsigned else { return 0 }
    var largest = 0
    for number in fragments.indices where !fragments[number].attributes.isDisjoint(with: plan.attributes) {
      fragment = number
      for instruction in fragments[number].instructions {
        guard instruction.opcode == .convolution else { continue }
        let record = ConvolutionRecord(instruction, .convolution)
        guard tensor(record.input).type == .int8 else { continue }
        largest = max(largest, try scratchBytes(record))
      }
    }
    return largest
  }

  private func step(_ i: Instruction) throws(SessionError) -> Step {
    let first = program.fills.count
    // Opcodes were checked on opening.
    guard let decoded = i.decoded else { throw .noSuchTensor }
    var step = try step(decoded)
    step.fills = first..<program.fills.count
    return step
  }

  @inline(never)
  private func step(_ decoded: DecodedInstruction) throws(SessionError) -> Step {
    switch decoded {
    case .convolution(let record): try step(record)
    case .pool(let record): try step(record)
    case .binary(let record): try step(record)
    case .unary(let record): try step(record)
    case .rearrange(let record): try step(record)
    case .elementwise(let record): try step(record)
    case .function(let record): try step(record)
    case .reduce(let record): try step(record)
    case .matrixProduct(let record): try step(record)
    case .resample(let record): try step(record)
    case .topK(let record): try step(record)
    case .normalization(let record): try step(record)
    case .softmaxRows(let record): try step(record)
    case .product(let record): try step(record)
    }
  }

  func tensor(_ index: UInt32) -> TensorRecord { fragments[fragment].tensors[Int(index)] }

  /// Where interior pixel (0,0) of a tensor of the current fragment lies.
  func address(_ index: UInt32) throws(SessionError) -> UnsafeMutableRawPointer {
    guard let address = fragments.address(fragment: fragment, tensor: Int(index), plan: plan, arena: arena) else { throw .noSuchTensor }
    return address
  }

  /// As `address`, for a tensor that the step writes: its border is filled before.
  func destination(_ index: UInt32) throws(SessionError) -> UnsafeMutableRawPointer {
    let base = try address(index)
    let record = tensor(index)
    if record.hasBorder { program.fills.append(BorderFill(base: base, tensor: record, storedUnsigned: isStoredUnsigned)) }
    return base
  }

  /// Arguments that live as long as the program.
  func keep<T>(_ value: T) -> UnsafeMutablePointer<T> { program.keep(value) }

  /// An array in the fragment's constants; nil for `none`. Its range was checked on opening.
  func constant(_ offset: UInt32) -> UnsafeRawPointer? {
    guard offset != BundleFormat.none, let base = fragments[fragment].constants.bytes.baseAddress else { return nil }
    return base + Int(offset)
  }

  func weights(_ offset: UInt32) -> UnsafeRawPointer? {
    guard let base = fragments[fragment].weights.bytes.baseAddress else { return nil }
    return base + Int(offset)
  }

  /// The first line of the table of kernels that the CPU has and that takes these arguments.
  func kernel<T>(_ operation: facet_operation, _ arguments: UnsafeMutablePointer<T>) -> UnsafePointer<facet_kernel> {
    facet_find_kernel(operation, features, arguments)
  }
}
