import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFormat
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetEvaluation
@testable import FacetVerification

/// Attributes that are parts of an output, and numbers: expected values over bins, regressions. The tiny network's `kind` gives the means of
/// three channels, its `size` that of the first.
@Suite struct NumberAttributeTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("a.npy", channels: [0.34, 0, 0])
    try folder.write("b.npy", channels: [0.1, 0.2, 0.7])
  }

  private func results(_ attributes: String) throws -> [String: [AttributeResult]] {
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: "{\"version\": 1, \"attributes\": {\(attributes)}}"))
    let run = try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: ["a", "b"].map { "\(folder.path)/\($0).npy" }, threads: 1, isa: "scalar")
    var results: [String: [AttributeResult]] = [:]
    try run.run { sample in for result in sample.attributes { results[result.name, default: []].append(result) } }
    return results
  }

  private func faults(_ attributes: String) -> [String] {
    do {
      _ = try TinyNetwork.bundle(factors: [1, 1, 1], recipe: "{\"version\": 1, \"attributes\": {\(attributes)}}")
      return []
    } catch {
      return (error as? FacetError)?.diagnostics.map { "\($0.code) \($0.place ?? "")" } ?? ["\(error)"]
    }
  }

  @Test func partsOfOneOutputAreAttributesOfTheirOwn() throws {
    let found = try results(
      #""pair": {"output": "kind", "channels": [0, 2], "labels": ["x", "y"]}, "last": {"output": "kind", "channels": [2, 1]}"#)
    #expect(found["pair"]?.map(\.scores) == [[0.34, 0], [0.1, 0.2]] && found["pair"]?.map(\.label) == ["x", "y"])
    #expect(found["last"]?.map(\.scores) == [[0], [0.7]])
    let whole = try results(#""all": {"output": "kind", "channels": [0, 3], "labels": ["x", "y", "z"]}"#)
    #expect(whole["all"]?.map(\.scores) == [[0.34, 0, 0], [0.1, 0.2, 0.7]])
  }

  @Test func aRegressionIsScaledAndShifted() throws {
    let found = try results(#""age": {"output": "size", "value": {"scale": 100, "offset": 1, "unit": "years"}}"#)
    #expect(found["age"]?.map(\.value) == [Float(Double(Float(0.34)) * 100 + 1), Float(Double(Float(0.1)) * 100 + 1)])
    #expect(found["age"]?.map(\.unit) == ["years", "years"])
    #expect(found["age"]?.allSatisfy { $0.label == nil && $0.index == nil && $0.confidence == nil } == true)
  }

  @Test func anExpectedValueWeighsTheBinsByTheConfidences() throws {
    // Probabilities 0.1, 0.2, 0.7 of 10, 20, 40, and 5 more.
    let given = try results(#""age": {"output": "kind", "confidence": "probabilities", "value": {"bins": [10, 20, 40], "offset": 5}}"#)
    #expect(abs((given["age"]?[1].value ?? 0) - 38) < 1e-5)
    let even = try results(#""age": {"output": "kind", "confidence": "probabilities", "value": {"bins": {"first": 10, "step": 5}}}"#)
    #expect(abs((even["age"]?[1].value ?? 0) - 18) < 1e-5)
    // Without a confidence, softmax: of equal scores but one.
    let soft = try results(#""age": {"output": "kind", "value": {"bins": [3, 0, 0]}}"#)
    #expect(abs((soft["age"]?[0].value ?? 0) - 3 * exp(0.34) / (exp(0.34) + 2)) < 1e-5)
  }

  @Test func aNumberAndClassesMayReadTheSameScores() throws {
    let found = try results(
      #""age": {"output": "kind", "value": {"bins": [1, 2, 3]}}, "group": {"output": "kind", "labels": ["a", "b", "c"]}"#)
    #expect(found["group"]?.map(\.label) == ["a", "c"] && found["age"]?.allSatisfy { $0.value != nil } == true)
  }

  @Test(arguments: [("age.value > 30", [true, false]), ("age.value <= 10.5", [false, true]), ("30 < age.value", [true, false])])
  func gatesCompareTheNumber(_ when: String, _ open: [Bool]) throws {
    let found = try results(
      #""age": {"output": "size", "value": {"scale": 100}}, "kind": {"when": "\#(when)"}"#)
    #expect(found["kind"]?.map { $0.status == "evaluated" } == open)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    #expect(faults(#""a": {"output": "kind", "channels": [2, 2]}"#) == ["recipe.channels attributes.a.channels"])
    #expect(faults(#""a": {"output": "kind", "value": {"scale": 2}}"#) == ["recipe.value attributes.a.value"])
    #expect(faults(#""a": {"output": "kind", "value": {"bins": [1, 2]}}"#) == ["recipe.value attributes.a.value"])
    #expect(faults(#""a": {"output": "size", "value": {"bins": {"first": 1}}}"#) == ["recipe.value attributes.a.value"])
    #expect(faults(#""a": {"output": "kind", "confidence": "none", "value": {"bins": [1, 2, 3]}}"#) == ["recipe.value attributes.a.value"])
    let labelled = #""a": {"output": "size", "value": {}, "labels": ["x"], "threshold": 0.5}"#
    #expect(faults(labelled).map { $0.prefix(12) } == ["recipe.value", "recipe.value"])
    #expect(faults(#""a": {"output": "kind", "channels": [1]}"#).first?.hasPrefix("recipe.type") == true)
    #expect(faults(#""a": {"output": "kind", "value": {"bins": [1]}}"#).first?.hasPrefix("recipe.value") == true)
    #expect(faults(#""a": {"output": "kind"}, "b": {"output": "kind"}"#).first?.hasPrefix("recipe.duplicate") == true)
    #expect(
      faults(#""a": {"output": "size", "value": {}}, "kind": {"when": "a == 1"}"#) == ["recipe.gate attributes.kind.when, character 1"])
    #expect(faults(#""size": {}, "kind": {"when": "size.value > 1"}"#) == ["recipe.gate attributes.kind.when, character 1"])
  }

  @Test func theBundleSaysWhatItsNumbersAreAndNeedsAnEngineThatKnowsThem() throws {
    let bundle = try FacetRuntime.Bundle.opening(
      TinyNetwork.bundle(
        factors: [1, 1, 1],
        recipe: #"{"version": 1, "attributes": {"age": {"output": "kind", "value": {"bins": [1, 2, 4], "unit": "years"}}, "size": {}}}"#))
    #expect(bundle.header.requiredFeatures == 2)
    let age = try #require(bundle.attributeDescriptions.first { $0.name == "age" })
    #expect(age.value?.bins == [1, 2, 4] && age.value?.unit == "years" && !age.isClassified && age.confidence == "softmax")
    #expect(bundle.classCount(attribute: 0) == 0 && bundle.isValue(attribute: 0) && !bundle.isValue(attribute: 1))
  }
}
