import FacetBundle
import FacetCompiler
import FacetFiles
import FacetVerification

/// The operators of a model as people read them.
struct LayerText {
  let layers: [ModelLayer]

  init(_ layers: [ModelLayer]) { self.layers = layers }

  var text: String {
    var table = TextTable(["operator", "value", "shape", "parameters", "MACs", "reads"], left: ["value", "shape", "reads"])
    for layer in layers {
      table.add([
        terminalText(layer.operatorName), terminalText(layer.value) + (layer.canBeOutput ? "" : " *"),
        layer.shape.map(String.init).joined(separator: "x"), counted(layer.parameters), counted(layer.multiplyAccumulates),
        layer.inputs.prefix(4).map(terminalText).joined(separator: " ") + (layer.inputs.count > 4 ? " …" : ""),
      ])
    }
    let steps = layers.contains { !$0.canBeOutput }
    return table.text() + (steps ? "\n\n  * a step within an operator of the file: --outputs does not take its name" : "")
  }
}

extension BundleText {
  /// The instructions, part by part.
  static func layers(_ layers: [InstructionDescription]) -> String {
    var table = TextTable(
      ["part", "operation", "numbers", "input", "output", "parameters", "bytes", "MACs"],
      left: ["operation", "numbers", "input", "output"])
    for layer in layers {
      table.add([
        terminalText(layer.part), layer.operation, layer.isFloat ? "float32" : "int8",
        layer.inputShape.map(String.init).joined(separator: "x"),
        layer.outputShape.map(String.init).joined(separator: "x"), counted(layer.parameters), bytes(layer.parameterBytes),
        counted(layer.multiplyAccumulates),
      ])
    }
    return table.text()
  }
}
