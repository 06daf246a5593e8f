import FacetData
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetMetrics
@testable import FacetRecipe
@testable import FacetVerification

/// Budgets held against counts: what is met, missed, and not to be told from so few.
@Suite struct BudgetGateTests {
  private typealias Gate = VerificationReport.Gate

  private func evidence(agreeing: Int, of count: Int, _ pairs: PairedProportions = PairedProportions()) -> Evidence {
    let attribute = AttributeDescription(name: "a", labels: [], confidence: "softmax", threshold: nil, shape: [1, 2], scores: 2)
    var result = Evidence()
    result.pairs = pairs
    let (first, second): ([Float], [Float]) = ([1, 0], [0, 1])
    for index in 0..<count {
      first.withUnsafeBufferPointer { expected in
        (index < agreeing ? first : second).withUnsafeBufferPointer {
          result.comparison.add(reference: expected, $0, classes: (attribute.classes(expected), attribute.classes($0)))
        }
      }
    }
    return result
  }

  @Test func oneLabelledSampleMeetsNoBudget() {
    let one = evidence(agreeing: 1, of: 1, PairedProportions(bothRight: 1))
    let gate = Gate(["age"], ["age": one], budgets: [:])
    #expect(!gate.passed && gate.missed.isEmpty && gate.unchecked.isEmpty)
    #expect(
      gate.undecided.map { "\($0.budget.rawValue) \($0.samples) \($0.samplesNeeded ?? 0)" } == ["accuracy_drop 1 268", "agreement 1 99"])
    let many = evidence(agreeing: 300, of: 300, PairedProportions(bothRight: 300))
    #expect(Gate(["age"], ["age": many], budgets: [:]).passed)
  }

  @Test func everyGroupHasToMeetTheBudgetOfItsColumn() {
    let all = evidence(agreeing: 900, of: 900, PairedProportions(bothRight: 900))
    let groups = [
      "light": [
        "dim": ["age": evidence(agreeing: 300, of: 300, PairedProportions(bothRight: 300))],
        "even": ["age": evidence(agreeing: 300, of: 300, PairedProportions(bothRight: 290, onlyFirst: 10))],
        "side": ["age": evidence(agreeing: 20, of: 20, PairedProportions(bothRight: 20))],
        "unseen": ["age": evidence(agreeing: 5, of: 5)],
        "": ["age": evidence(agreeing: 0, of: 1, PairedProportions(onlyFirst: 1))],
      ]
    ]
    let budget = Recipe.Budget(accuracyDrop: 1, subgroups: ["light": .init(accuracyDrop: 1)])
    let gate = Gate(["age"], ["age": all], groups: groups, budgets: ["age": budget])
    #expect(!gate.passed)
    #expect(
      gate.missed.map { "\($0.subject.subgroup ?? "") \($0.subject.group ?? "") \($0.criterion.name)" } == ["light even accuracy_drop"])
    #expect(gate.undecided.map(\.subject.group) == ["side"] && gate.undecided.first?.samplesNeeded == 268)
    #expect(gate.unchecked.map(\.subject.group) == ["unseen"])
    // Without the column at all, the budget cannot be checked.
    let none = Gate(["age"], ["age": all], budgets: ["age": budget])
    #expect(none.unchecked.map { "\($0.subject.subgroup ?? "") \($0.subject.group ?? "-")" } == ["light -"])
  }

  @Test func anotherModelIsNoProof() {
    let all = evidence(agreeing: 900, of: 900, PairedProportions(bothRight: 900))
    #expect(Gate(["age"], ["age": all], budgets: [:]).passed)
    let gate = Gate(["age"], ["age": all], budgets: [:], otherModels: ["x.onnx"])
    #expect(!gate.passed && gate.otherModels == ["x.onnx"] && gate.missed.isEmpty)
  }

  @Test func aGatesJSONHasTheNamesOfTheContract() throws {
    let groups = ["light": ["dim": ["age": evidence(agreeing: 2, of: 2, PairedProportions(bothRight: 2))]]]
    let gate = Gate(
      ["age", "size"], ["age": evidence(agreeing: 1, of: 2)], groups: groups,
      budgets: ["age": .init(agreement: 98, subgroups: ["light": .init(accuracyDrop: 1)]), "size": .init(sqnr: 10)], otherModels: ["x"])
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let json = try #require(try JSONSerialization.jsonObject(with: encoder.encode(gate)) as? [String: Any])
    func keys(_ list: String) -> Set<String> { Set(((json[list] as? [[String: Any]])?.first ?? [:]).keys) }
    #expect(Set(json.keys) == ["passed", "missed", "unchecked", "undecided", "other_models"])
    #expect(keys("missed") == ["attribute", "budget", "limit", "value"])
    #expect(keys("unchecked") == ["attribute", "budget", "limit"])
    #expect(
      keys("undecided") == ["attribute", "subgroup", "group", "budget", "limit", "value", "bound", "samples", "samples_needed"])
  }

  /// From the recipe and the labels to the gate.
  @Test func aBudgetByGroupIsCheckedOnTheDatasGroups() throws {
    let folder = try Folder()
    var table = "file,kind,light\n"
    for index in 0..<6 {
      try folder.write("\(index).npy", channels: index % 2 == 0 ? [1, 0, 0] : [0, 1, 1.5])
      table += "\(index).npy,\(index % 2 == 0 ? "cat" : "hen"),\(index % 2 == 0 ? "dim" : "bright")\n"
    }
    try folder.write("labels.csv", table)
    let recipe = #"{"version": 1, "attributes": {"kind": {"budget": {"subgroups": {"light": {"agreement": 90}}}}}}"#
    let report = try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 0.5], recipe: TinyNetwork.recipe)), bundleFile: "m.facet",
      reference: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1])), data: Dataset.open(path: folder.path),
      recipes: [Recipe.parse(Array(recipe.utf8), file: "r.json")]
    ).run()
    // The third score is halved: all of the bright ones change, none of the dim.
    #expect(report.gate.missed.map { "\($0.subject.group ?? "") \($0.value)" } == ["bright 0.0"])
    #expect(report.gate.undecided.map { "\($0.subject.group ?? "") \($0.value)" } == ["dim 100.0"])
    #expect(report.subgroups["light"]?["bright"]?["kind"]?.agreement == 0)
  }
}
