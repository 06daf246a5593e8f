import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetMetrics
import FacetRuntime
import Foundation
import Testing

@testable import FacetRecipe
@testable import FacetVerification

/// Attributes that are numbers, verified by figures that are worked out by hand. The tested network halves the third score.
@Suite struct NumberVerificationTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    // `third` by float and by the tested one: 10 and 5, 20 and 10, 30 and 15, 40 and 20.
    for (index, name) in ["a", "b", "c", "d"].enumerated() {
      try folder.write("\(name).npy", channels: [0, 0, Float(index + 1) / 10])
    }
    try folder.write("labels.csv", "file,third,light\na.npy,11,dim\nb.npy,16.5,dim\nc.npy,24,bright\nd.npy,,bright\n")
  }

  private static let attribute = #""output": "kind", "channels": [2, 1], "value": {"scale": 100, "unit": "years", "within": 5}"#

  private func verify(_ budget: String = "", saved: [String] = []) throws -> VerificationReport {
    let text = "{\"version\": 1, \"attributes\": {\"third\": {\(Self.attribute)\(budget)}}, \"subgroups\": [\"light\"]}"
    let recipe = try Recipe.parse(Array(text.utf8), file: "r.json")
    let tested = try FacetRuntime.Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 0.5], recipe: text))
    let data = try Dataset.open(path: folder.path)
    return try Verification(
      bundle: tested, bundleFile: "m.facet",
      reference: saved.isEmpty ? FacetRuntime.Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], recipe: text)) : nil,
      saved: saved.isEmpty ? nil : SavedOutputs(saved, bundle: tested, recipes: [recipe], samples: 4), data: data, recipes: [recipe]
    ).run()
  }

  private func isNear(_ found: Double?, _ wanted: Double) -> Bool { abs((found ?? .infinity) - wanted) < 1e-4 }

  @Test func errorsAndDifferencesAreAsWorkedOutByHand() throws {
    let third = try #require(verify().attributes["third"])
    let number = try #require(third.number)
    // |float - right|: 1, 3.5, 6; of the tested one 6, 6.5, 9; d has no label.
    #expect(number.labelledSamples == 3 && third.labelledSamples == 3 && number.unit == "years")
    #expect(isNear(number.float?.meanAbsoluteError, 3.5) && isNear(number.int8?.meanAbsoluteError, 21.5 / 3))
    #expect(isNear(number.float?.shareWithin, 2.0 / 3) && isNear(number.int8?.shareWithin, 0))
    // 5, 3, 3: mean 11 / 3, deviation sqrt(4 / 3).
    #expect(isNear(number.increase, 11.0 / 3))
    // Student's t of two degrees of freedom.
    let half = 4.302653 * (4.0 / 9).squareRoot()
    #expect(isNear(number.increaseInterval?[0], 11.0 / 3 - half) && isNear(number.increaseInterval?[1], 11.0 / 3 + half))
    #expect(isNear(number.meanDifference, 12.5) && isNear(number.maxDifference, 20))
    #expect(third.float == nil && third.difference.agreement == nil)
  }

  @Test func groupsHaveTheirOwnErrors() throws {
    let light = try verify().subgroups["light"]
    #expect(isNear(light?["dim"]?["third"]?.number?.float?.meanAbsoluteError, 2.25) && light?["bright"]?["third"]?.samples == 1)
  }

  @Test func budgetsOfNumbersAreMetMissedOrNotDecided() throws {
    func gate(_ budget: String) throws -> [String] {
      let gate = try verify(", \"budget\": {\(budget)}").gate
      return gate.missed.map { "missed \($0.criterion.name)" }
        + gate.undecided.map { "undecided \($0.budget.rawValue) \($0.samplesNeeded ?? 0)" }
        + gate.unchecked.map { "unchecked \($0.budget.rawValue)" }
    }
    #expect(try gate(#""mean_error_increase": 3.6"#) == ["missed mean_error_increase"])
    // 11/3 + t(n - 1) · sqrt(4/3) / sqrt(n) <= 4: t is 1.692 for n = 35.
    #expect(try gate(#""mean_error_increase": 4"#) == ["undecided mean_error_increase 35"])
    // 11/3 + 2.920 · 2/3 = 5.613
    #expect(try gate(#""mean_error_increase": 5.5"#).first?.hasPrefix("undecided") == true)
    #expect(try gate(#""mean_error_increase": 5.7"#) == [])
    #expect(try gate(#""mean_difference": 12"#) == ["missed mean_difference"])
    #expect(try gate(#""mean_difference": 30"#) == [])
    #expect(try gate(#""within_drop": 60"#) == ["missed within_drop"])
    #expect(try gate(#""within_drop": 100"#) == [])
    // Without labels, what needs them cannot be checked.
    try folder.write("labels.csv", "file,light\na.npy,dim\nb.npy,dim\nc.npy,dim\nd.npy,dim\n")
    #expect(try gate(#""mean_error_increase": 5.7, "mean_difference": 30"#) == ["unchecked mean_error_increase"])
  }

  @Test func aNumberWithoutABudgetIsSaidToBeUnchecked() throws {
    let gate = try verify().gate
    #expect(gate.passed && gate.withoutBudget == ["third"])
    #expect(try verify(#", "budget": {"mean_difference": 30}"#).gate.withoutBudget == nil)
  }

  @Test func oneNumberAloneDecidesNothing() throws {
    try folder.write("labels.csv", "file,third,light\na.npy,11,dim\n")
    let gate = try verify(#", "budget": {"mean_difference": 30}"#).gate
    #expect(gate.undecided.map(\.budget) == [.meanDifference] && gate.undecided[0].bound == .infinity)
  }

  @Test func labelsThatAreNoNumbersAreNamed() throws {
    try folder.write("labels.csv", "file,third,light\na.npy,old,dim\nb.npy,inf,dim\nc.npy,24,dim\nd.npy,,dim\n")
    let failure = #expect(throws: FacetError.self) { try verify() }
    #expect(failure?.diagnostics.map(\.code) == ["verify.label", "verify.label"])
    #expect(failure?.diagnostics.first?.place == "line 2, column third")
  }

  @Test func aPartOfASavedOutputIsTakenFromTheWhole() throws {
    let whole: [Float] = [0, 0, 0.1, 0, 0, 0.2, 0, 0, 0.3, 0, 0, 0.4]
    try folder.write("kind.npy", NPYArray(shape: [4, 3], elements: .float32(whole))?.serialized() ?? [])
    let arrays = NSTemporaryDirectory() + "facet-saved-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: arrays, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: arrays) }
    try FileManager.default.moveItem(atPath: folder.path + "/kind.npy", toPath: arrays + "/kind.npy")
    let number = try #require(verify(saved: [arrays]).attributes["third"]?.number)
    #expect(isNear(number.float?.meanAbsoluteError, 3.5) && isNear(number.meanDifference, 12.5))
  }

  @Test(arguments: [
    (#""third": {"output": "kind", "labels": ["a", "b", "c"], "budget": {"mean_difference": 1}}"#, "recipe.value"),
    (#""third": {\#(attribute), "budget": {"accuracy_drop": 1}}"#, "recipe.value"),
    (#""third": {"output": "size", "value": {}, "budget": {"within_drop": 1}}"#, "recipe.value"),
  ]) func aBudgetThatDoesNotFitIsRefused(_ attributes: String, _ code: String) {
    let failure = #expect(throws: FacetError.self) {
      try Recipe.parse(Array("{\"version\": 1, \"attributes\": {\(attributes)}}".utf8), file: "r.json")
    }
    #expect(failure?.diagnostics.map(\.code) == [code])
  }
}
