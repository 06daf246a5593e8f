import FacetData
import FacetEvaluation
import FacetFormat
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetQuantization
@testable import FacetRecipe

/// Branches that threads run side by side, on the example: four, of which two leave the trunk and two what they share.
@Suite struct SideBySideTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes")

  private static func model(gate: String? = nil) throws -> PreparedModel {
    var recipe = try Recipe.load(folder.appendingPathComponent("recipe.json").path)
    if let gate {
      let text = String(decoding: recipe.text, as: UTF8.self)
        .replacing(#""emotion": {"#, with: #""emotion": { "priority": 1, "when": "\#(gate)","#)
      recipe = try Recipe.parse(Array(text.utf8), file: recipe.file)
    }
    return try PreparedModel(
      CompileRequest(
        models: [folder.appendingPathComponent("face-attributes.onnx").path], recipes: [recipe],
        target: try Target.named(Target.defaultName)))
  }

  /// - Parameter change: of the plan that serves all.
  private static func bundle(
    _ precision: Precision, gate: String? = nil, change: (inout LoweredProgram) -> Void = { _ in }
  ) throws -> FacetRuntime.Bundle {
    let model = try model(gate: gate)
    var decisions = QuantizationDecisions(float32: model.graph)
    if precision == .int8 {
      let types = NumberTypes(int8: GivenQuantizations(model.graph))
      let float = try Pipeline.lower(decisions, model, storedUnsigned: false)
      let request = CompileRequest(
        models: [], target: try Target.named(Target.defaultName), calibration: folder.appendingPathComponent("test/00000.jpg").path)
      let calibration = try Calibration.run(model, request, types, program: float)
      decisions = QuantizationDecisions(types, measured: calibration.measurements, inputRange: model.input.pixels?.range)
    }
    var program = try Pipeline.lower(decisions, model, storedUnsigned: precision == .int8)
    change(&program)
    return try Bundle.opening(
      BundleEmitter(
        program: program, attributes: model.attributes, input: model.input, storedUnsigned: precision == .int8, provenance: [],
        evaluation: model.evaluation, forks: ForkInterface.all(program, model.graph)
      ).bytes())
  }

  private func setImage(_ session: Session) throws {
    let path = Self.folder.appendingPathComponent("test/00001.jpg").path
    try NetworkInput(Dataset.open(path: path).sample(0), for: session.bundle, data: path).set(on: session)
  }

  private func scores(_ session: Session) -> [[UInt32]] { (0..<4).map { session.scores(attribute: $0).map(\.bitPattern) } }

  @Test func everySetGivesTheSameBytesWithAnyNumberOfThreads() throws {
    let bundle = try Self.bundle(.int8)
    let single = try Session(bundle: bundle)
    var expected: [AttributeSet: [[UInt32]]] = [:]
    var executed: [AttributeSet: Int64] = [:]
    for set in (UInt64(1)...15).map({ AttributeSet($0) }) {
      try setImage(single)
      let before = single.executedInstructions
      try single.evaluate(attributes: set)
      (expected[set], executed[set]) = (scores(single), single.executedInstructions - before)
    }
    #expect(single.branchesSideBySide == 0)
    for threads in 2...16 {
      let session = try Session(bundle: bundle, threads: threads)
      for set in (UInt64(1)...15).map({ AttributeSet($0) }) {
        try setImage(session)
        let (before, branches) = (session.executedInstructions, session.branchesSideBySide)
        try session.evaluate(attributes: set)
        #expect(scores(session) == expected[set] && session.executedInstructions - before == executed[set], "\(threads) threads, \(set)")
        let count = session.branchesSideBySide - branches
        #expect(count == 0 || count > 1 && count <= set.count)
        // The rest of all, on the same input.
        try session.evaluate(attributes: 15)
        #expect(
          scores(session) == expected[15] && session.executedInstructions - before == executed[15], "\(threads) threads, after \(set)")
        #expect((0..<4).allSatisfy { session.status(attribute: $0) == .evaluated })
      }
      if threads == 2 || threads == 4 { #expect(session.branchesSideBySide > 0, "\(threads) threads") }
    }
  }

  @Test func float32BranchesRunSideBySideToo() throws {
    let bundle = try Self.bundle(.float32)
    let (single, session) = (try Session(bundle: bundle), try Session(bundle: bundle, threads: 2))
    for session in [single, session] {
      try setImage(session)
      try session.evaluate(attributes: 15)
    }
    #expect(session.branchesSideBySide == 4 && scores(session) == scores(single))
  }

  @Test func whereTimeOrInstructionsAreLookedAtOneBranchFollowsTheOther() throws {
    let session = try Session(bundle: Self.bundle(.int8), threads: 2)
    try setImage(session)
    try session.evaluate(attributes: 15, budget: .max)
    try setImage(session)
    try session.evaluate(attributes: 15) { _, _ in }
    try setImage(session)
    session.measures = .fragments
    try session.evaluate(attributes: 15)
    #expect(session.branchesSideBySide == 0)
  }

  @Test func aGateIsDecidedBeforeItsBranchRuns() throws {
    let bundle = try Self.bundle(.int8, gate: "eyewear.confidence > 1")
    let session = try Session(bundle: bundle, threads: 2)
    try setImage(session)
    try session.evaluate(attributes: 15)
    #expect(session.status(attribute: 1) == .gateClosed && session.branchesSideBySide == 2)
    try session.evaluate(attributes: 15, ignoringGates: true)
    let single = try Session(bundle: bundle)
    try setImage(single)
    try single.evaluate(attributes: 15, ignoringGates: true)
    #expect(scores(session) == scores(single))
  }

  @Test func fromAForkTheBranchesBehindItRunSideBySide() throws {
    let bundle = try Self.bundle(.int8)
    let session = try Session(bundle: bundle, threads: 2)
    try setImage(session)
    try session.evaluate(attributes: 15)
    let again = try Session(bundle: bundle, threads: 2)
    for (index, fork) in bundle.forkDescriptions.enumerated() {
      var values = [Float](repeating: 0, count: fork.shape.reduce(1, *))
      try values.withUnsafeMutableBufferPointer { try session.readFork(index, into: $0) }
      try values.withUnsafeBufferPointer { try again.setFork(index, $0) }
      let reached = again.available()
      let before = again.branchesSideBySide
      try again.evaluate(attributes: reached)
      #expect(again.branchesSideBySide - before == Int64(reached.count))
      for attribute in 0..<4 where reached.contains(attribute) { #expect(scores(again)[attribute] == scores(session)[attribute]) }
    }
  }

  /// A bundle need not keep memory apart, and nobody may rely on it: what overlaps runs one after the other.
  @Test func branchesThatShareMemoryDoNotRunSideBySide() throws {
    let bundle = try Self.bundle(.int8) { program in
      let first = program.fragments.indices.map { index in program.fragments[..<index].reduce(0) { $0 + $1.storageSizes.count } }
      let branches = [0, 1].map { attribute in program.fragments.firstIndex { $0.attributes == [attribute] }! }
      for storage in program.fragments[branches[0]].storageSizes.indices {
        let (age, emotion) = (first[branches[0]] + storage, first[branches[1]] + storage)
        // Only what is over when its branch has run.
        guard !program.storages[age].isPersistent, !program.storages[emotion].isPersistent else { continue }
        program.storageOffsets[age] = program.storageOffsets[emotion]
      }
    }
    let session = try Session(bundle: bundle, threads: 2)
    try setImage(session)
    try session.evaluate(attributes: 15)
    // Of the other three, two fill two threads.
    #expect(session.branchesSideBySide == 2)
    let single = try Session(bundle: Self.bundle(.int8))
    try setImage(single)
    try single.evaluate(attributes: 15)
    #expect(scores(session) == scores(single))
  }
}
