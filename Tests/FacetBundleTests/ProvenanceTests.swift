import FacetBundle
import Testing

/// Provenance has one reader and one writer: what one writes the other reads.
@Suite struct ProvenanceTests {
  private static var whole: Provenance {
    var model = Provenance.Model()
    (model.name, model.format, model.producer, model.operatorSet, model.sha256) = ("a.onnx", "ONNX", "pytorch 2", 17, "aa")
    model.attributes = ["age"]
    var recipe = Provenance.RecipeText()
    (recipe.sha256, recipe.text) = ("bb", "{\"version\": 1}")
    var data = Provenance.CalibrationData()
    (data.samples, data.sha256) = (32, "cc")
    var result = Provenance()
    (result.version, result.precision, result.target) = ("0.1.0", "int8", "aarch64")
    (result.models, result.isMerged, result.mergeTolerance) = ([model, model], true, 0.25)
    (result.recipe, result.calibration, result.stopAfter) = (recipe, data, 3)
    result.options.outputs = ["x"]
    result.options.shapes = ["in": [1, 3, 8, 8]]
    result.options.constants = ["k": .numbers(shape: [2], [0.5, 1]), "m": .file(name: "m.npy", sha256: "dd")]
    result.profiles = ["fast": ["age"]]
    var replaced = Provenance.Replaced()
    (replaced.branch, replaced.parent, replaced.version) = ("age", "ee", "0.1.0")
    (replaced.model, replaced.calibration, replaced.recipe) = (model, data, recipe)
    result.replaced = [replaced]
    return result
  }

  @Test func whatIsWrittenIsReadAgain() {
    let text = String(decoding: Self.whole.json, as: UTF8.self)
    #expect(Provenance(text) == Self.whole)
  }

  @Test func aSingleModelStandsAlone() {
    var single = Self.whole
    (single.models, single.isMerged, single.mergeTolerance) = ([single.models[0]], false, 0)
    #expect(Provenance(String(decoding: single.json, as: UTF8.self)) == single)
  }

  @Test func keysAreSortedAndSlashesStayAsTheyAre() {
    var small = Provenance()
    (small.version, small.precision, small.target) = ("0.1.0", "int8", "a/b")
    #expect(String(decoding: small.json, as: UTF8.self) == #"{"facet":"0.1.0","model":{},"precision":"int8","target":"a/b"}"#)
  }

  @Test func addingABranchKeepsWhatOnlyLaterVersionsUnderstand() throws {
    let bytes = try #require(Provenance.adding(Self.whole.replaced[0], to: #"{"facet":"9","later":[1,{"x":2}],"model":{"name":"a"}}"#))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(#""later":[1,{"x":2}]"#) && Provenance(text).replaced == Self.whole.replaced)
  }

  @Test(arguments: ["", "[]", "{", "null", "{\"models\": 3, \"recipe\": [], \"replaced\": {}}"])
  func whatIsNotUnderstoodIsLeftOut(_ text: String) { #expect(Provenance(text).models.isEmpty && Provenance(text).replaced.isEmpty) }
}
