import CFacet
import FacetFormat
import Testing

@testable import FacetRuntime

@Suite struct CInterfaceTests {
  @Test func theWholePathGivesWhatSwiftGives() throws {
    let bytes = try SelfTestTests.bundle()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { memory.deallocate() }
    memory.copyBytes(from: bytes)
    var error = facet_error()
    let bundle = try #require(facet_bundle_open(memory.baseAddress, memory.count, &error))
    #expect(error.code == 0 && facet_bundle_verify_hashes(bundle, nil) == 1)
    #expect(facet_attribute_count(bundle) == 2 && facet_all_attributes(bundle) == 3)
    #expect(facet_attribute_named(bundle, "mask", 4) == 1 && facet_attribute_named(bundle, "mas", 3) == -1)
    var length = 0
    let name = try #require(facet_attribute_name(bundle, 0, &length))
    #expect(String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self) == "age")
    let label = try #require(facet_label(bundle, 0, 4, &length))
    #expect(String(decoding: UnsafeRawBufferPointer(start: label, count: length), as: UTF8.self) == "e")
    #expect(facet_label(bundle, 0, 5, &length) == nil && length == 0)
    #expect(facet_plan_count(bundle) == 1 && facet_plan_attributes(bundle, 0) == 3 && facet_plan_attributes(bundle, 1) == 0)
    #expect(facet_plan_name(bundle, 0, &length) != nil && length == 0 && facet_plan_name(bundle, 1, &length) == nil)
    #expect(facet_plan_named(bundle, "door", 4) == -1 && facet_plan_named(bundle, "", 0) == -1)
    let session = try #require(facet_session_create(bundle, 0, 2, FACET_ANY_ISA, nil, 0, &error))
    // The session keeps the bundle.
    facet_bundle_close(bundle)
    let pixels = samplePixels(seed: 2)
    #expect(facet_set_pixels(session, pixels, pixels.count, &error) == 1)
    #expect(facet_scores(session, 0) == nil)
    #expect(facet_evaluate(session, 1, &error) == 1)
    let swift = try Session(bundle: try open(bytes))
    try swift.set(pixels: pixels)
    try swift.evaluate(attributes: 1)
    let scores = try #require(facet_scores(session, 0))
    #expect((0..<5).map { scores[$0] } == Array(swift.scores(attribute: 0)))
    #expect(facet_self_test(session, 0, &error) == 1)
    #expect(facet_self_test(session, 99, &error) == -1 && error.domain == 2)
    facet_session_destroy(session)
  }

  @Test func nothingPassedIsAnError() {
    var error = facet_error()
    #expect(facet_bundle_open(nil, 10, &error) == nil)
    #expect(error.domain == 1 && error.code == BundleFault.notABundle.rawValue && error.section == -1)
    #expect(String(cString: error.message).hasPrefix("this is not a Facet bundle"))
    #expect(facet_session_create(nil, 0, 1, FACET_ANY_ISA, nil, 0, &error) == nil && error.domain == 2)
    #expect(facet_evaluate(nil, 1, &error) == 0 && facet_set_pixels(nil, nil, 0, nil) == 0)
    #expect(facet_attribute_count(nil) == 0 && facet_scores(nil, 0) == nil && facet_isa_name(99) == nil)
    facet_bundle_close(nil)
    facet_session_destroy(nil)
  }
}
