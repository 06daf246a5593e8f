// swift-format-ignore-file: AlwaysUseLowerCamelCase

// facet.h: gates, budgets, forks.
import CFacet
import FacetFormat
import FacetRuntime

@c @implementation public func facet_gate(
  _ bundle: OpaquePointer?, _ attribute: Int32, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  give(bundle.bundle?.gate(attribute: Int(attribute)), length)
}

@c @implementation public func facet_fragment_count(_ bundle: OpaquePointer?) -> Int32 { Int32(bundle.bundle?.fragments.count ?? 0) }

@c @implementation public func facet_fragment_attributes(_ bundle: OpaquePointer?, _ fragment: Int32) -> UInt64 {
  guard let bundle = bundle.bundle, fragment >= 0, Int(fragment) < bundle.fragments.count else { return 0 }
  return bundle.fragments[Int(fragment)].attributes.word
}

@c @implementation public func facet_programs_hash(_ bundle: OpaquePointer?, _ hash: UnsafeMutablePointer<UInt8>?) {
  guard let bundle = bundle.bundle, let hash else { return }
  let digest = bundle.programsHash()
  for index in 0..<32 { hash[index] = UInt8(truncatingIfNeeded: digest.words[index / 4] >> UInt32(24 - index % 4 * 8)) }
}

@c @implementation public func facet_fork_count(_ bundle: OpaquePointer?) -> Int32 { Int32(bundle.bundle?.forkCount ?? 0) }

@c @implementation public func facet_fork_name(
  _ bundle: OpaquePointer?, _ fork: Int32, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  guard let bundle = bundle.bundle, fork >= 0, Int(fork) < bundle.forkCount else { return give(nil, length) }
  return give(bundle.forks[Int(fork)].name.bytes, length)
}

@c @implementation public func facet_fork_named(_ bundle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ length: Int) -> Int32 {
  guard let bundle = bundle.bundle, let name, length >= 0 else { return -1 }
  return Int32(bundle.fork(named: UnsafeRawBufferPointer(start: name, count: length)) ?? -1)
}

@c @implementation public func facet_fork_size(
  _ bundle: OpaquePointer?, _ fork: Int32, _ channels: UnsafeMutablePointer<Int32>?, _ height: UnsafeMutablePointer<Int32>?,
  _ width: UnsafeMutablePointer<Int32>?
) -> Int {
  guard let tensor = bundle.bundle?.forkTensor(Int(fork)) else { return 0 }
  channels?.pointee = Int32(tensor.channels)
  height?.pointee = Int32(tensor.height)
  width?.pointee = Int32(tensor.width)
  return Int(tensor.elementCount)
}

@c @implementation public func facet_set_fork(
  _ session: OpaquePointer?, _ fork: Int32, _ values: UnsafePointer<Float>?, _ count: Int, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let values, count >= 0 else { throw .wrongInputSize }
    try session.setFork(Int(fork), UnsafeBufferPointer(start: values, count: count))
  }
}

@c @implementation public func facet_evaluate_within(
  _ session: OpaquePointer?, _ attributes: UInt64, _ budget_ns: UInt64, _ ignore_gates: Int32,
  _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    try session.evaluate(
      attributes: AttributeSet(attributes), ignoringGates: ignore_gates != 0, budget: budget_ns == .max ? nil : budget_ns)
  }
}

@c @implementation public func facet_attribute_status(_ session: OpaquePointer?, _ attribute: Int32) -> Int32 {
  session.session?.status(attribute: Int(attribute)).rawValue ?? 0
}

@c @implementation public func facet_available_attributes(_ session: OpaquePointer?, _ ignore_gates: Int32) -> UInt64 {
  session.session?.available(ignoringGates: ignore_gates != 0).word ?? 0
}

@c @implementation public func facet_set_clock(
  _ session: OpaquePointer?, _ clock: (@convention(c) (UnsafeMutableRawPointer?) -> UInt64)?, _ context: UnsafeMutableRawPointer?
) {
  session.session?.setClock(clock, context: context)
}

@c @implementation public func facet_set_costs(
  _ session: OpaquePointer?, _ nanoseconds: UnsafePointer<UInt64>?, _ count: Int, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let nanoseconds, count >= 0 else { throw .wrongCosts }
    try session.setCosts(UnsafeBufferPointer(start: nanoseconds, count: count))
  }
}

@c @implementation public func facet_measure_fragments(_ session: OpaquePointer?, _ on: Int32) {
  session.session?.measures = Session.Measures(rawValue: on) ?? .fragments
}

@c @implementation public func facet_fragment_time(_ session: OpaquePointer?, _ fragment: Int32) -> UInt64 {
  session.session?.fragmentTime(Int(fragment)) ?? 0
}

@c @implementation public func facet_get_instruction(
  _ session: OpaquePointer?, _ fragment: Int32, _ index: Int32, _ result: UnsafeMutablePointer<facet_instruction>?
) -> Int32 {
  guard let result, let session = session.session, let found = session.instruction(Int(index), fragment: Int(fragment)) else { return 0 }
  let tensors = session.bundle.fragments[Int(fragment)].tensors
  result.pointee = facet_instruction(
    kernel: found.kernel, work: found.work, nanoseconds: found.nanoseconds, input: shape(found.input, tensors),
    output: shape(found.output, tensors))
  return 1
}

@c @implementation public func facet_evaluate_fork(
  _ session: OpaquePointer?, _ fork: Int32, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in try session.evaluate(fork: Int(fork)) }
}

@c @implementation public func facet_read_fork(
  _ session: OpaquePointer?, _ fork: Int32, _ values: UnsafeMutablePointer<Float>?, _ count: Int,
  _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let values, count >= 0 else { throw .wrongInputSize }
    try session.readFork(Int(fork), into: UnsafeMutableBufferPointer(start: values, count: count))
  }
}

@inline(never)
private func shape(_ index: UInt32, _ tensors: [TensorRecord]) -> facet_shape {
  guard index < UInt32(tensors.count) else { return facet_shape() }
  let tensor = tensors[Int(index)]
  return facet_shape(height: Int32(tensor.height), width: Int32(tensor.width), channels: Int32(tensor.channels))
}
