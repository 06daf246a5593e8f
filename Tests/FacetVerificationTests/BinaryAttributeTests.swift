import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetEvaluation
@testable import FacetRecipe
@testable import FacetVerification

/// One score as a yes-or-no answer, as networks of CelebA's attributes have it: every part of the program says the same of it.
@Suite struct BinaryAttributeTests {
  let folder: Folder
  /// Its sigmoid is 38 %.
  static let logit: Float = -0.489_548_23

  init() throws {
    folder = try Folder()
    try folder.write("no.npy", channels: [Self.logit, 0, 0])
    try folder.write("yes.npy", channels: [-Self.logit, 0, 0])
  }

  private func recipe(_ size: String, kind: String = "{}") -> String {
    "{\"version\": 1, \"attributes\": {\"size\": \(size), \"kind\": \(kind)}}"
  }

  private func results(_ recipe: String, ignoringGates: Bool = false) throws -> [String: [AttributeResult]] {
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: recipe))
    var options = EvaluationOptions()
    options.ignoresGates = ignoringGates
    let run = try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: ["no", "yes"].map { "\(folder.path)/\($0).npy" }, options: options, threads: 1,
      isa: "scalar")
    var results: [String: [AttributeResult]] = [:]
    try run.run { sample in for result in sample.attributes { results[result.name, default: []].append(result) } }
    return results
  }

  private func faults(_ recipe: String) -> [String] {
    do {
      _ = try TinyNetwork.bundle(factors: [1, 1, 1], recipe: recipe)
      return []
    } catch {
      return (error as? FacetError)?.diagnostics.map { "\($0.code) \($0.place ?? "")" } ?? ["\(error)"]
    }
  }

  @Test(arguments: [
    (#"{"labels": ["no", "yes"], "confidence": "sigmoid"}"#, ["no", "yes"]),
    // Labels make it a question, a logit unless the model ends in a sigmoid.
    (#"{"labels": ["no", "yes"]}"#, ["no", "yes"]),
    (#"{"labels": ["yes"], "confidence": "sigmoid"}"#, ["not yes", "yes"]),
    (#"{"confidence": "sigmoid"}"#, ["0", "1"]),
  ]) func theAnswerIsTheLikelierClassWithItsConfidence(_ size: String, _ labels: [String]) throws {
    let found = try #require(results(recipe(size))["size"])
    #expect(found.map(\.index) == [0, 1] && found.map(\.label) == labels)
    for confidence in found.map(\.confidence) { #expect(abs((confidence ?? 0) - 0.62) < 1e-6) }
  }

  @Test(arguments: [
    ("size == yes", [false, true]), ("size != yes", [true, false]), ("size == 'not yes'", [true, false]), ("size == 0", [true, false]),
    ("size == 1", [false, true]), ("size.confidence[yes] > 0.5", [false, true]), ("size.confidence[yes] > 0.37", [true, true]),
    ("size.confidence['not yes'] > 0.5", [true, false]), ("size.confidence > 0.61", [true, true]),
    ("size.confidence > 0.63", [false, false]),
    ("size.score > 0", [false, true]), ("size.score[yes] > 0", [false, true]),
  ]) func gatesMeanThePositiveClassByItsLabel(_ when: String, _ open: [Bool]) throws {
    let kind = "{\"when\": \"\(when)\"}"
    let found = try #require(results(recipe(#"{"labels": ["yes"], "confidence": "sigmoid"}"#, kind: kind))["kind"])
    #expect(found.map { $0.status == "evaluated" } == open)
  }

  @Test func gatesOnBothLabelsMeanEach() throws {
    let size = #"{"labels": ["no", "yes"], "confidence": "sigmoid"}"#
    for (when, open) in [("size == no", [true, false]), ("size == yes", [false, true])] {
      let found = try #require(results(recipe(size, kind: "{\"when\": \"\(when)\"}"))["kind"])
      #expect(found.map { $0.status == "evaluated" } == open)
    }
    #expect(faults(recipe(size, kind: #"{"when": "size.score[no] > 0"}"#)) == ["recipe.gate-label attributes.kind.when, character 12"])
  }

  @Test func theThresholdIsThatOfTheAnswer() throws {
    let found = try #require(results(recipe(#"{"labels": ["no", "yes"], "threshold": 0.61}"#))["size"])
    #expect(found.map(\.unsure) == [false, false])
    #expect(try results(recipe(#"{"labels": ["no", "yes"], "threshold": 0.63}"#))["size"]?.map(\.unsure) == [true, true])
  }

  @Test(arguments: [("yes", "yes", 0.5), ("not yes", "yes", 1.0), ("0", "1", 1.0), ("-1", "1", 1.0), ("yes", "not yes", 0.0)])
  func verifyCountsTheClassThatALabelNames(_ first: String, _ second: String, _ accuracy: Double) throws {
    try folder.write("labels.csv", "file,size\nno.npy,\(first)\nyes.npy,\(second)\n")
    let text = recipe(#"{"labels": ["yes"], "confidence": "sigmoid"}"#)
    let bundle = try FacetRuntime.Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], recipe: text))
    let report = try Verification(
      bundle: bundle, bundleFile: "m.facet", reference: bundle, data: Dataset.open(path: folder.path),
      recipes: [Recipe.parse(Array(text.utf8), file: "r.json")]
    ).run()
    #expect(report.attributes["size"]?.int8?.accuracy == accuracy && report.attributes["size"]?.float?.accuracy == accuracy)
  }

  @Test func whatOneScoreCannotBeIsRefused() {
    #expect(faults(recipe(#"{"labels": ["a", "b", "c"]}"#)) == ["recipe.labels attributes.size.labels"])
    #expect(faults(recipe(#"{"labels": ["no", "yes"], "confidence": "softmax"}"#)) == ["recipe.labels attributes.size.confidence"])
    // A label that is the number of the other class, or of this one.
    for labels in [#"["1", "0"]"#, #"["0"]"#, #"["1"]"#, #"["no", "1"]"#, #"["-1", "yes"]"#] {
      #expect(faults(recipe("{\"labels\": \(labels)}")) == ["recipe.labels attributes.size.labels"])
    }
    #expect(faults(recipe(#"{"labels": ["0", "1"]}"#)).isEmpty)
    #expect(faults(recipe(#"{"labels": ["yes"], "confidence": "none"}"#)) == ["recipe.labels attributes.size.labels"])
  }
}
