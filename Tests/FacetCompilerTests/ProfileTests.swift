import FacetBundle
import FacetDiagnostics
import FacetFormat
import FacetQuantization
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

/// The example's plans: every set of attributes as a profile, and every order of asking on the plan that serves all.
@Suite struct ProfileTests {
  private static let names = ["age", "emotion", "eyewear", "skin_tone"]

  private func request(_ profiles: [Profile]) throws -> CompileRequest {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples/face-attributes")
    return CompileRequest(
      models: [folder.appendingPathComponent("face-attributes.onnx").path],
      recipes: [try Recipe.load(folder.appendingPathComponent("recipe.json").path)], target: try Target.named(Target.defaultName),
      precision: .float32, profiles: profiles)
  }

  private func names(_ set: AttributeSet) -> [String] { Self.names.indices.filter { set.contains($0) }.map { Self.names[$0] } }

  private func setPixels(_ session: Session) throws {
    let pixels = (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) }
    try pixels.withUnsafeBytes { try session.setPixels($0) }
  }

  private func scores(_ session: Session, _ set: AttributeSet) -> [[Float]] {
    (0..<4).filter { set.contains($0) }.map { Array(session.scores(attribute: $0)) }
  }

  private func orders(_ rest: [Int]) -> [[Int]] {
    rest.isEmpty ? [[]] : rest.flatMap { first in orders(rest.filter { $0 != first }).map { [first] + $0 } }
  }

  @Test func everySetAndEveryOrderGivesTheSameScores() throws {
    let profiles = (UInt64(1)...15).map { Profile(name: "p\($0)", attributes: names(AttributeSet($0))) }
    let result = try Compiler.compile(request(profiles))
    let bundle = try Bundle.opening(result.bytes)
    #expect(result.report.attributes.map(\.name) == Self.names)
    #expect(bundle.planCount == 16)
    let whole = try Session(bundle: bundle)
    try setPixels(whole)
    try whole.evaluate(attributes: 15)
    let expected = scores(whole, 15)
    #expect(expected.allSatisfy { !$0.isEmpty })
    for order in orders([0, 1, 2, 3]) {
      try setPixels(whole)
      for attribute in order { try whole.evaluate(attributes: [attribute]) }
      #expect(scores(whole, 15) == expected, "\(order)")
    }
    for set in (UInt64(1)...15).map({ AttributeSet($0) }) {
      let plan = try bundle.plan(profile: "p\(set.word)", file: "bundle")
      let session = try Session(bundle: bundle, plan: plan)
      let members = (0..<4).filter { set.contains($0) }
      for order in orders(members) {
        try setPixels(session)
        for attribute in order { try session.evaluate(attributes: [attribute]) }
        #expect(scores(session, set) == members.map { expected[$0] }, "profile \(set), \(order)")
      }
      #expect(session.arenaBytes <= whole.arenaBytes)
      let profile = result.report.profiles[Int(set.word) - 1]
      #expect(profile.attributes == names(set) && Double(profile.arenaBytes) <= 1.03 * Double(profile.arenaLowerBound))
      let others = AttributeSet(first: 4).subtracting(set)
      if !others.isEmpty { #expect(throws: SessionError.attributeNotInPlan) { try session.evaluate(attributes: others) } }
    }
    // What is printed for an attribute alone is what its profile has.
    for (index, attribute) in result.report.attributes.enumerated() {
      #expect(attribute.arenaBytes == result.report.profiles[(1 << index) - 1].arenaBytes)
    }
    #expect(Double(result.report.arenaBytes) <= 1.03 * Double(result.report.arenaLowerBound))
  }

  @Test func aProfileKeepsNoForks() throws {
    let bundle = try Bundle.opening(Compiler.compile(request([Profile(name: "all", attributes: Self.names)])).bytes)
    let session = try Session(bundle: bundle, plan: 1)
    try setPixels(session)
    try session.evaluate(attributes: 15)
    let count = bundle.forkDescriptions[0].shape.reduce(1, *)
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    values.initialize(repeating: 0)
    defer { values.deallocate() }
    #expect(throws: SessionError.forkNotInPlan) { try session.evaluate(fork: 0) }
    #expect(throws: SessionError.forkNotInPlan) { try session.readFork(0, into: values) }
    #expect(throws: SessionError.forkNotInPlan) { try session.setFork(0, UnsafeBufferPointer(values)) }
    #expect(scores(session, 15).allSatisfy { !$0.isEmpty })
  }

  /// emotion's gate reads age, whose gate reads eyewear.
  private func gated(_ profiles: [Profile]) throws -> CompileRequest {
    var request = try request(profiles)
    let text = String(decoding: request.recipes[0].text, as: UTF8.self)
      .replacing(#""age": {"#, with: #""age": { "priority": 1, "when": "eyewear != none || eyewear.confidence > 1","#)
      .replacing(#""emotion": {"#, with: #""emotion": { "priority": 2, "when": "age.confidence > 0.1 && eyewear.confidence > 0","#)
    request.recipes = [try Recipe.parse(Array(text.utf8), file: request.recipes[0].file)]
    return request
  }

  @Test func aProfileHasWhatItsGatesRead() throws {
    #expect {
      try Compiler.compile(
        gated([Profile(name: "door", attributes: ["emotion", "skin_tone"]), Profile(name: "desk", attributes: ["eyewear"])]))
    } throws: { error in
      let diagnostics = (error as? FacetError)?.diagnostics ?? []
      return diagnostics.map(\.code) == ["compile.profile", "compile.profile"]
        && diagnostics[0].message == "Profile 'door' lacks what a gate reads: emotion's reads age and eyewear."
        && diagnostics[0].remedy == "Name them in the profile too."
        && diagnostics[1].message == "Profile 'door' lacks what a gate reads: age's reads eyewear."
    }
  }

  @Test func aProfilesGatesDecideAsThoseOfTheBundle() throws {
    let bundle = try Bundle.opening(Compiler.compile(gated([Profile(name: "door", attributes: ["emotion", "age", "eyewear"])])).bytes)
    let (whole, profile) = (try Session(bundle: bundle), try Session(bundle: bundle, plan: 1))
    for session in [whole, profile] {
      try setPixels(session)
      // What its gate reads is evaluated with it.
      try session.evaluate(attributes: 0b0010)
    }
    #expect((0..<3).map { profile.status(attribute: $0) } == (0..<3).map { whole.status(attribute: $0) })
    #expect(whole.status(attribute: 2) == .evaluated && scores(profile, 7) == scores(whole, 7))
  }

  @Test func whatTheModelLacksIsAnError() throws {
    #expect {
      try Compiler.compile(request([Profile(name: "door", attributes: ["age", "eyewaer"])]))
    } throws: { error in
      let diagnostics = (error as? FacetError)?.diagnostics ?? []
      return diagnostics.map(\.code) == ["compile.profile"] && diagnostics[0].remedy.contains("Did you mean 'eyewear'?")
    }
  }

  @Test(arguments: ["door", "door=", "=age", "Door=age", ""]) func whatIsNoProfileIsNotRead(text: String) {
    #expect(Profile(text) == nil)
  }

  @Test func aProfileIsReadFromItsText() {
    #expect(Profile("door=age,gender") == Profile(name: "door", attributes: ["age", "gender"]))
  }

  @Test func theRecipesProfilesAreReadAndThoseGivenTakeTheirPlace() throws {
    let text = #"{"version": 1, "profiles": {"door": ["age", "emotion"], "desk": ["eyewear"]}}"#
    let recipe = try Recipe.parse(Array(text.utf8), file: "r.json")
    #expect(recipe.profiles == [Profile(name: "door", attributes: ["age", "emotion"]), Profile(name: "desk", attributes: ["eyewear"])])
    var changed = try request([Profile(name: "desk", attributes: ["age"]), Profile(name: "gate", attributes: ["skin_tone"])])
    changed.recipes[0].profiles = recipe.profiles
    let result = try Compiler.compile(changed)
    #expect(result.report.profiles.map(\.name) == ["door", "desk", "gate"])
    #expect(result.report.profiles.map(\.attributes) == [["age", "emotion"], ["age"], ["skin_tone"]])
  }

  @Test func aRecipesFaultyProfilesAreErrors() {
    let text = #"{"version": 1, "profiles": {"Door": ["age"], "desk": [], "gate": ["age", "age"], "yard": 1}}"#
    #expect {
      try Recipe.parse(Array(text.utf8), file: "r.json")
    } throws: { error in
      (error as? FacetError)?.diagnostics.map(\.code) == ["recipe.identifier", "recipe.empty", "recipe.duplicate", "recipe.type"]
    }
  }
}
