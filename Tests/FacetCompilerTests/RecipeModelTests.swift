import FacetBundle
import FacetDiagnostics
import FacetFiles
import Testing

@testable import FacetCompiler
@testable import FacetRecipe

/// What a recipe says about the model's inputs, and its comments.
@Suite struct RecipeModelTests {
  private func parse(_ text: String) throws -> Recipe { try Recipe.parse(Array(text.utf8), file: "models/r.json") }

  private func errors(_ text: String) -> [String] {
    do {
      _ = try parse(text)
      return []
    } catch {
      return (error as? FacetError)?.diagnostics.map { "\($0.code) \($0.place ?? "")" } ?? []
    }
  }

  @Test func shapesAndConstantsAreRead() throws {
    let recipe = try parse(
      """
      { "version": 1, "input": { "width": 8, "height": 8, "layout": "nhwc" },
        "shapes": { "image:0": [1, 8, 8, 3] },
        "constants": { "threshold": 0.5, "sizes": [320, 240], "grid": [[1, 2, 3], [4, 5, 6]], "anchors": "anchors.npy" } }
      """)
    #expect(recipe.shapes == ["image:0": [1, 8, 8, 3]] && recipe.input?.layout == .nhwc)
    #expect(recipe.constants["threshold"] == .numbers(shape: [], [0.5]))
    #expect(recipe.constants["sizes"] == .numbers(shape: [2], [320, 240]))
    #expect(recipe.constants["grid"] == .numbers(shape: [2, 3], [1, 2, 3, 4, 5, 6]))
    #expect(recipe.constants["anchors"] == .file("anchors.npy") && recipe.resolve("anchors.npy") == "models/anchors.npy")
  }

  static let faults: [(text: String, errors: [String])] = [
    (#"{"version": 1, "shapes": {"x": [1, 0]}}"#, ["recipe.range line 1, column 36: shapes.x[1]"]),
    (#"{"version": 1, "shapes": {"x": []}}"#, ["recipe.type line 1, column 32: shapes.x"]),
    (#"{"version": 1, "shapes": {"x": "1x3"}}"#, ["recipe.type line 1, column 32: shapes.x"]),
    (#"{"version": 1, "shapes": [1]}"#, ["recipe.type line 1, column 26: shapes"]),
    (#"{"version": 1, "constants": {"x": []}}"#, ["recipe.constant line 1, column 35: constants.x"]),
    (#"{"version": 1, "constants": {"x": [[1, 2], [3]]}}"#, ["recipe.constant line 1, column 44: constants.x[1]"]),
    (#"{"version": 1, "constants": {"x": [1, "y"]}}"#, ["recipe.type line 1, column 39: constants.x[1]"]),
    (
      #"{"version": 1, "constants": {"x": [[[[[[[[[1]]]]]]]]]}}"#,
      ["recipe.constant line 1, column 43: constants.x[0][0][0][0][0][0][0][0]"]
    ),
    (
      #"{"version": 1, "constants": {"x": true, "y": ""}}"#,
      [
        "recipe.type line 1, column 35: constants.x", "recipe.string line 1, column 46: constants.y",
      ]
    ),
    (#"{"version": 1, "input": {"width": 8, "height": 8, "layout": "nhcw"}}"#, ["recipe.choice line 1, column 61: input.layout"]),
    (#"{"version": 1, "// note": 3}"#, ["recipe.type line 1, column 27: '// note'"]),
  ]

  @Test(arguments: faults) func whatIsWrongIsNamed(_ text: String, _ expected: [String]) { #expect(errors(text) == expected) }

  @Test func commentsStandInEveryObjectAndMayRepeat() throws {
    let recipe = try parse(
      """
      { "//": "a", "//": "b", "version": 1, "input": { "// width": "c", "width": 8, "height": 8 },
        "shapes": { "//": "d" }, "constants": { "//": "e" },
        "attributes": { "// age": "f", "age": { "//": "g", "budget": { "//": "h", "agreement": 97 } } } }
      """)
    #expect(recipe.attributes.map(\.name) == ["age"] && recipe.shapes.isEmpty && recipe.constants.isEmpty)
  }

  @Test func optionsGoBeforeTheRecipeAndSurviveTheProvenance() throws {
    let options = ModelOptions(
      outputs: ["a", "b"], shapes: ["x": [1, 3]], constants: ["k": .numbers(shape: [], [2]), "m": .numbers(shape: [1, 2], [0.5, 1])])
    let json =
      #"{"outputs": ["a", "b"], "shapes": {"x": [1, 3]}, "constants": {"k": {"shape": [], "numbers": [2]}, "#
      + #""m": {"shape": [1, 2], "numbers": [0.5, 1]}, "f": {"file": "f.npy", "sha256": ""}, "bad": {"shape": [3], "numbers": [1]}}}"#
    #expect(ModelOptions(Provenance("{\"options\": \(json)}").options) == options)
    let other = ModelOptions(shapes: ["x": [9], "y": [2]]).completed(by: options)
    #expect(other.outputs == ["a", "b"] && other.shapes == ["x": [9], "y": [2]] && other.constants == options.constants)
  }
}
