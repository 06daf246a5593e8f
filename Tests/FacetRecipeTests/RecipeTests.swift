import FacetDiagnostics
import Testing

@testable import FacetMetrics
@testable import FacetRecipe

@Suite struct RecipeTests {
  @Test func aFullRecipeIsRead() throws {
    let text = """
      { "$schema": "../recipe.schema.json", "version": 1, "model": "m.onnx",
        "input": { "name": "image", "width": 64, "height": 48, "color": "bgr", "resize": "letterbox", "fill": 7,
                   "scale": 0.5, "mean": [1, 2, 3], "std": [4, 5, 6] },
        "attributes": {
          "emotion": { "labels": ["calm", "glad"], "confidence": "sigmoid",
                       "budget": { "accuracy_drop": 0.5, "agreement": 98, "sqnr_db": 15 }, "threshold": 0.25 },
          "age": { "output": "age_logits" } },
        "subgroups": ["skin_tone"], "calibration": "data" }
      """
    let recipe = try Recipe.parse(Array(text.utf8), file: "models/r.json")
    #expect(recipe.model == "m.onnx")
    let input = try #require(recipe.input)
    #expect((input.name, input.width, input.height) == ("image", 64, 48))
    #expect((input.color, input.resize, input.fill, input.scale) == (.bgr, .letterbox, 7, 0.5))
    #expect(input.mean == [1, 2, 3] && input.std == [4, 5, 6])
    #expect(
      recipe.attributes == [
        .init(
          name: "emotion", output: "emotion", labels: ["calm", "glad"], confidence: .sigmoid,
          budget: .init(accuracyDrop: 0.5, agreement: 98, sqnr: 15), threshold: 0.25),
        .init(name: "age", output: "age_logits"),
      ])
    #expect(recipe.subgroups == ["skin_tone"])
    #expect(recipe.calibration.map(recipe.resolve) == "models/data")
    #expect(recipe.resolve("/a/b") == "/a/b")
  }

  @Test func budgetsOfGroupsAreRead() throws {
    let text = #"""
      {"version": 1, "attributes": {"age": {"budget": {
        "agreement": 98, "subgroups": {"//": "of each", "lighting": {"accuracy_drop": 1}, "skin tone": {"agreement": 97.5, "sqnr_db": 10}}}}}}
      """#
    let budget = try Recipe.parse(Array(text.utf8), file: "r.json").attributes.first?.budget
    #expect(
      budget
        == .init(agreement: 98, subgroups: ["lighting": .init(accuracyDrop: 1), "skin tone": .init(agreement: 97.5, sqnr: 10)]))
    #expect(Metric.allCases.map { budget?.subgroups["skin tone"]?[$0] } == [nil, 97.5, 10, nil, nil, nil])
  }

  /// A bundle of an earlier version may carry it: the rest of the recipe is still wanted.
  @Test func aShareForAPercentageIsReadInABundlesRecipeAndNamed() throws {
    let text = #"""
      {"version": 1, "input": {"width": 8, "height": 8, "roi": ["x", "y", "w", "h"]},
       "attributes": {"a": {"budget": {"agreement": 0.98}}}}
      """#
    let recipe = try Recipe.parse(Array(text.utf8), file: "recipe of the bundle", isCarried: true)
    #expect(recipe.input?.roi?.count == 4)
    let problem = try #require(recipe.misreadBudgets.first)
    #expect(problem.code == "recipe.range" && problem.place == "attributes.a.budget.agreement")
    #expect(problem.remedy.contains("did you mean 98?"))
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    let recipe = try Recipe.parse(
      Array(#"{"version": 1, "input": {"width": 8, "height": 8, "color": "gray"}}"#.utf8), file: "r.json")
    let input = try #require(recipe.input)
    #expect(input == .init(width: 8, height: 8, color: .gray, mean: [0], std: [1]))
    #expect(input.scale == 1.0 / 255.0 && input.fill == 114 && input.resize == .stretch && input.name == nil)
    #expect(recipe.attributes.isEmpty && recipe.resolve("data") == "data")
  }

  /// Errors as "code | place | message | remedy".
  static let faults: [(text: String, errors: [String])] = [
    (
      #"{"version": 1, "inptu": {}}"#,
      ["recipe.unknown-key | line 1, column 16: 'inptu' | There is no such key. | Did you mean 'input'?"]
    ),
    (
      #"{"version": 1, "zebra": 1}"#,
      [
        "recipe.unknown-key | line 1, column 16: 'zebra' | There is no such key. | "
          + "Keys here are version, model, input, shapes, constants, precision, attributes, subgroups, profiles, calibration."
      ]
    ),
    (
      #"{"version": 1, "precision": {"// why": "", "a": "float32", "b": "int12"}}"#,
      ["recipe.choice | line 1, column 65: precision.b | 'int12' is not one of int16, float32. | Did you mean 'int16'?"]
    ),
    ("{}", ["recipe.missing-key | line 1, column 1: version | The version is missing. | Add \"version\": 1."]),
    (
      #"{"version": 2}"#,
      [
        "recipe.version | line 1, column 13: version | Version 2 of recipes is not known. | "
          + "This program reads version 1; a newer one may read this file."
      ]
    ),
    (
      #"{"version": "1"}"#,
      [
        "recipe.type | line 1, column 13: version | A whole number is expected, not a string. | See Formats/recipe.schema.json."
      ]
    ),
    ("[]", ["recipe.type | line 1, column 1 | An object is expected, not an array. | See Formats/recipe.schema.json."]),
    (
      "{\"version\": 1,\n \"attributes\": {\"age\": {\"labels\": [\"a\", \"b\", 3]}}}",
      [
        "recipe.type | line 2, column 46: attributes.age.labels[2] | A string is expected, not a number. | See Formats/recipe.schema.json."
      ]
    ),
    (
      #"{"version": 1, "attributes": {"age": {"labels": ["a", "a"]}}}"#,
      [
        "recipe.duplicate | line 1, column 55: attributes.age.labels[1] | 'a' appears here again; it is already entry 0. | "
          + "Give each entry another name."
      ]
    ),
    (
      #"{"version": 1, "version": 1}"#,
      ["recipe.duplicate-key | line 1, column 16: 'version' | This key appears twice. | Remove one of them."]
    ),
    (
      #"{"version": 1, "attributes": {"Skin Tone": {}}}"#,
      [
        "recipe.identifier | line 1, column 31: attributes.'Skin Tone' | "
          + "A name begins with a letter and has only a-z, 0-9 and _, at most 64 characters. | "
          + "Rename it, say 'skin_tone', and name the model's output with \"output\"."
      ]
    ),
    (
      #"{"version": 1, "attributes": {"a": {"output": "x"}, "b": {"output": "x"}}}"#,
      [
        "recipe.duplicate | line 1, column 53: attributes.b | It reads output 'x', as 'a' does. | "
          + "Each attribute has an output of its own, or a part of one; see \"output\" and \"channels\"."
      ]
    ),
    (
      #"{"version": 1, "input": {"width": 0, "height": 1.5, "std": [1, 0, -1], "scale": 1e999}}"#,
      [
        "recipe.range | line 1, column 35: input.width | The number 0 is out of range. | It must be a whole number between 1 and 16384.",
        "recipe.range | line 1, column 48: input.height | The number 1.5 is out of range. | It must be a whole number between 1 and 16384.",
        "recipe.range | line 1, column 81: input.scale | The number inf is out of range. | Give a finite number that fits in binary32.",
        "recipe.range | line 1, column 64: input.std[1] | A standard deviation of 0 is not possible. | It must be greater than 0.",
        "recipe.range | line 1, column 67: input.std[2] | A standard deviation of -1 is not possible. | It must be greater than 0.",
      ]
    ),
    (
      #"{"version": 1, "input": {"width": 8, "height": 8, "color": "grey", "mean": [1]}}"#,
      [
        "recipe.choice | line 1, column 60: input.color | 'grey' is not one of rgb, bgr, gray. | Did you mean 'gray'?",
        "recipe.count | line 1, column 76: input.mean | 1 number for 3 channels. | Give one for each channel of 'color'.",
      ]
    ),
    (
      #"{"version": 1, "input": {"width": 8}}"#,
      [
        "recipe.missing-key | line 1, column 25: input.height | The height is missing. | Add it, in pixels, as the model's input has it."
      ]
    ),
    (
      #"{"version": 1, "attributes": {"a": {"threshold": 2, "budget": {"agrement": 1}}}}"#,
      [
        "recipe.range | line 1, column 50: attributes.a.threshold | The number 2 is out of range. | It must be between 0 and 1.",
        "recipe.unknown-key | line 1, column 64: attributes.a.budget.'agrement' | There is no such key. | Did you mean 'agreement'?",
      ]
    ),
    (
      #"{"version": 1, "attributes": {"a": {"budget": {"agreement": 0.98}}, "b": {"budget": {"agreement": 1, "accuracy_drop": 0.5}}}}"#,
      [
        "recipe.range | line 1, column 61: attributes.a.budget.agreement | 0.98 percent is not a limit. | "
          + "The number is a percentage: did you mean 98?",
        "recipe.range | line 1, column 99: attributes.b.budget.agreement | 1 percent is not a limit. | "
          + "The number is a percentage: did you mean 100?",
      ]
    ),
    (
      #"{"version": 1, "attributes": {"a": {"budget": {"subgroups": {"light": {"subgroups": {}}, "tone": {"agreement": 0}}}}}}"#,
      [
        "recipe.unknown-key | line 1, column 85: attributes.a.budget.subgroups.'light'.subgroups | Subgroups have no subgroups. | "
          + "Name each column once, under the attribute's budget.",
        "recipe.range | line 1, column 112: attributes.a.budget.subgroups.'tone'.agreement | 0 percent is not a limit. | "
          + "The number is a percentage, such as 98; leave the key out where nothing is to be checked.",
      ]
    ),
    (
      "{\"version\": 1,\n  \"subgroups\": [\"é\", x]}",
      [
        "recipe.syntax | line 2, column 22 | This is not JSON: a value is expected, not 'x'. | "
          + "Correct it there; the rest is not read yet."
      ]
    ),
  ]

  @Test(arguments: faults) func everyFaultIsReportedWithItsPlaceAndARemedy(_ fault: (text: String, errors: [String])) {
    let failure = #expect(throws: FacetError.self) { try Recipe.parse(Array(fault.text.utf8), file: "r.json") }
    let found = failure?.diagnostics.map { "\($0.code) | \($0.place ?? "") | \($0.message) | \($0.remedy)" }
    #expect(found == fault.errors)
  }

  @Test func moreThan64AttributesAreRefused() {
    let attributes = (0..<65).map { "\"a\($0)\": {}" }.joined(separator: ",")
    let failure = #expect(throws: FacetError.self) {
      try Recipe.parse(Array("{\"version\": 1, \"attributes\": {\(attributes)}}".utf8), file: "r.json")
    }
    #expect(failure?.diagnostics.map(\.code) == ["recipe.too-many"])
  }

  @Test func errorsWithoutEndAreCutOff() {
    let keys = (0..<1000).map { "\"k\($0)\": 0" }.joined(separator: ",")
    let failure = #expect(throws: FacetError.self) { try Recipe.parse(Array("{\(keys)}".utf8), file: "r.json") }
    #expect(failure?.diagnostics.count == 100)
  }

  @Test func aMissingFileIsAnErrorThatNamesIt() {
    let failure = #expect(throws: FacetError.self) { try Recipe.load("no/such.json") }
    #expect(failure?.diagnostics.map(\.code) == ["data.file.missing"])
    #expect(failure?.diagnostics.map(\.file) == ["no/such.json"])
  }
}
