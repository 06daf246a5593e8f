import FacetFormat
import FacetTestSupport
import Foundation
import Testing

@testable import FacetRuntime

@Suite struct GateTests {
  /// What becomes of `guarded`, whose gate is `operations`, on these eight numbers.
  private func status(_ operations: [GateOperation], _ numbers: [Float] = [0, 2, 1, 1, 30, 0, 0, 0]) throws -> AttributeStatus {
    let session = try Session(bundle: try open(gatedBundle([Gated.guarded: operations]).bytes()))
    try session.set(tensor: numbers)
    try session.evaluate(attributes: [Gated.guarded])
    return session.status(attribute: Gated.guarded)
  }

  /// Scores 0, 2, 1: class 1, whose softmax is e^2 / (1 + e^2 + e) = 0.6652; sigmoid(1) = 0.7311.
  @Test func conditionsHoldAsWorkedOutByHand() throws {
    let cases: [([GateOperation], Bool)] = [
      ([.answer(Gated.kind, 1)], true), ([.answer(Gated.kind, 0)], false), ([.answer(Gated.kind, 0), .not], true),
      ([.confidence(Gated.kind, .greater, 0.66)], true), ([.confidence(Gated.kind, .greater, 0.67)], false),
      ([.confidence(Gated.kind, .less, 0.67)], true), ([.confidence(Gated.kind, .less, 0.66)], false),
      ([.confidence(Gated.kind, 0, .greater, 0.09)], true), ([.confidence(Gated.kind, 0, .greater, 0.0901)], false),
      ([.answer(Gated.flag, 1)], true), ([.answer(Gated.flag, 0)], false),
      ([.confidence(Gated.flag, .greaterOrEqual, 0.731)], true), ([.confidence(Gated.flag, 0, .less, 0.27)], true),
      ([.confidence(Gated.flag, 0, .less, 0.26)], false),
      ([.score(Gated.size, .greaterOrEqual, 30)], true), ([.score(Gated.size, .greater, 30)], false),
      ([.score(Gated.size, .lessOrEqual, 30)], true), ([.score(Gated.size, .less, 30)], false),
      ([.score(Gated.kind, 2, .greaterOrEqual, 1)], true), ([.score(Gated.kind, 2, .greater, 1)], false),
    ]
    for (index, entry) in cases.enumerated() {
      #expect(try status(entry.0) == (entry.1 ? .evaluated : .gateClosed), "case \(index)")
    }
  }

  /// All nine pairs of false, unknown and true (Kleene 1952): a score that is not a number is unknown.
  @Test func truthHasThreeValues() throws {
    let (no, unknown, yes): ([GateOperation], [GateOperation], [GateOperation]) = (
      [.answer(Gated.kind, 0)], [.score(Gated.size, .greater, 0)], [.answer(Gated.kind, 1)]
    )
    let numbers: [Float] = [0, 2, 1, 1, .nan, 0, 0, 0]
    let values = [no, unknown, yes]
    for (i, a) in values.enumerated() {
      for (j, b) in values.enumerated() {
        #expect(try (status(a + b + [.and], numbers) == .evaluated) == (min(i, j) == 2), "\(i) and \(j)")
        #expect(try (status(a + b + [.or], numbers) == .evaluated) == (max(i, j) == 2), "\(i) or \(j)")
        // The negation of either tells false from unknown.
        #expect(try (status(a + b + [.and, .not], numbers) == .evaluated) == (min(i, j) == 0), "not (\(i) and \(j))")
        #expect(try (status(a + b + [.or, .not], numbers) == .evaluated) == (max(i, j) == 0), "not (\(i) or \(j))")
      }
    }
    #expect(try status([.answer(Gated.kind, 0), .not], [.nan, .nan, .nan, 1, 0, 0, 0, 0]) == .gateClosed)
    #expect(try status([.confidence(Gated.flag, .greater, 0)], [0, 0, 0, .nan, 0, 0, 0, 0]) == .gateClosed)
  }

  @Test func anAttributeThatAGateReadsIsEvaluatedToo() throws {
    let bundle = try open(gatedBundle([Gated.guarded: [.answer(Gated.kind, 1)]]).bytes())
    let session = try Session(bundle: bundle)
    try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
    try session.evaluate(attributes: [Gated.guarded])
    #expect(session.statuses == [.evaluated, .notAsked, .notAsked, .evaluated, .notAsked])
    #expect(Array(session.scores(attribute: Gated.guarded)) == [0, -2, -1, 0, 0, 0, 0, 0])
    #expect(session.scores(attribute: Gated.flag).isEmpty)
  }

  @Test func aClosedGateCostsNothingAndCanBeIgnored() throws {
    let bundle = try open(gatedBundle([Gated.guarded: [.answer(Gated.kind, 2)]]).bytes())
    let session = try Session(bundle: bundle)
    try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
    try session.evaluate(attributes: bundle.allAttributes.subtracting([Gated.last]))
    #expect(session.executedInstructions == 0 && session.status(attribute: Gated.guarded) == .gateClosed)
    #expect(session.scores(attribute: Gated.guarded).isEmpty)
    // `last` runs the branch of `guarded`, whose gate stays closed.
    try session.evaluate(attributes: bundle.allAttributes)
    #expect(session.executedInstructions == 2 && session.scores(attribute: Gated.guarded).isEmpty)
    #expect(session.statuses == [.evaluated, .evaluated, .evaluated, .gateClosed, .evaluated])
    try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
    #expect(session.executedInstructions == 2 && session.status(attribute: Gated.guarded) == .evaluated)
    #expect(session.scores(attribute: Gated.guarded)[1] == -2)
    try session.set(tensor: [0, 2, 3, 0, 0, 0, 0, 0])
    #expect(session.statuses == Array(repeating: .notAsked, count: 5))
    try session.evaluate(attributes: [Gated.guarded])
    #expect(session.status(attribute: Gated.guarded) == .evaluated)
  }

