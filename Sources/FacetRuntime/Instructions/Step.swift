import FacetKernels
import FacetPlatform

/// A prepared instruction: a kernel and its arguments, so that running it is one call.
struct Step {
  /// The arguments, by the operation's family.
  enum Work {
    case convolution(UnsafeMutablePointer<facet_conv>)
    case depthwise(UnsafeMutablePointer<facet_depthwise>)
    case pool(UnsafeMutablePointer<facet_pool>)
    case binary(UnsafeMutablePointer<facet_binary>)
    case unary(UnsafeMutablePointer<facet_unary>)
    case reshape(UnsafeMutablePointer<facet_reshape>)
    case rearrange(UnsafeMutablePointer<facet_rearrange>)
    case elementwise(UnsafeMutablePointer<facet_elementwise>)
    case reduce(UnsafeMutablePointer<facet_reduce>)
    case matrixProduct(UnsafeMutablePointer<facet_matrix_product>)
    case resample(UnsafeMutablePointer<facet_resample>)
    case topK(UnsafeMutablePointer<facet_top_k>)
    case normalization(UnsafeMutablePointer<facet_normalization>)
    case softmaxRows(UnsafeMutablePointer<facet_softmax>)
    case product(UnsafeMutablePointer<facet_product>)
    case gather(UnsafeMutablePointer<facet_gather>)
  }

  var work: Work
  /// The arguments of `work`, of whatever family.
  var arguments: UnsafeRawPointer {
    switch work {
    case .convolution(let a): UnsafeRawPointer(a)
    case .depthwise(let a): UnsafeRawPointer(a)
    case .pool(let a): UnsafeRawPointer(a)
    case .binary(let a): UnsafeRawPointer(a)
    case .unary(let a): UnsafeRawPointer(a)
    case .reshape(let a): UnsafeRawPointer(a)
    case .rearrange(let a): UnsafeRawPointer(a)
    case .elementwise(let a): UnsafeRawPointer(a)
    case .reduce(let a): UnsafeRawPointer(a)
    case .matrixProduct(let a): UnsafeRawPointer(a)
    case .resample(let a): UnsafeRawPointer(a)
    case .topK(let a): UnsafeRawPointer(a)
    case .normalization(let a): UnsafeRawPointer(a)
    case .softmaxRows(let a): UnsafeRawPointer(a)
    case .product(let a): UnsafeRawPointer(a)
    case .gather(let a): UnsafeRawPointer(a)
    }
  }

  /// The line of the table of kernels that it runs; of the family of `work`.
  var kernel: UnsafePointer<facet_kernel>
  /// Rows of the result, and pixels in a row.
  var rows: Int32
  var width: Int32
  /// Blocks of 32 output channels; 1 where a kernel has none.
  var blocks: Int32 = 1
  /// Threads that share it, and whether by blocks (or by rows).
  var threads: Int32 = 1
  private(set) var sharesBlocks = false
  /// Rows that a share has multiples of, but for the last.
  private(set) var rowUnit: Int32 = 1
  /// Bytes from a thread's scratch to the next one's; 0 where its kernel has none.
  var scratchStride = 0
  /// Steps of work (multiply-accumulates).
  private(set) var amount: Int64 = 0
  /// What it took when it last ran, where a session measures instructions.
  var nanoseconds: UInt64 = 0
  /// Borders to fill before it runs.
  var fills: Range<Int> = 0..<0

  /// Below this many steps of work (multiply-accumulates) waking other threads costs more than they save.
  static let workWorthSharing: Int64 = 40_000

  /// Decides, from the shape alone, how many threads share it and how. The result's bytes do not depend on it.
  ///
  /// - Parameters:
  ///   - rowUnit: rows that its kernel makes together.
  ///   - prefersBlocks: it makes something of the weights of its channels, which is then made once, so that a somewhat larger share is worth it.
  @inline(never)
  mutating func share(among available: Int32, work amount: Int64, rowUnit: Int32 = 1, prefersBlocks: Bool = false) {
    self.amount = amount
    self.rowUnit = rowUnit
    guard available > 1, amount >= Self.workWorthSharing else { return }
    sharesBlocks = false
    let byRows = Self.imbalance(parts, available)
    let byBlocks = Self.imbalance(blocks, available)
    // Equal shares of channels read the weights once; equal shares of rows read each row's input once. Weights are the larger
    // part where there are few rows.
    sharesBlocks =
      byBlocks < byRows || (byBlocks == byRows && rows < 8) || (prefersBlocks && blocks >= available && byBlocks <= byRows + byRows / 4)
    threads = min(available, parts)
  }

