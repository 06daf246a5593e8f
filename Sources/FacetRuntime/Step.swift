import FacetKernels

/// A prepared instruction: a kernel and its arguments, so that running it is one call.
struct Step {
  enum Work {
    case convolution(UnsafeMutablePointer<facet_conv>, ConvolutionKernel)
    case depthwise(UnsafeMutablePointer<facet_depthwise>, DepthwiseKernel)
    case pool(UnsafeMutablePointer<facet_pool>, PoolKernel)
    case binary(UnsafeMutablePointer<facet_binary>, BinaryKernel)
    case unary(UnsafeMutablePointer<facet_unary>, UnaryKernel)
    case reshape(UnsafeMutablePointer<facet_reshape>, ReshapeKernel)
    case rearrange(UnsafeMutablePointer<facet_rearrange>, RearrangeKernel)
    case elementwise(UnsafeMutablePointer<facet_elementwise>, ElementwiseKernel)
    case reduce(UnsafeMutablePointer<facet_reduce>, ReduceKernel)
    case matrixProduct(UnsafeMutablePointer<facet_matrix_product>, MatrixProductKernel)
    case resample(UnsafeMutablePointer<facet_resample>, ResampleKernel)
    case topK(UnsafeMutablePointer<facet_top_k>, TopKKernel)
  }

  var work: Work
  /// Rows of the result, and pixels in a row.
  var rows: Int32
  var width: Int32
  /// Blocks of 32 output channels; 1 where a kernel has none.
  var blocks: Int32 = 1
  /// Threads that share it, and whether by blocks (or by rows).
  var threads: Int32 = 1
  var sharesBlocks = false
  /// Borders to fill before it runs.
  var fills: Range<Int> = 0..<0

  /// Below this many steps of work (multiply-accumulates) waking other threads costs more than they save.
  static let workWorthSharing: Int64 = 40_000

  /// Decides, from the shape alone, how many threads share it and how. The result's bytes do not depend on it.
  mutating func share(among available: Int32, work amount: Int64) {
    guard available > 1, amount >= Self.workWorthSharing else { return }
    let byRows = Self.imbalance(rows, available)
    let byBlocks = Self.imbalance(blocks, available)
    // Equal shares of channels read the weights once; equal shares of rows read each row's input once. Weights are the larger
    // part where there are few rows.
    sharesBlocks = byBlocks < byRows || (byBlocks == byRows && rows < 8)
    let parts = sharesBlocks ? blocks : rows
    threads = min(available, parts)
  }

  /// The largest share over the mean share, in 1/1024.
  private static func imbalance(_ parts: Int32, _ threads: Int32) -> Int64 {
    let largest = (Int64(parts) + Int64(threads) - 1) / Int64(threads)
    return largest * Int64(threads) * 1024 / Int64(parts)
  }

  /// The share of thread `index`: nothing where the step has fewer shares.
  func run(share index: Int32) {
    guard index < threads else { return }
    let parts = Int64(sharesBlocks ? blocks : rows)
    let begin = Int32(parts * Int64(index) / Int64(threads))
    let end = Int32(parts * Int64(index + 1) / Int64(threads))
    switch work {
    case .convolution(let arguments, let kernel):
      if sharesBlocks {
        kernel(arguments, 0, rows * width, begin, end)
      } else {
        kernel(arguments, begin * width, end * width, 0, blocks)
      }
    case .depthwise(let arguments, let kernel): kernel(arguments, begin, end)
    case .pool(let arguments, let kernel): kernel(arguments, begin, end)
    case .binary(let arguments, let kernel): kernel(arguments, begin, end)
    case .unary(let arguments, let kernel): kernel(arguments, begin, end)
    case .matrixProduct(let arguments, let kernel): kernel(arguments, begin, end)
    case .reshape(let arguments, let kernel): kernel(arguments)
    case .rearrange(let arguments, let kernel): kernel(arguments)
    case .elementwise(let arguments, let kernel): kernel(arguments)
    case .reduce(let arguments, let kernel): kernel(arguments)
    case .resample(let arguments, let kernel): kernel(arguments)
    case .topK(let arguments, let kernel): kernel(arguments)
    }
  }
}

// The C types of facet_kernels.h as Swift sees them.
typealias ConvolutionKernel = @convention(c) (UnsafePointer<facet_conv>?, Int32, Int32, Int32, Int32) -> Void
typealias DepthwiseKernel = @convention(c) (UnsafePointer<facet_depthwise>?, Int32, Int32) -> Void
typealias PoolKernel = @convention(c) (UnsafePointer<facet_pool>?, Int32, Int32) -> Void
typealias BinaryKernel = @convention(c) (UnsafePointer<facet_binary>?, Int32, Int32) -> Void
typealias UnaryKernel = @convention(c) (UnsafePointer<facet_unary>?, Int32, Int32) -> Void
typealias ReshapeKernel = @convention(c) (UnsafePointer<facet_reshape>?) -> Void
typealias RearrangeKernel = @convention(c) (UnsafePointer<facet_rearrange>?) -> Void
typealias ElementwiseKernel = @convention(c) (UnsafePointer<facet_elementwise>?) -> Void
typealias ReduceKernel = @convention(c) (UnsafePointer<facet_reduce>?) -> Void
typealias MatrixProductKernel = @convention(c) (UnsafePointer<facet_matrix_product>?, Int32, Int32) -> Void
typealias ResampleKernel = @convention(c) (UnsafePointer<facet_resample>?) -> Void
typealias TopKKernel = @convention(c) (UnsafePointer<facet_top_k>?) -> Void
