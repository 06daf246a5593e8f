import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetMetrics
import FacetRecipe
import FacetRuntime
import FacetVerification
import Foundation
import Testing

/// Four samples through two networks whose scores are worked out by hand: the tested one halves the third score.
@Suite struct VerificationTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    // Scores of `kind`: float (1, 0, 0), (0, 2, 0), (0, 1, 1.5), (0, 0, 4); tested (1, 0, 0), (0, 2, 0), (0, 1, 0.75), (0, 0, 2).
    try folder.write("a.npy", channels: [1, 0, 0])
    try folder.write("b.npy", channels: [0, 2, 0])
    try folder.write("c.npy", channels: [0, 1, 1.5])
    try folder.write("d.npy", channels: [0, 0, 4])
    try folder.write("labels.csv", "file,kind,light\na.npy,cat,dim\nb.npy,hen,dim\nc.npy,hen,bright\nd.npy,,bright\n")
  }

  private func verify(
    _ recipeText: String = TinyNetwork.recipe, tested: [Float] = [1, 1, 0.5], names: [String] = ["kind", "size"]
  ) throws -> VerificationReport {
    let recipe = try Recipe.parse(Array(recipeText.utf8), file: "r.json")
    return try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: tested, recipe: TinyNetwork.recipe)), bundleFile: "m.facet",
      reference: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], attributes: names)), data: Dataset.open(path: folder.path),
      recipes: [recipe]
    ).run()
  }

  private func recipe(_ attribute: String, subgroups: String = "[]") -> String {
    "{\"version\": 1, \"attributes\": {\"kind\": \(attribute)}, \"subgroups\": \(subgroups)}"
  }

  @Test func accuracyAgreementAndNoiseAreAsWorkedOutByHand() throws {
    let report = try verify()
    #expect(report.samples == 4 && report.attributeNames == ["kind", "size"])
    let kind = try #require(report.attributes["kind"])
    // d has no label. float is right on a and c, the tested one on a alone: c becomes a dog.
    #expect(kind.labelledSamples == 3)
    #expect(kind.float?.accuracy == 2.0 / 3 && kind.int8?.accuracy == 1.0 / 3)
    #expect(abs((kind.drop ?? 0) - 1.0 / 3) < 1e-15)
    #expect(kind.difference.agreement == 0.75)
    // Signal 1 + 4 + (1 + 2.25) + 16, noise 0.5625 + 4; mean of the errors (0.75 + 2) / 12.
    #expect(abs(kind.difference.sqnrDb - 10 * log10(24.25 / 4.5625)) < 1e-9)
    #expect(abs(kind.difference.meanAbsoluteError - 2.75 / 12) < 1e-12)
    // The largest error is that of d; the largest score 4.
    #expect(kind.difference.maxAbsoluteError == 2 && kind.difference.maxRelativeError == 0.5)
    let size = try #require(report.attributes["size"])
    #expect(size.difference.maxAbsoluteError == 0 && size.difference.maxRelativeError == 0)
    #expect(size.float == nil && size.difference.agreement == nil && size.difference.sqnrDb == ScoreComparison.maximumDecibels)
  }

  @Test func columnsThatMeanNothingAreNamed() throws {
    #expect(try verify().unusedColumns == ["light"])
    #expect(try verify(recipe("{}", subgroups: #"["light"]"#)).unusedColumns == nil)
    try folder.write("labels.csv", "file,Kind,id,roi_x,roi_y,roi_w,roi_h\na.npy,cat,7,,,,\nb.npy,hen,8,,,,\n")
    #expect(try verify().unusedColumns == ["Kind", "id"])
  }

  @Test func subgroupsHaveTheirOwnAccuracies() throws {
    let report = try verify(recipe("{}", subgroups: #"["light"]"#))
    let dim = try #require(report.subgroups["light"]?["dim"]?["kind"])
    let bright = try #require(report.subgroups["light"]?["bright"]?["kind"])
    #expect(dim.samples == 2 && dim.float?.accuracy == 0.5 && dim.int8?.accuracy == 0.5)
    #expect(bright.samples == 1 && bright.float?.accuracy == 1 && bright.int8?.accuracy == 0)
  }

  @Test func theGateHoldsEachBudget() throws {
    typealias Miss = VerificationReport.Miss
    func missed(_ attribute: String) throws -> [String] {
      try verify(recipe(attribute)).gate.missed.map { "\($0.criterion.name) \($0.limit)" }
    }
    // None in the recipe: one point and 97 %.
    #expect(try missed("{}") == ["accuracy_drop 1.0", "agreement 97.0"])
    #expect(try missed(#"{"budget": {"agreement": 75}}"#) == [])
    #expect(try missed(#"{"budget": {"agreement": 75.1}}"#) == ["agreement 75.1"])
    #expect(try missed(#"{"budget": {"accuracy_drop": 33.4, "sqnr_db": 7.3}}"#) == ["sqnr_db 7.3"])
    #expect(try missed(#"{"budget": {"accuracy_drop": 33.3, "sqnr_db": 7.2}}"#) == ["accuracy_drop 33.3"])
    let equal = try verify(recipe(#"{"budget": {"sqnr_db": 299}}"#), tested: [1, 1, 1])
    #expect(equal.gate.passed && equal.attributes["kind"]?.difference.sqnrDb == 300)
  }

  /// Without labels, agreement is known, accuracy is not: a stated budget for it must not pass unseen.
  @Test func aGateDoesNotPassABudgetThatItCannotCheck() throws {
    try FileManager.default.removeItem(atPath: folder.path + "/labels.csv")
    let stated = try verify(recipe(#"{"budget": {"accuracy_drop": 50, "agreement": 75}}"#, subgroups: #"["light"]"#))
    #expect(stated.gate.missed.isEmpty && !stated.gate.passed && stated.subgroups.isEmpty)
    #expect(stated.gate.unchecked.map { "\($0.subject.attribute) \($0.budget.rawValue) \($0.limit)" } == ["kind accuracy_drop 50.0"])
    #expect(try verify(recipe("{}"), tested: [1, 1, 1]).gate.unchecked.isEmpty)
    #expect(try verify(recipe(#"{"budget": {"sqnr_db": 7}}"#)).gate.passed)
  }

  @Test func theReportsJSONHasTheNamesOfTheContract() throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let json = try JSONSerialization.jsonObject(with: encoder.encode(verify(recipe("{}", subgroups: #"["light"]"#)))) as? [String: Any]
    #expect(json.map { Set($0.keys) } == ["attributes", "subgroups", "samples", "precision", "against", "gate"])
    let kind = (json?["attributes"] as? [String: Any])?["kind"] as? [String: Any]
    #expect(((kind?["float"] as? [String: Any])?["accuracy"] as? Double) == 2.0 / 3)
    #expect(
      kind.map { Set($0.keys) } == [
        "float", "int8", "drop", "drop_interval", "labelled_samples", "agreement", "sqnr_db", "mean_absolute_error", "max_absolute_error",
        "max_relative_error", "not_finite",
      ])
    #expect((kind?["agreement"] as? Double) == 0.75 && kind?["sqnr_db"] is Double && kind?["int8"] is [String: Any])
  }

  @Test func whatDoesNotFitIsSaidAllAtOnce() throws {
    try folder.write("labels.csv", "file,kind,light\na.npy,cat,dim\nb.npy,hem,dim\nc.npy,hen,bright\nd.npy,cow,bright\n")
    let failure = #expect(throws: FacetError.self) {
      try verify(recipe("{}", subgroups: #"["lihgt"]"#), names: ["kind", "sise"])
    }
    #expect(
      failure?.rendered.replacingOccurrences(of: folder.path, with: "DATA") == """
        error[verify.subgroup] DATA/labels.csv: subgroup 'lihgt': the labels have no such column.
          help: Did you mean 'light'?
        error[verify.label] DATA/labels.csv: line 3, column kind: 'hem' is not a label of the attribute.
          help: Did you mean 'hen'? Labels are cat, dog, hen, or their numbers, from 0.
        error[verify.label] DATA/labels.csv: line 5, column kind: 'cow' is not a label of the attribute.
          help: Labels are cat, dog, hen, or their numbers, from 0.
        error[verify.attribute] m.facet: attribute 'size': is in the bundle, but the model has no such result.
          help: Did you mean 'sise'? Give the model and the recipe that the bundle was compiled from (--against, --recipe).
        """)
  }
}
