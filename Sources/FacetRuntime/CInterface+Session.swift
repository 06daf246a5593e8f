// swift-format-ignore-file: AlwaysUseLowerCamelCase

// facet.h, sessions. Each function only converts arguments and results.
import CFacet
import FacetFormat
import FacetKernels

extension OpaquePointer? {
  /// The session behind a handle that `facet_session_create` gave.
  var session: Session? {
    guard let self else { return nil }
    return Unmanaged<Session>.fromOpaque(UnsafeRawPointer(self)).takeUnretainedValue()
  }
}

/// The level of this number; nil where there is none.
private func level(_ isa: Int32) -> facet_isa? {
  let level = facet_isa(UInt32(bitPattern: isa))
  return facet_level_name(level) == nil ? nil : level
}

@c @implementation public func facet_isa_available(_ isa: Int32) -> Int32 {
  guard let level = level(isa) else { return 0 }
  return facet_level_of(level).name == nil ? 0 : 1
}

@c @implementation public func facet_isa_name(_ isa: Int32) -> UnsafePointer<CChar>? {
  facet_level_name(facet_isa(UInt32(bitPattern: isa)))
}

@c @implementation public func facet_session_create(
  _ bundle: OpaquePointer?, _ plan: Int32, _ threads: Int32, _ isa: Int32, _ arena: UnsafeMutableRawPointer?, _ arena_bytes: Int,
  _ error: UnsafeMutablePointer<facet_error>?
) -> OpaquePointer? {
  let out = error
  do throws(SessionError) {
    guard let bundle = bundle.bundle else { throw .noSuchPlan }
    var chosen: facet_isa?
    if isa != -1 {
      chosen = level(isa)
      if chosen == nil { throw .isaNotAvailable }
    }
    var memory: UnsafeMutableRawBufferPointer?
    if let arena { memory = UnsafeMutableRawBufferPointer(start: arena, count: max(arena_bytes, 0)) }
    let session = try Session(bundle: bundle, plan: Int(plan), threads: Int(threads), isa: chosen, arena: memory)
    reportSuccess(to: out)
    return OpaquePointer(Unmanaged.passRetained(session).toOpaque())
  } catch {
    report(error, to: out)
    return nil
  }
}

@c @implementation public func facet_session_destroy(_ session: OpaquePointer?) {
  guard let session else { return }
  Unmanaged<Session>.fromOpaque(UnsafeRawPointer(session)).release()
}

@c @implementation public func facet_session_isa(_ session: OpaquePointer?) -> Int32 {
  guard let session = session.session else { return -1 }
  return Int32(session.isa.rawValue)
}

/// Runs `body` on the session of a handle: 1, or 0 and the error.
func perform(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<facet_error>?, _ body: (Session) throws(SessionError) -> Void
) -> Int32 {
  do throws(SessionError) {
    guard let session = handle.session else { throw .noInput }
    try body(session)
    reportSuccess(to: out)
    return 1
  } catch {
    report(error, to: out)
    return 0
  }
}

@c @implementation public func facet_set_pixels(
  _ session: OpaquePointer?, _ pixels: UnsafeRawPointer?, _ count: Int, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let pixels, count >= 0 else { throw .wrongInputSize }
    try session.setPixels(UnsafeRawBufferPointer(start: pixels, count: count))
  }
}

@c @implementation public func facet_set_frame(
  _ session: OpaquePointer?, _ pixels: UnsafeRawPointer?, _ count: Int, _ width: Int32, _ height: Int32, _ row_stride: Int,
  _ channels: Int32, _ x: Int32, _ y: Int32, _ region_width: Int32, _ region_height: Int32, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let pixels, count >= 0 else { throw .badFrame }
    var region: FrameRegion?
    if region_width != 0 { region = FrameRegion(x: Int(x), y: Int(y), width: Int(region_width), height: Int(region_height)) }
    try session.setFrame(
      UnsafeRawBufferPointer(start: pixels, count: count), width: Int(width), height: Int(height), rowStride: row_stride,
      channels: Int(channels), region: region)
  }
}

@c @implementation public func facet_set_tensor(
  _ session: OpaquePointer?, _ values: UnsafePointer<Float>?, _ count: Int, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let values, count >= 0 else { throw .wrongInputSize }
    try session.setTensor(UnsafeBufferPointer(start: values, count: count))
  }
}

@c @implementation public func facet_evaluate(
  _ session: OpaquePointer?, _ attributes: UInt64, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in try session.evaluate(attributes: AttributeSet(attributes)) }
}

@c @implementation public func facet_scores(_ session: OpaquePointer?, _ attribute: Int32) -> UnsafePointer<Float>? {
  session.session?.scores(attribute: Int(attribute)).baseAddress
}

@c @implementation public func facet_confidences(
  _ session: OpaquePointer?, _ attribute: Int32, _ values: UnsafeMutablePointer<Float>?, _ count: Int,
  _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  perform(session, error) { session throws(SessionError) in
    guard let values, count >= 0 else { throw .wrongInputSize }
    try session.confidences(attribute: Int(attribute), into: UnsafeMutableBufferPointer(start: values, count: count))
  }
}

@c @implementation public func facet_answer(
  _ session: OpaquePointer?, _ attribute: Int32, _ class_index: UnsafeMutablePointer<Int32>?, _ confidence: UnsafeMutablePointer<Float>?,
  _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  class_index?.pointee = -1
  confidence?.pointee = .nan
  return perform(session, error) { session throws(SessionError) in
    let index = Int(attribute)
    guard index >= 0, index < session.bundle.attributeCount else { throw .noSuchAttribute }
    guard session.status(attribute: index) == .evaluated else { throw .notEvaluated }
    guard session.bundle.classCount(attribute: index) > 0, let answer = session.answer(attribute: index) else { return }
    class_index?.pointee = Int32(answer)
    confidence?.pointee = session.confidence(attribute: index, class: answer)
  }
}

@c @implementation public func facet_value(_ session: OpaquePointer?, _ attribute: Int32) -> Float {
  session.session?.value(attribute: Int(attribute)) ?? .nan
}

@c @implementation public func facet_self_test(
  _ session: OpaquePointer?, _ index: Int32, _ error: UnsafeMutablePointer<facet_error>?
) -> Int32 {
  var passed = false
  let ran = perform(session, error) { session throws(SessionError) in passed = try session.passesSelfTest(Int(index)) }
  return ran == 0 ? -1 : passed ? 1 : 0
}
