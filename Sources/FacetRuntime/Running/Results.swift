import FacetFormat
import FacetKernels
import FacetPlatform

extension AttributeRecord {
  /// Softmax runs over axis 1 of the model's shape (over all values of a vector): `outer` and `inner` count what lies before and after.
  var softmaxAxis: (outer: Int, channels: Int, inner: Int) {
    if rank == 0 { return (1, 1, 1) }
    if rank == 1 { return (1, Int(dimensions[0]), 1) }
    var inner = 1
    for axis in 2..<max(2, Int(rank)) { inner *= Int(dimensions[axis]) }
    return (Int(dimensions[0]), Int(dimensions[1]), inner)
  }
}

extension Session {
  /// The values of an attribute in the model's order; they stay until more is evaluated or a new input is set. Empty where the
  /// attribute does not exist or has not been evaluated on this input (`status`).
  public func scores(attribute index: Int) -> UnsafeBufferPointer<Float> {
    let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)
    guard index >= 0, index < bundle.attributes.count else { return nothing }
    let attribute = bundle.attributes[index]
    let fragment = Int(attribute.fragment)
    guard states[index] == .evaluated,
      let base = bundle.fragments.address(fragment: fragment, tensor: Int(attribute.tensor), plan: record, arena: arena)
    else { return nothing }
    return UnsafeBufferPointer(start: base.assumingMemoryBound(to: Float.self), count: bundle.scoreCount(attribute: index))
  }

  /// The confidences of an attribute: its scores through the rule that the bundle states, with the kernels' own arithmetic, the same on
  /// every CPU. The scores themselves where the rule is none.
  /// - Parameter values: room for `Bundle.scoreCount(attribute:)` values.
  public func confidences(attribute index: Int, into values: UnsafeMutableBufferPointer<Float>) throws(SessionError) {
    guard index >= 0, index < bundle.attributes.count else { throw .noSuchAttribute }
    let scores = scores(attribute: index)
    guard let from = scores.baseAddress else { throw .notEvaluated }
    guard let to = values.baseAddress, values.count >= scores.count else { throw .wrongInputSize }
    let mode = facet_enter_float_mode()
    defer { facet_leave_float_mode(mode) }
    let attribute = bundle.attributes[index]
    switch attribute.confidence {
    case .none, .identity: to.update(from: from, count: scores.count)
    case .sigmoid: apply(FACET_SIGMOID_F32, from, to, count: scores.count)
    case .softmax:
      let axis = attribute.softmaxAxis
      if axis.inner == 1 {
        for row in 0..<axis.outer {
          apply(FACET_SOFTMAX_F32, from + row * axis.channels, to + row * axis.channels, count: axis.channels)
        }
        return
      }
      // One value in `inner` belongs to the same sum: through the scratch, which holds the channels of one place.
      guard let scratch = confidenceScratch else { return }
      for row in 0..<axis.outer {
        for place in 0..<axis.inner {
          let start = row * axis.channels * axis.inner + place
          for channel in 0..<axis.channels { scratch[channel] = from[start + channel * axis.inner] }
          apply(FACET_SOFTMAX_F32, scratch, scratch, count: axis.channels)
          for channel in 0..<axis.channels { to[start + channel * axis.inner] = scratch[channel] }
        }
      }
    }
  }

  private func apply(_ operation: facet_operation, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, count: Int) {
    var arguments = facet_unary()
    arguments.input = UnsafeRawPointer(from)
    arguments.output = UnsafeMutableRawPointer(to)
    arguments.height = 1
    arguments.width = 1
    arguments.channels = Int32(count)
    withUnsafePointer(to: arguments) { facet_find_kernel(operation, 0, $0).pointee.run.rows($0, 0, 1) }
  }

  /// The interior of any tensor, in canonical order (channels, height, width), int8 as real numbers: `scale * (q - zero point)`.
  ///
  /// What another instruction has written over meanwhile is not noticed: call it from `afterInstruction` with that instruction's result.
  public func readTensor(fragment: Int, tensor: Int, into values: UnsafeMutableBufferPointer<Float>) throws(SessionError) {
    guard let base = bundle.fragments.address(fragment: fragment, tensor: tensor, plan: record, arena: arena) else { throw .noSuchTensor }
    let record = bundle.fragments[fragment].tensors[tensor]
    guard let to = values.baseAddress, Int64(values.count) >= record.elementCount else { throw .wrongInputSize }
    let (height, width, channels) = (Int(record.height), Int(record.width), Int(record.channels))
    let zero = record.zeroPoint + (bundle.storedUnsigned ? 128 : 0)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = UnsafeRawPointer(base) + y * Int(record.rowStride) + x * Int(record.pixelStride)
        var place = y * width + x
        for channel in 0..<channels {
          if record.type == .float32 {
            to[place] = pixel.loadUnaligned(fromByteOffset: channel * 4, as: Float.self)
          } else {
            let stored = pixel.load(fromByteOffset: channel, as: UInt8.self)
            let q = bundle.storedUnsigned ? Int32(stored) : Int32(Int8(bitPattern: stored))
            to[place] = Float(q - zero) * record.scale
          }
          place += height * width
        }
      }
    }
  }
}