  /// What is shared out: blocks of channels, or units of rows.
  private var parts: Int32 { sharesBlocks ? blocks : (rows + rowUnit - 1) / rowUnit }

  /// The largest share over the mean share, in 1/1024.
  private static func imbalance(_ parts: Int32, _ threads: Int32) -> Int64 {
    let largest = (Int64(parts) + Int64(threads) - 1) / Int64(threads)
    return largest * Int64(threads) * 1024 / Int64(parts)
  }

  /// The work of the thread that has most of it, and what waking the others costs.
  var sharedAmount: Int64 {
    guard threads > 1 else { return amount }
    let parts = Int64(parts)
    return amount / parts * ((parts + Int64(threads) - 1) / Int64(threads)) + Self.workWorthSharing
  }

  /// Runs it with the threads of a pool that it was shared among.
  static func run(_ step: UnsafeMutablePointer<Step>, on pool: OpaquePointer?) {
    guard step.pointee.threads > 1 else { return step.pointee.runWhole() }
    facet_pool_run(
      pool, { context, index in context?.assumingMemoryBound(to: Step.self).pointee.run(share: index) }, UnsafeMutableRawPointer(step))
  }

  /// The share of thread `index`: nothing where the step has fewer shares.
  func run(share index: Int32) {
    guard index < threads else { return }
    run(share: index, of: threads, thread: index)
  }

  /// All of it, on the thread that calls, which is `thread` of the pool.
  func runWhole(thread: Int32 = 0) { run(share: 0, of: 1, thread: thread) }

  private func run(share index: Int32, of threads: Int32, thread: Int32) {
    let parts = Int64(parts)
    let unit = sharesBlocks ? 1 : rowUnit
    let begin = Int32(parts * Int64(index) / Int64(threads)) * unit
    let end = min(Int32(parts * Int64(index + 1) / Int64(threads)) * unit, sharesBlocks ? blocks : rows)
    let kernel = kernel.pointee.run
    switch work {
    case .convolution(let arguments):
      guard facet_kernels_have_scratch() != 0, scratchStride > 0 else { return runTiles(arguments, begin, end) }
      // Scratch is a thread's own.
      var own = arguments.pointee
      own.scratch += Int(thread) * scratchStride
      runTiles(&own, begin, end)
    case .depthwise(let arguments): kernel.rows(arguments, begin, end)
    case .pool(let arguments): kernel.rows(arguments, begin, end)
    case .binary(let arguments): kernel.rows(arguments, begin, end)
    case .unary(let arguments): kernel.rows(arguments, begin, end)
    case .matrixProduct(let arguments): kernel.rows(arguments, begin, end)
    case .normalization(let arguments): kernel.rows(arguments, begin, end)
    case .softmaxRows(let arguments): kernel.rows(arguments, begin, end)
    case .product(let arguments): kernel.rows(arguments, begin, end)
    case .reshape(let arguments): kernel.whole(arguments)
    case .rearrange(let arguments): kernel.whole(arguments)
    case .elementwise(let arguments): kernel.whole(arguments)
    case .reduce(let arguments): kernel.whole(arguments)
    case .resample(let arguments): kernel.whole(arguments)
    case .topK(let arguments): kernel.whole(arguments)
    case .gather(let arguments): kernel.rows(arguments, begin, end)
    }
  }

  /// A share of a convolution: blocks, or rows.
  private func runTiles(_ arguments: UnsafePointer<facet_conv>, _ begin: Int32, _ end: Int32) {
    if sharesBlocks {
      kernel.pointee.run.tiles(arguments, 0, rows * width, begin, end)
    } else {
      kernel.pointee.run.tiles(arguments, begin * width, end * width, 0, blocks)
    }
  }
}
