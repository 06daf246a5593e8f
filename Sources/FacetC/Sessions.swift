// swift-format-ignore-file: AlwaysUseLowerCamelCase

// facet.h: sessions, inputs, results.
import CFacet
import FacetFormat
import FacetFrames
import FacetRuntime

@c @implementation public func facet_isa_available(_ isa: Int32) -> Int32 { Session.isLevelAvailable(number: isa) ? 1 : 0 }

@c @implementation public func facet_isa_name(_ isa: Int32) -> UnsafePointer<CChar>? { Session.levelName(number: isa) }

@c @implementation public func facet_session_create(
  _ bundle: OpaquePointer?, _ plan: Int32, _ threads: Int32, _ isa: Int32, _ arena: UnsafeMutableRawPointer?, _ arena_bytes: Int,
  _ error: UnsafeMutablePointer<facet_error>?
) -> OpaquePointer? {
  let out = error
  do throws(SessionError) {
    guard let bundle = bundle.bundle else { throw .noSuchPlan }
    let level = try isa == FACET_ANY_ISA ? nil : Session.level(number: isa)
    var memory: UnsafeMutableRawBufferPointer?
    if let arena { memory = UnsafeMutableRawBufferPointer(start: arena, count: max(arena_bytes, 0)) }
    let session = try Session(bundle: bundle, plan: Int(plan), threads: Int(threads), isa: level, arena: memory)
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
  return session.levelNumber
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
