import FacetFormat
import FacetRecipe
import FacetRuntime

extension Bundle {
  package var provenance: Provenance { Provenance(provenanceText) }

  /// The provenance section as text; empty where there is none.
  package var provenanceText: String { content(.provenance)?.text ?? "" }

  /// The options about the model that the bundle was compiled with. Files of constants are not there any more.
  package var embeddedOptions: ModelOptions { ModelOptions(provenance.options) }

  /// A recipe whose text the bundle carries. The mean image that it names is the bundle's own: the file is not there any more.
  func recipe(_ text: String) -> Recipe? {
    var recipe = try? Recipe.parse(Array(text.utf8), file: "recipe of the bundle", isCarried: true)
    guard let input = recipe?.input, input.meanImage != nil else { return recipe }
    let tensor = fragments[0].tensors[Int(self.input.tensor)]
    let step = tensor.type == .int8 ? Double(tensor.scale) : 1
    recipe?.input?.meanImage = .numbers(
      (0..<Int(self.input.means.count / 4)).map { index in
        Double(self.input.means.f32(Int64(index) * 4) ?? 0) * step * input.std[index % input.std.count]
      })
    return recipe
  }

  /// The recipe that the bundle was made with, where its provenance carries the text.
  package var embeddedRecipe: Recipe? { provenance.recipe.flatMap { recipe($0.text) } }
}

extension ModelOptions {
  package init(_ said: Provenance.Options) {
    self.init(outputs: said.outputs, shapes: said.shapes)
    for case (let name, .numbers(let shape, let numbers)) in said.constants {
      guard shape.allSatisfy({ $0 > 0 && $0 <= numbers.count }), shape.count <= 8, shape.isEmpty || numbers.count <= 1 << 24 else {
        continue
      }
      var count = 1
      for size in shape { count = count.multipliedReportingOverflow(by: size).partialValue }
      if count == numbers.count { constants[name] = .numbers(shape: shape, numbers.map { Float($0) }) }
    }
  }
}