  /// `last` asks for class 0 of `guarded`, or anything else of it: nothing is known of it while its own gate is closed.
  @Test func aConditionOnAnAnswerThatThereIsNotDoesNotHold() throws {
    for (shut, expected): (Bool, AttributeStatus) in [(false, .evaluated), (true, .gateClosed)] {
      let gates: [Int: [GateOperation]] = [
        Gated.guarded: [.answer(Gated.kind, shut ? 0 : 1)],
        Gated.last: [.answer(Gated.guarded, 7), .answer(Gated.guarded, 7), .not, .or],
      ]
      let session = try Session(bundle: try open(gatedBundle(gates).bytes()))
      try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
      try session.evaluate(attributes: [Gated.last])
      #expect(session.status(attribute: Gated.last) == expected)
    }
  }

  @Test func theOrderDecidesWhatAGateMayRead() throws {
    let gates: [Int: [GateOperation]] = [Gated.kind: [.score(Gated.size, .greater, 1)]]
    do throws(BundleError) {
      _ = try open(gatedBundle(gates).bytes())
      Issue.record("a gate on a later attribute was taken")
    } catch {
      #expect(error.fault == .badEvaluation && error.item == Int32(Gated.kind))
    }
    let session = try Session(bundle: try open(gatedBundle(gates, order: [2, 0, 1, 3, 4]).bytes()))
    try session.set(tensor: [0, 2, 1, 0, 0, 0, 0, 0])
    try session.evaluate(attributes: 1)
    #expect(session.statuses == [.gateClosed, .notAsked, .evaluated, .notAsked, .notAsked])
  }

  /// The self-test states the scores of all attributes, whatever their gates say.
  @Test func theSelfTestIgnoresGates() throws {
    var builder = gatedBundle([Gated.guarded: [.answer(Gated.kind, 2)]])
    let numbers: [Float] = [0, 2, 1, 0, 0, 0, 0, 0]
    let session = try Session(bundle: try open(builder.bytes()))
    try session.set(tensor: numbers)
    try session.evaluate(attributes: 0x1F, ignoringGates: true)
    builder.selfTest = [(hash: session.scoresHash(), bytes: numbers.withUnsafeBytes(Array.init))]
    builder.selfTestForm.kind = SelfTestRecord.numbers
    #expect(try Session(bundle: try open(builder.bytes())).passesSelfTest(0))
  }
}

/// One score with one label, as bundles of 0.1 may have it: the label is that of the positive class.
@Suite struct PositiveLabelTests {
  private func session(_ operation: GateOperation, _ logit: Float) throws -> Session {
    var b = gatedBundle([Gated.guarded: [operation]])
    b.attributes[Gated.flag].labels = ["yes"]
    let session = try Session(bundle: try open(b.bytes()))
    let numbers: [Float] = [0, 0, 0, logit, 0, 0, 0, 0]
    try numbers.withUnsafeBufferPointer { values in try session.setTensor(values) }
    try session.evaluate(attributes: session.bundle.allAttributes)
    return session
  }

  private func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  @Test func oneLabelOfOneScoreNamesClassOne() throws {
    for (logit, answer) in [(Float(-0.5), 0), (0.5, 1)] {
      let session = try session(.answer(Gated.kind, 0), logit)
      let bundle = session.bundle
      #expect(bundle.classCount(attribute: Gated.flag) == 2 && bundle.labelCount(attribute: Gated.flag) == 2)
      #expect((0..<3).map { text(bundle.label(attribute: Gated.flag, $0)) } == ["not yes", "yes", nil])
      #expect(session.answer(attribute: Gated.flag) == answer)
      let sum = session.confidence(attribute: Gated.flag, class: 0) + session.confidence(attribute: Gated.flag, class: 1)
      #expect(sum == 1 && session.confidence(attribute: Gated.flag, class: answer) > 0.6)
      #expect(session.confidence(attribute: Gated.flag, class: 2).isNaN && session.confidence(attribute: Gated.size, class: 0).isNaN)
    }
  }

  @Test func gatesThatNameLabelZeroMeanThePositiveClass() throws {
    for (operation, open) in [
      (GateOperation.answer(Gated.flag, 0), true), (.answer(Gated.flag, 1), true), (.confidence(Gated.flag, 0, .greater, 0.6), true),
    ] {
      #expect(try session(operation, 0.5).status(attribute: Gated.guarded) == (open ? .evaluated : .gateClosed))
      #expect(try session(operation, -0.5).status(attribute: Gated.guarded) == .gateClosed)
    }
  }

  @Test func attributesWithoutClassesHaveNone() throws {
    let bundle = try open(gatedBundle().bytes())
    #expect(
      (0..<6).map { bundle.classCount(attribute: $0) } == [3, 2, 0, 8, 8, 0] && bundle.labelCount(attribute: Gated.flag) == 0
        && bundle.label(attribute: Gated.flag, 0) == nil)
  }
}
