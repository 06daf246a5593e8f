import FacetFormat
import FacetFrames
import FacetKernels
import FacetPlatform

/// How an input gets into its tensor: pixels through a table per channel, numbers through a multiplier.
struct InputGather {
  private let step: UnsafeMutablePointer<Step>
  private let arguments: UnsafeMutablePointer<facet_gather>
  private let fromPixels: UnsafePointer<facet_kernel>
  private let fromFloats: UnsafePointer<facet_kernel>
  private let border: BorderFill
  /// A copy of the table: in the file its floats have no alignment.
  private let table: UnsafeMutableRawBufferPointer

  init(
    bundle: Bundle, plan: PlanRecord, features: UInt32, arena: UnsafeMutableRawPointer, threads: Int32
  ) throws(SessionError) {
    let index = Int(bundle.input.tensor)
    let tensor = bundle.fragments[0].tensors[index]
    guard let base = bundle.fragments.address(fragment: 0, tensor: index, plan: plan, arena: arena) else { throw .noSuchTensor }
    let isInt8 = tensor.type == .int8
    border = BorderFill(base: base, tensor: tensor, storedUnsigned: bundle.storedUnsigned)
    table = .allocate(byteCount: max(Int(bundle.input.table.count), 4), alignment: 64)
    table.copyMemory(from: bundle.input.table.bytes)
    arguments = .allocate(capacity: 1)
    arguments.initialize(
      to: facet_gather(
        input: nil, output: base, output_row: Int(tensor.rowStride), output_pixel: Int(tensor.pixelStride), height: Int32(tensor.height),
        width: Int32(tensor.width), channels: Int32(tensor.channels), stored_unsigned: bundle.storedUnsigned ? 1 : 0,
        table: UnsafeRawPointer(table.baseAddress), multiplier: bundle.input.multiplier, offset: bundle.input.offset,
        zero: isInt8 ? tensor.zeroPoint + (bundle.storedUnsigned ? 128 : 0) : 0,
        // In place: both begin at multiples of 4 in the file.
        factors: bundle.input.factors.bytes.baseAddress?.assumingMemoryBound(to: Float.self),
        means: bundle.input.means.bytes.baseAddress?.assumingMemoryBound(to: Float.self)))
    let operation =
      bundle.input.hasMeanImage
      ? (isInt8 ? FACET_GATHER_MEAN_S8 : FACET_GATHER_MEAN_F32) : (isInt8 ? FACET_GATHER_U8_S8 : FACET_GATHER_U8_F32)
    fromPixels = facet_find_kernel(operation, features, arguments)
    fromFloats = facet_find_kernel(isInt8 ? FACET_GATHER_F32_S8 : FACET_GATHER_F32_F32, features, arguments)
    step = .allocate(capacity: 1)
    step.initialize(to: Step(work: .gather(arguments), kernel: fromPixels, rows: Int32(tensor.height), width: Int32(tensor.width)))
    // Rows as the first layer shares them, so that most of what a thread reads there is in its own cache.
    step.pointee.share(among: threads, work: Int64(tensor.height) * Int64(tensor.width) * Int64(tensor.channels))
  }

  func release() {
    table.deallocate()
    arguments.deallocate()
    step.deallocate()
  }

  func run(pixels: UnsafeRawPointer, on pool: OpaquePointer?) { run(pixels, fromPixels, pool) }

  func run(floats: UnsafeRawPointer, on pool: OpaquePointer?) { run(floats, fromFloats, pool) }

  private func run(_ input: UnsafeRawPointer, _ kernel: UnsafePointer<facet_kernel>, _ pool: OpaquePointer?) {
    if border.tensor.hasBorder { border.fill() }
    let mode = facet_enter_float_mode()
    arguments.pointee.input = input
    step.pointee.kernel = kernel
    Step.run(step, on: pool)
    facet_leave_float_mode(mode)
  }
}

extension Session {
  /// Sets an input of the network's size and colour order: uint8, height x width x channels without gaps.
  public func setPixels(_ bytes: UnsafeRawBufferPointer) throws(SessionError) {
    guard bundle.takesPixels else { throw .notAnImage }
    guard let base = bytes.baseAddress, bytes.count == bundle.inputHeight * bundle.inputWidth * bundle.inputChannels else {
      throw .wrongInputSize
    }
    gather.run(pixels: base, on: pool)
    begin()
  }

  /// Sets an input that is normalized already: float32, channels x height x width.
  public func setTensor(_ values: UnsafeBufferPointer<Float>) throws(SessionError) {
    guard let base = values.baseAddress, values.count == bundle.inputHeight * bundle.inputWidth * bundle.inputChannels else {
      throw .wrongInputSize
    }
    gather.run(floats: UnsafeRawPointer(base), on: pool)
    begin()
  }

  /// Sets a part of a camera frame: cropped or letterboxed, resized and reordered as the bundle says (`FramePreparation`).
  ///
  /// - Parameters:
  ///   - pixels: uint8, RGB or gray, `height` rows of `rowStride` bytes; the last row needs no bytes after its last pixel.
  ///   - region: the part to look at; nil for the whole frame.
  public func setFrame(
    _ pixels: UnsafeRawBufferPointer, width: Int, height: Int, rowStride: Int, channels: Int, region: FrameRegion? = nil
  ) throws(SessionError) {
    guard let preparation = FramePreparation(bundle.input) else { throw .notAnImage }
    guard let base = pixels.baseAddress, width >= 1, height >= 1, width <= frameMaximumSide, height <= frameMaximumSide,
      channels == 1 || channels == 3, rowStride >= width * channels,
      height == 1 || rowStride <= (pixels.count - width * channels) / (height - 1), pixels.count >= width * channels,
      let scratchBytes = preparation.scratchSize(maximumWidth: width, maximumHeight: height)
    else { throw .badFrame }
    let (needed, overflow) = preparation.byteCount.addingReportingOverflow(scratchBytes)
    guard !overflow else { throw .outOfMemory }
    if needed > frameScratchBytes {
      facet_memory_free(frameScratch)
      frameScratch = facet_memory_allocate(needed)
      frameScratchBytes = frameScratch == nil ? 0 : needed
    }
    guard let scratch = frameScratch else { throw .outOfMemory }
    let frame = FrameSource(
      pixels: base.assumingMemoryBound(to: UInt8.self), width: width, height: height, rowStride: rowStride, channels: channels)
    let status = preparation.write(
      frame, region: region, to: scratch.assumingMemoryBound(to: UInt8.self),
      scratch: UnsafeMutableRawBufferPointer(start: scratch + preparation.byteCount, count: frameScratchBytes - preparation.byteCount))
    guard status == .done else { throw .badFrame }
    gather.run(pixels: UnsafeRawPointer(scratch), on: pool)
    begin()
  }

  /// A new input: nothing has run on it.
  func begin(fromForks: Bool = false) {
    hasInput = true
    startsFromForks = fromForks
    hasEvaluated = false
    for index in done.indices {
      done[index] = false
      blocked[index] = false
      for tensor in given[index].indices { given[index][tensor] = false }
    }
    for index in states.indices { states[index] = .notAsked }
  }
}
