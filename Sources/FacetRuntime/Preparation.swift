import FacetFormat
import FacetKernels

/// The steps of all fragments of a plan. Owns the kernels' arguments.
final class PreparedProgram {
  /// Per fragment the steps, at addresses that stay; empty for fragments that are not in the plan.
  fileprivate(set) var steps: [UnsafeMutableBufferPointer<Step>] = []
  fileprivate(set) var fills: [BorderFill] = []
  fileprivate var arguments: [UnsafeMutableRawPointer] = []

  deinit {
    for buffer in steps { buffer.deallocate() }
    for memory in arguments { memory.deallocate() }
  }
}

/// Turns checked instructions into steps for one arena. Families have their own files.
struct Preparation {
  let bundle: Bundle
  let plan: PlanRecord
  /// Bits of the CPU that kernels may use.
  let features: UInt32
  let arena: UnsafeMutableRawPointer
  let threads: Int32
  let program = PreparedProgram()
  private(set) var fragment = 0

  init(bundle: Bundle, plan: PlanRecord, features: UInt32, arena: UnsafeMutableRawPointer, threads: Int32) {
    self.bundle = bundle
    self.plan = plan
    self.features = features
    self.arena = arena
    self.threads = threads
  }

  /// Added to zero points and bounds: the stored domain. Wrapping, because bounds that an instruction does not use are not checked.
  var shift: Int32 { bundle.storedUnsigned ? 128 : 0 }
  var storedUnsigned: Int32 { bundle.storedUnsigned ? 1 : 0 }

  mutating func prepare() throws(SessionError) -> PreparedProgram {
    for number in bundle.fragments.indices {
      fragment = number
      let source = bundle.fragments[number]
      let isInPlan = source.attributes & plan.attributes != 0
      let count = isInPlan ? source.instructions.count : 0
      let buffer = UnsafeMutableBufferPointer<Step>.allocate(capacity: count)
      program.steps.append(buffer)
      for index in 0..<count { buffer.initializeElement(at: index, to: try step(source.instructions[index])) }
    }
    return program
  }

  private func step(_ i: Instruction) throws(SessionError) -> Step {
    let first = program.fills.count
    // Opcodes were checked on opening.
    var step =
      switch i.opcode {
      case .convolution: try convolution(ConvolutionRecord(i))
      case .depthwise: try depthwise(ConvolutionRecord(i))
      case .maxPool, .averagePool: try pool(PoolRecord(i))
      case .add, .multiply: try binary(BinaryRecord(i))
      case .reshape, .planar: try reshape(UnaryRecord(i))
      case .function: try function(FunctionRecord(i))
      case .rearrange: try rearrange(RearrangeRecord(i))
      case .elementwise: try elementwise(ElementwiseRecord(i))
      case .reduce: try reduce(ReduceRecord(i))
      case .matrixProduct: try matrixProduct(MatrixProductRecord(i))
      case .resample: try resample(ResampleRecord(i))
      case .topK: try topK(TopKRecord(i))
      default: try unary(UnaryRecord(i))
      }
    step.fills = first..<program.fills.count
    return step
  }

  func tensor(_ index: UInt32) -> TensorRecord { bundle.fragments[fragment].tensors[Int(index)] }

  /// Where interior pixel (0,0) of a tensor of the current fragment lies.
  func address(_ index: UInt32) throws(SessionError) -> UnsafeMutableRawPointer {
    guard let address = bundle.address(fragment: fragment, tensor: Int(index), plan: plan, arena: arena) else { throw .noSuchTensor }
    return address
  }

  /// As `address`, for a tensor that the step writes: its border is filled before.
  func destination(_ index: UInt32) throws(SessionError) -> UnsafeMutableRawPointer {
    let base = try address(index)
    let record = tensor(index)
    if record.hasBorder { program.fills.append(BorderFill(base: base, tensor: record, storedUnsigned: bundle.storedUnsigned)) }
    return base
  }

  /// Arguments that live as long as the program.
  func keep<T>(_ value: T) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: 1)
    memory.initialize(to: value)
    program.arguments.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  /// An array in the fragment's constants; nil for `none`. Its range was checked on opening.
  func constant(_ offset: UInt32) -> UnsafeRawPointer? {
    guard offset != BundleFormat.none, let base = bundle.fragments[fragment].constants.bytes.baseAddress else { return nil }
    return base + Int(offset)
  }

  func weights(_ offset: UInt32) -> UnsafeRawPointer? {
    guard let base = bundle.fragments[fragment].weights.bytes.baseAddress else { return nil }
    return base + Int(offset)
  }

  /// The first line of the table of kernels that the CPU has and that takes these arguments.
  func kernel<T>(_ operation: facet_operation, _ arguments: UnsafeMutablePointer<T>) -> UnsafePointer<facet_kernel> {
    facet_find_kernel(operation, features, arguments)
  }
}

extension Bundle {
  /// Interior pixel (0,0) of a tensor in an arena, also of an imported one; nil where the plan does not hold it.
  func address(fragment: Int, tensor: Int, plan: PlanRecord, arena: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    guard fragment >= 0, fragment < fragments.count, tensor >= 0, tensor < fragments[fragment].tensors.count else { return nil }
    if tensor < fragments[fragment].imports.count {
      let source = fragments[fragment].imports[tensor]
      return address(fragment: Int(source.fragment), tensor: Int(source.tensor), plan: plan, arena: arena)
    }
    let record = fragments[fragment].tensors[tensor]
    let storage = Int64(fragments[fragment].firstStorage) + Int64(record.storage)
    guard let offset = plan.offset(storage), offset != PlanRecord.unused else { return nil }
    return arena + Int(offset) + Int(record.offset)
  }
}
