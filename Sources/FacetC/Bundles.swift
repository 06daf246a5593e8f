// swift-format-ignore-file: AlwaysUseLowerCamelCase

// facet.h: what a bundle holds.
import CFacet
import FacetFormat
import FacetRuntime

@c @implementation public func facet_bundle_open(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ error: UnsafeMutablePointer<facet_error>?
) -> OpaquePointer? {
  let out = error
  do throws(BundleError) {
    guard let bytes, count > 0 else { throw BundleError(.notABundle) }
    let bundle = try Bundle(bytes: UnsafeRawBufferPointer(start: bytes, count: count))
    reportSuccess(to: out)
    return OpaquePointer(Unmanaged.passRetained(bundle).toOpaque())
  } catch {
    report(error, to: out)
    return nil
  }
}

@c @implementation public func facet_bundle_close(_ bundle: OpaquePointer?) {
  guard let bundle else { return }
  Unmanaged<Bundle>.fromOpaque(UnsafeRawPointer(bundle)).release()
}

@c @implementation public func facet_bundle_verify_hashes(_ bundle: OpaquePointer?, _ error: UnsafeMutablePointer<facet_error>?) -> Int32 {
  let out = error
  do throws(BundleError) {
    guard let bundle = bundle.bundle else { throw BundleError(.notABundle) }
    try bundle.verifyHashes()
    reportSuccess(to: out)
    return 1
  } catch {
    report(error, to: out)
    return 0
  }
}

@c @implementation public func facet_attribute_count(_ bundle: OpaquePointer?) -> Int32 { Int32(bundle.bundle?.attributeCount ?? 0) }

@c @implementation public func facet_attribute_name(
  _ bundle: OpaquePointer?, _ attribute: Int32, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  guard let bundle = bundle.bundle, attribute >= 0, Int(attribute) < bundle.attributeCount else { return give(nil, length) }
  return give(bundle.attributes[Int(attribute)].name.bytes, length)
}

@c @implementation public func facet_label_count(_ bundle: OpaquePointer?, _ attribute: Int32) -> Int32 {
  Int32(bundle.bundle?.labelCount(attribute: Int(attribute)) ?? 0)
}

@c @implementation public func facet_label(
  _ bundle: OpaquePointer?, _ attribute: Int32, _ label: Int32, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  give(bundle.bundle?.label(attribute: Int(attribute), Int(label)), length)
}

@c @implementation public func facet_class_count(_ bundle: OpaquePointer?, _ attribute: Int32) -> Int32 {
  Int32(bundle.bundle?.classCount(attribute: Int(attribute)) ?? 0)
}

@c @implementation public func facet_is_value(_ bundle: OpaquePointer?, _ attribute: Int32) -> Int32 {
  bundle.bundle?.isValue(attribute: Int(attribute)) == true ? 1 : 0
}

@c @implementation public func facet_value_unit(
  _ bundle: OpaquePointer?, _ attribute: Int32, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  give(bundle.bundle?.unit(attribute: Int(attribute)), length)
}

@c @implementation public func facet_attribute_named(_ bundle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ length: Int) -> Int32 {
  guard let bundle = bundle.bundle, let name, length >= 0 else { return -1 }
  return Int32(bundle.attribute(named: UnsafeRawBufferPointer(start: name, count: length)) ?? -1)
}

@c @implementation public func facet_score_count(_ bundle: OpaquePointer?, _ attribute: Int32) -> Int {
  bundle.bundle?.scoreCount(attribute: Int(attribute)) ?? 0
}

@c @implementation public func facet_confidence_rule(_ bundle: OpaquePointer?, _ attribute: Int32) -> Int32 {
  guard let bundle = bundle.bundle, attribute >= 0, Int(attribute) < bundle.attributeCount else { return 0 }
  return Int32(bundle.attributes[Int(attribute)].confidence.rawValue)
}

@c @implementation public func facet_threshold(_ bundle: OpaquePointer?, _ attribute: Int32) -> Float {
  guard let bundle = bundle.bundle, attribute >= 0, Int(attribute) < bundle.attributeCount else { return .nan }
  return bundle.attributes[Int(attribute)].threshold
}

@c @implementation public func facet_input_size(
  _ bundle: OpaquePointer?, _ height: UnsafeMutablePointer<Int32>?, _ width: UnsafeMutablePointer<Int32>?,
  _ channels: UnsafeMutablePointer<Int32>?
) -> Int32 {
  guard let bundle = bundle.bundle else { return 0 }
  height?.pointee = Int32(bundle.inputHeight)
  width?.pointee = Int32(bundle.inputWidth)
  channels?.pointee = Int32(bundle.inputChannels)
  return bundle.takesPixels ? 1 : 0
}

@c @implementation public func facet_plan_count(_ bundle: OpaquePointer?) -> Int32 { Int32(bundle.bundle?.planCount ?? 0) }

@c @implementation public func facet_plan_name(
  _ bundle: OpaquePointer?, _ plan: Int32, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  guard let bundle = bundle.bundle, plan >= 0, Int(plan) < bundle.planCount else { return give(nil, length) }
  return give(bundle.plans[Int(plan)].name.bytes, length)
}

@c @implementation public func facet_plan_named(_ bundle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ length: Int) -> Int32 {
  guard let bundle = bundle.bundle, let name, length >= 0 else { return -1 }
  return Int32(bundle.plan(named: UnsafeRawBufferPointer(start: name, count: length)) ?? -1)
}

@c @implementation public func facet_plan_attributes(_ bundle: OpaquePointer?, _ plan: Int32) -> UInt64 {
  bundle.bundle?.attributes(plan: Int(plan)).word ?? 0
}

@c @implementation public func facet_arena_bytes(_ bundle: OpaquePointer?, _ plan: Int32, _ threads: Int32, _ isa: Int32) -> Int {
  guard let bundle = bundle.bundle else { return 0 }
  if isa == FACET_ANY_ISA { return bundle.arenaBytes(plan: Int(plan), threads: Int(threads)) ?? 0 }
  guard let level = try? Session.level(number: isa) else { return 0 }
  return bundle.arenaBytes(plan: Int(plan), threads: Int(threads), isa: level) ?? 0
}

@c @implementation public func facet_all_attributes(_ bundle: OpaquePointer?) -> UInt64 { bundle.bundle?.allAttributes.word ?? 0 }

@c @implementation public func facet_self_test_count(_ bundle: OpaquePointer?) -> Int32 {
  Int32(truncatingIfNeeded: bundle.bundle?.selfTestCount ?? 0)
}
