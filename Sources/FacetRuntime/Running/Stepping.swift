import FacetFormat
import FacetPlatform

extension Session {
  /// Runs one instruction by itself, whatever has run before it: for measurements that change tensors between instructions.
  ///
  /// `evaluate` knows nothing of it. Precondition: the plan holds the fragment, which has the instruction.
  package func run(instruction index: Int, fragment: Int) {
    guard let first = program.steps[fragment].baseAddress else { return }
    let mode = facet_enter_float_mode()
    defer { facet_leave_float_mode(mode) }
    for fill in first[index].fills { program.fills[fill].fill() }
    Step.run(first + index, on: pool)
  }

  /// Gives the interior of a float32 tensor other numbers, in canonical order (channels, height, width).
  package func writeTensor(fragment: Int, tensor: Int, _ values: UnsafeBufferPointer<Float>) throws(SessionError) {
    guard let base = bundle.fragments.address(fragment: fragment, tensor: tensor, plan: record, arena: arena) else { throw .noSuchTensor }
    let record = bundle.fragments[fragment].tensors[tensor]
    guard record.type == .float32 else { throw .noSuchTensor }
    guard let from = values.baseAddress, Int64(values.count) == record.elementCount else { throw .wrongInputSize }
    let (height, width, channels) = (Int(record.height), Int(record.width), Int(record.channels))
    for y in 0..<height {
      for x in 0..<width {
        let pixel = base + y * Int(record.rowStride) + x * Int(record.pixelStride)
        for channel in 0..<channels {
          pixel.storeBytes(of: from[(channel * height + y) * width + x], toByteOffset: channel * 4, as: Float.self)
        }
      }
    }
  }
}
