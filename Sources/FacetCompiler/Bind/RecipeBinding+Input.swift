import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRecipe

/// The one input that changes from sample to sample.
extension RecipeBinding {
  /// Turns an input in NHWC into one in NCHW, as all bundles take it, where the recipe says how pixels become numbers.
  static func input(_ graph: inout Graph, _ recipe: Recipe?, file: String, problems: inout [Diagnostic]) -> InputInterface {
    guard graph.inputs.count == 1, let value = graph.inputs.first else {
      problems.append(inputCount(graph, recipe, file: file))
      return InputInterface(name: "", pixels: nil)
    }
    let name = graph[value].name
    if let fault = nameFault(name, maximum: InputRecord.maximumNameBytes) {
      problems.append(
        Diagnostic(
          code: CompileErrorCode.inputName, file: file, place: "input '\(name.prefix(60))'", message: "Its name \(fault).",
          remedy: "Rename the input in the model, and export it again."))
    }
    if graph.shape(value).elementCount > InputRecord.maximumElements {
      problems.append(
        Diagnostic(
          code: CompileErrorCode.inputSize, file: file, place: "input '\(name.prefix(60))'",
          message: "Its shape \(graph.shape(value)) has more than \(InputRecord.maximumElements) elements.",
          remedy: "Export the model for a smaller input."))
    }
    guard let recipe, let input = recipe.input else { return InputInterface(name: name, pixels: nil) }
    if let wanted = input.name, wanted != name {
      problems.append(
        Diagnostic(
          code: RecipeErrorCode.input, file: recipe.file, place: "input.name",
          message: "The model's input is called '\(name)', not '\(wanted)'.",
          remedy: "Write \"name\": \"\(name)\"."))
    }
    let channels = input.color.channels
    let nchw = [1, channels, input.height, input.width]
    let nhwc = [1, input.height, input.width, channels]
    if input.layout != .nhwc, graph.shape(value) == nchw {
      // As bundles have it.
    } else if input.layout != .nchw, graph.shape(value) == nhwc {
      takeNCHW(&graph, value, nchw)
    } else {
      problems.append(shapeMismatch(graph.shape(value), input, recipe, name))
    }
    return InputInterface(
      name: name,
      pixels: PixelInterface(
        colorOrder: input.color.order.rawValue, resizeRule: input.resize.rule.rawValue, fill: UInt32(input.fill), scale: input.scale,
        mean: input.mean, std: input.std, meanImage: meanImage(input, recipe, problems: &problems)))
  }

  /// Puts a Transpose behind a new input; it mostly meets the model's own, and both go.
  private static func takeNCHW(_ graph: inout Graph, _ old: ValueID, _ shape: [Int]) {
    let name = graph[old].name
    let new = graph.addValue(name: name, shape: shape)
    graph[old].name = name + ".nhwc"
    graph.inputs = [new]
    graph.nodes.insert(Node(name: name + ".nhwc", op: Transpose(permutation: [0, 2, 3, 1]), inputs: [new], output: old), at: 0)
  }

  private static func shapeMismatch(_ found: [Int], _ input: Recipe.Input, _ recipe: Recipe, _ name: String) -> Diagnostic {
    let channels = input.color.channels
    let says =
      input.layout == .nhwc
      ? "[1, \(input.height), \(input.width), \(channels)] (batch, height, width, channels)"
      : "[1, \(channels), \(input.height), \(input.width)] (batch, channels, height, width)"
    return Diagnostic(
      code: RecipeErrorCode.input, file: recipe.file, place: "input",
      message: "The model's input '\(name)' has shape \(found), the recipe says \(says).",
      remedy: "Correct width, height, color or layout in the recipe.")
  }

  private static func inputCount(_ graph: Graph, _ recipe: Recipe?, file: String) -> Diagnostic {
    let inputs = graph.inputs.map { (name: graph[$0].name, shape: graph.shape($0)) }
    guard !inputs.isEmpty else {
      return Diagnostic(
        code: CompileErrorCode.inputs, file: file, message: "No output depends on an input.",
        remedy: "Leave the image out of the constants, or name outputs that depend on it.")
    }
    let listed = inputs.prefix(16).map { "'\($0.name)' \($0.shape)" }.joined(separator: ", ") + (inputs.count > 16 ? ", …" : "")
    let image = recipe?.input?.name ?? inputs.first { ImageGuess($0.shape) != nil }?.name ?? inputs[0].name
    let others = inputs.filter { $0.name != image }.prefix(4)
    let entries = others.map { "\(jsonString($0.name)): \($0.shape.elementCount == 1 ? "0.5" : "\"values.npy\"")" }
    let option = others.first.map { "--constant \(jsonString($0.name).dropFirst().dropLast())=FILE.npy" } ?? ""
    return Diagnostic(
      code: CompileErrorCode.inputs, file: file, message: "The model has \(inputs.count) inputs: \(listed).",
      remedy: "One may change from image to image, here perhaps '\(image)'. Give the others as constants: \(option), or in the recipe "
        + "\"constants\": {\(entries.joined(separator: ", "))} with the numbers that they always have. Vectors that change with each image "
        + "are not supported: export the model without them.")
  }
}
