import CFacet
import FacetC
import FacetFormat
import Testing

@testable import FacetRuntime

/// Attributes that are numbers, as bundles say it: worked out by hand, refused where they cannot be.
@Suite struct NumberTests {
  typealias Value = (rule: ValueRule, scale: Float, offset: Float, unit: [UInt8], bins: [Float])

  private static let linear: Value = (.linear, 100, 1, Array("years".utf8), [])
  private static let expected: Value = (.expected, 1, 0.5, [], [10, 20, 40])

  private func builder(_ attribute: Int, _ value: Value, features: UInt32 = BundleHeader.values) -> BundleBuilder {
    var b = gatedBundle()
    b.attributes[attribute].value = value
    b.attributes[attribute].labels = []
    b.requiredFeatures = features
    return b
  }

  private func evaluated(_ b: BundleBuilder, _ numbers: [Float]) throws -> Session {
    let session = try Session(bundle: try open(b.bytes()))
    try session.set(tensor: numbers)
    try session.evaluate(attributes: session.bundle.allAttributes)
    return session
  }

  @Test func aNumberIsWhatItsRuleSays() throws {
    let linear = try evaluated(builder(Gated.size, Self.linear), [0, 0, 0, 0, 0.25, 0, 0, 0])
    #expect(linear.value(attribute: Gated.size) == 26 && linear.value(attribute: Gated.kind).isNaN && linear.value(attribute: 9).isNaN)
    #expect(linear.bundle.unit(attribute: Gated.size).map { String(decoding: $0, as: UTF8.self) } == "years")
    // Softmax of equal scores: a third each.
    let expected = try evaluated(builder(Gated.kind, Self.expected), [2, 2, 2, 0, 0, 0, 0, 0])
    #expect(abs(expected.value(attribute: Gated.kind) - (70.0 / 3 + 0.5)) < 1e-5)
    #expect(expected.bundle.classCount(attribute: Gated.kind) == 0 && expected.bundle.unit(attribute: Gated.kind) == nil)
  }

  @Test func theCInterfaceGivesTheSame() throws {
    let opened = try CSession(builder(Gated.size, Self.linear).bytes())
    defer { withExtendedLifetime(opened) {} }
    let (bundle, session) = (opened.bundle, opened.session)
    var error = facet_error()
    #expect(facet_is_value(bundle, Int32(Gated.size)) == 1 && facet_is_value(bundle, 0) == 0 && facet_is_value(bundle, -1) == 0)
    var length = 0
    #expect(facet_value_unit(bundle, Int32(Gated.size), &length) != nil && length == 5)
    #expect(facet_value_unit(bundle, 0, &length) == nil && length == 0)
    #expect(facet_value(session, Int32(Gated.size)).isNaN && facet_value(nil, 0).isNaN)
    var answer: Int32 = 7
    var confidence: Float = 7
    #expect(facet_answer(session, 0, &answer, &confidence, &error) == 0 && error.code == SessionError.notEvaluated.rawValue && answer == -1)
    let numbers: [Float] = [0, 2, 1, -1, 0.5, 0, 0, 0]
    #expect(facet_set_tensor(session, numbers, 8, &error) == 1 && facet_evaluate(session, 0x1F, &error) == 1)
    #expect(facet_value(session, Int32(Gated.size)) == 51)
    #expect(facet_answer(session, Int32(Gated.kind), &answer, &confidence, &error) == 1 && answer == 1 && abs(confidence - 0.6652) < 1e-4)
    #expect(facet_answer(session, Int32(Gated.flag), &answer, &confidence, &error) == 1 && answer == 0 && abs(confidence - 0.7311) < 1e-4)
    #expect(facet_answer(session, Int32(Gated.size), &answer, &confidence, &error) == 1 && answer == -1 && confidence.isNaN)
    #expect(facet_answer(session, 99, &answer, &confidence, &error) == 0)
    #expect(facet_class_count(bundle, 0) == 3 && facet_class_count(bundle, 1) == 2 && facet_class_count(bundle, 2) == 0)
  }

  @Test func gatesCompareNumbers() throws {
    for (limit, open) in [(Float(25), true), (27, false)] {
      var b = builder(Gated.size, Self.linear, features: BundleHeader.values | BundleHeader.gates)
      b.gates = [Gated.guarded: [GateOperation(.value, attribute: UInt16(Gated.size), comparison: .greater, value: limit)]]
      let session = try evaluated(b, [0, 0, 0, 0, 0.25, 0, 0, 0])
      #expect(session.status(attribute: Gated.guarded) == (open ? .evaluated : .gateClosed))
    }
  }

  @Test func whatCannotBeWorkedOutIsRefused() {
    func fault(_ b: BundleBuilder) -> BundleFault? {
      do throws(BundleError) {
        _ = try open(b.bytes())
        return nil
      } catch {
        return error.fault
      }
    }
    #expect(fault(builder(Gated.size, Self.linear)) == nil && fault(builder(Gated.kind, Self.expected)) == nil)
    // Without the feature's bit, an engine of 0.1 would take it for classes.
    #expect(fault(builder(Gated.size, Self.linear, features: 0)) == .badAttribute)
    #expect(fault(builder(Gated.kind, Self.linear)) == .badAttribute)
    var value = Self.expected
    value.bins = [1, 2]
    #expect(fault(builder(Gated.kind, value)) == .badAttribute)
    value.bins = [1, .nan, 3]
    #expect(fault(builder(Gated.kind, value)) == .badAttribute)
    #expect(fault(builder(Gated.guarded, (.expected, 1, 0, [], [Float](repeating: 1, count: 8)))) == .badAttribute)
    var linear = Self.linear
    linear.scale = .infinity
    #expect(fault(builder(Gated.size, linear)) == .badAttribute)
    linear = Self.linear
    linear.unit = [0x1B]
    #expect(fault(builder(Gated.size, linear)) == .badName)
    var labelled = builder(Gated.size, Self.linear)
    labelled.attributes[Gated.size].labels = ["small"]
    #expect(fault(labelled) == .badAttribute)
    var gate = builder(Gated.size, Self.linear, features: 3)
    gate.gates = [Gated.guarded: [GateOperation(.value, attribute: UInt16(Gated.flag), comparison: .less, value: 1)]]
    #expect(fault(gate) == .badEvaluation)
  }

  @Test func aMeanImageThatIsNotWholeIsRefused() {
    func fault(_ change: (inout BundleBuilder) -> Void) -> BundleFault? {
      var b = sampleBundle()
      let t = b.fragments[0].tensors[Int(b.inputTensor)]
      b.inputTable = []
      b.meanImage = ([1, 1, 1], [Float](repeating: 3, count: Int(t.height * t.width * t.channels)))
      b.requiredFeatures = BundleHeader.meanImage
      change(&b)
      do throws(BundleError) {
        _ = try open(b.bytes())
        return nil
      } catch {
        return error.fault
      }
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.requiredFeatures = 0 } == .badInput)
    #expect(fault { $0.meanImage?.means.removeLast() } == .badInput)
    #expect(fault { $0.meanImage?.means[5] = .nan } == .badInput)
    #expect(fault { $0.meanImage?.factors[1] = .infinity } == .badInput)
  }
}
