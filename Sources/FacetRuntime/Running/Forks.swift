import FacetFormat
import FacetPlatform

extension Session {
  /// Runs what a fork needs and has not run on this input. Forks are those of plan 0: where a profile's plan is used, one that none of
  /// its attributes waits for may be overwritten.
  public func evaluate(fork index: Int) throws(SessionError) {
    guard hasInput else { throw .noInput }
    guard index >= 0, index < bundle.forks.count else { throw .noSuchFork }
    guard plan == 0 else { throw .forkNotInPlan }
    let fork = bundle.forks[index]
    if isGiven(fork.fragment, fork.tensor) { return }
    _ = require(Int(fork.fragment))
    if needsBlocked { throw .needsInput }
    hasEvaluated = true
    let mode = facet_enter_float_mode()
    defer { facet_leave_float_mode(mode) }
    runNeeded(through: Int(fork.fragment), afterInstruction: nil)
  }

  /// The values of a fork that has been evaluated: channels x height x width, int8 as real numbers, from which `setFork` makes the same
  /// codes again.
  public func readFork(_ index: Int, into values: UnsafeMutableBufferPointer<Float>) throws(SessionError) {
    guard index >= 0, index < bundle.forks.count else { throw .noSuchFork }
    guard plan == 0 else { throw .forkNotInPlan }
    let fork = bundle.forks[index]
    guard done[Int(fork.fragment)] || isGiven(fork.fragment, fork.tensor) else { throw .notEvaluated }
    try readTensor(fragment: Int(fork.fragment), tensor: Int(fork.tensor), into: values)
  }

  /// Sets a fork as (part of) the input: channels x height x width. It begins a new input, unless only forks have been set since the
  /// last evaluation: then it joins them. Of an int8 fork, the nearest codes are taken.
  public func setFork(_ index: Int, _ values: UnsafeBufferPointer<Float>) throws(SessionError) {
    guard let tensor = bundle.forkTensor(index) else { throw .noSuchFork }
    guard plan == 0 else { throw .forkNotInPlan }
    let fork = bundle.forks[index]
    guard let from = values.baseAddress, Int64(values.count) == tensor.elementCount else { throw .wrongInputSize }
    guard let base = bundle.fragments.address(fragment: Int(fork.fragment), tensor: Int(fork.tensor), plan: record, arena: arena) else {
      throw .noSuchTensor
    }
    if !startsFromForks || hasEvaluated { begin(fromForks: true) }
    let mode = facet_enter_float_mode()
    defer { facet_leave_float_mode(mode) }
    if tensor.hasBorder { BorderFill(base: base, tensor: tensor, storedUnsigned: bundle.storedUnsigned).fill() }
    tensor.write(from, to: base, shift: bundle.storedUnsigned ? 128 : 0)
    given[Int(fork.fragment)][Int(fork.tensor)] = true
    blocked[Int(fork.fragment)] = true
    for fragment in stride(from: Int(fork.fragment), through: 0, by: -1) where blocked[fragment] {
      for source in bundle.fragments[fragment].imports { blocked[Int(source.fragment)] = true }
    }
  }
}

extension TensorRecord {
  /// Writes the interior from values in canonical order (channels, height, width). The counterpart of `Session.readTensor`.
  fileprivate func write(_ values: UnsafePointer<Float>, to base: UnsafeMutableRawPointer, shift: Int32) {
    let (height, width) = (Int(self.height), Int(self.width))
    for y in 0..<height {
      for x in 0..<width {
        let pixel = base + (y * Int(rowStride) + x * Int(pixelStride))
        for channel in 0..<Int(channels) {
          let value = values[(channel * height + y) * width + x]
          if type == .float32 {
            pixel.storeBytes(of: value, toByteOffset: channel * 4, as: Float.self)
          } else {
            pixel.storeBytes(of: UInt8(truncatingIfNeeded: code(value) + shift), toByteOffset: channel, as: UInt8.self)
          }
        }
      }
    }
  }

  /// The nearest int8 code, ties to even; the zero point for what is not a number.
  private func code(_ value: Float) -> Int32 {
    if value.isNaN { return zeroPoint }
    let low = Float(-128 - zeroPoint)
    let high = Float(127 - zeroPoint)
    // Beyond 2^23 binary32 has no fractions: adding and subtracting rounds.
    let rounded = min(max(value / scale, low), high) + 12_582_912 - 12_582_912
    return Int32(rounded) + zeroPoint
  }
}
