import CFacet
import FacetC
import FacetFormat
import FacetTestSupport
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
    #expect(facet_class_count(bundle, 0) == 5 && facet_class_count(bundle, 9) == 0 && facet_threshold(bundle, 9).isNaN)
    #expect(facet_format_version() == Int32(BundleFormat.newestVersion))
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

extension CInterfaceTests {
  /// A gate, a budget and a fork through the C functions.
  @Test func evaluationInPartsGivesWhatSwiftGives() throws {
    let opened = try CSession(gatedBundle([Gated.guarded: [.answer(Gated.kind, 2)]]).bytes())
    defer { withExtendedLifetime(opened) {} }
    let (bundle, session) = (opened.bundle, opened.session)
    var error = facet_error()
    var length = 0
    let gate = try #require(facet_gate(bundle, Int32(Gated.guarded), &length))
    #expect(String(decoding: UnsafeRawBufferPointer(start: gate, count: length), as: UTF8.self) == "condition 3")
    #expect(facet_gate(bundle, 0, &length) == nil && length == 0)
    #expect(facet_fragment_count(bundle) == 3 && facet_fragment_attributes(bundle, 1) == 0x18 && facet_fragment_attributes(bundle, 3) == 0)
    let numbers: [Float] = [0, 2, 1, 0, 0, 0, 0, 0]
    #expect(facet_set_tensor(session, numbers, 8, &error) == 1)
    #expect(facet_evaluate(session, 0xF, &error) == 1)
    #expect(facet_attribute_status(session, 0) == 1 && facet_attribute_status(session, 3) == 2 && facet_attribute_status(session, 4) == 0)
    #expect(facet_set_costs(session, [0, 0], 2, &error) == 0 && error.code == SessionError.wrongCosts.rawValue)
    #expect(facet_set_costs(session, [0, 1000, 0], 3, &error) == 1)
    facet_set_clock(session, { _ in 5 }, nil)
    #expect(facet_evaluate_within(session, 0x1F, 999, 1, &error) == 1 && facet_attribute_status(session, 4) == 3)
    #expect(facet_evaluate_within(session, 0x1F, UInt64.max, 1, &error) == 1 && facet_attribute_status(session, 4) == 1)
    #expect(facet_attribute_status(session, 3) == 1 && facet_attribute_status(nil, 0) == 0)
    var (channels, height, width): (Int32, Int32, Int32) = (0, 0, 0)
    #expect(facet_fork_count(bundle) == 2 && facet_fork_named(bundle, "negated", 7) == 1 && facet_fork_named(bundle, "x", 1) == -1)
    #expect(facet_fork_size(bundle, 1, &channels, &height, &width) == 8 && channels == 8 && height == 1 && width == 1)
    #expect(facet_fork_size(bundle, 2, nil, nil, nil) == 0 && facet_fork_name(bundle, 2, nil) == nil)
    var values = [Float](repeating: 0, count: 8)
    #expect(facet_evaluate_fork(session, 1, &error) == 1 && facet_read_fork(session, 1, &values, 8, &error) == 1)
    #expect(values == numbers.map { -$0 })
    #expect(facet_read_fork(session, 1, &values, 7, &error) == 0)
    #expect(facet_set_fork(session, 1, [1, 1, 1, 1, 1, 1, 1, 1], 8, &error) == 1 && facet_available_attributes(session, 1) == 0x10)
    #expect(facet_evaluate_within(session, 0x10, UInt64.max, 1, &error) == 1 && facet_scores(session, 4)?[7] == 1)
    var hash = [UInt8](repeating: 0, count: 32)
    facet_programs_hash(bundle, &hash)
    #expect(hash.contains { $0 != 0 })
  }
}
