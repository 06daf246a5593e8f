import FacetFormat
import FacetIR
import FacetImport

/// What the recipe says, held against what the model has.
enum RecipeBinding {
  /// Keeps the outputs that the recipe names as attributes (all where it names none), in the model's order, under the attributes' names.
  ///
  /// - Returns: the recipe's entry for each remaining output.
  static func selectOutputs(
    _ graph: inout Graph, _ recipe: Recipe?, file: String, notes: inout [String], problems: inout [Diagnostic]
  ) -> [Recipe.Attribute?] {
    var specs: [Recipe.Attribute?] = []
    if let recipe, !recipe.attributes.isEmpty {
      let names = graph.outputs.map(\.name)
      for attribute in recipe.attributes where !names.contains(attribute.output) {
        problems.append(
          Diagnostic(
            code: RecipeErrorCode.output, file: recipe.file, place: "attributes.\(attribute.name)",
            message: "The model has no output '\(attribute.output)'.",
            remedy: [didYouMean(attribute.output, among: names), "Its outputs are: \(names.joined(separator: ", "))."]
              .filter { !$0.isEmpty }.joined(separator: " ")))
      }
      var outputs: [GraphOutput] = []
      for output in graph.outputs {
        let matching = recipe.attributes.filter { $0.output == output.name }
        if matching.isEmpty { notes.append("Output '\(output.name)' is left out: no attribute of the recipe names it.") }
        for attribute in matching {
          outputs.append(GraphOutput(name: attribute.name, value: output.value))
          specs.append(attribute)
        }
      }
      graph.outputs = outputs
      graph.removeDeadNodes()
    } else {
      specs = graph.outputs.map { _ in nil }
      for output in graph.outputs {
        guard let fault = nameFault(output.name, maximum: AttributeRecord.maximumNameBytes) else { continue }
        problems.append(
          Diagnostic(
            code: CompileErrorCode.outputName, file: file, place: "output '\(output.name.prefix(60))'", message: "Its name \(fault).",
            remedy: "Rename the output in the model, and export it again."))
      }
    }
    if graph.outputs.count > BundleFormat.maximumAttributes {
      problems.append(
        Diagnostic(
          code: CompileErrorCode.attributes, file: file,
          message: "The model has \(graph.outputs.count) outputs; a bundle holds at most 64.",
          remedy: "Name the ones to keep as attributes in a recipe."))
    }
    return specs
  }

  /// An attribute that has labels has one for each class: the scores along axis 1.
  static func checkLabels(_ graph: Graph, _ specs: [Recipe.Attribute?], _ recipe: Recipe?, problems: inout [Diagnostic]) {
    for (output, spec) in zip(graph.outputs, specs) {
      guard let recipe, let spec, !spec.labels.isEmpty else { continue }
      let shape = graph.shape(output.value)
      let classes = shape.count > 1 ? shape[1] : shape.elementCount
      guard spec.labels.count != classes else { continue }
      problems.append(
        Diagnostic(
          code: RecipeErrorCode.labels, file: recipe.file, place: "attributes.\(spec.name).labels",
          message:
            "There \(spec.labels.count == 1 ? "is" : "are") \(plural(spec.labels.count, "label")), but output '\(spec.output)' of shape \(shape) gives \(plural(classes, "score")).",
          remedy: "List one label for each score, in their order."))
    }
  }

  /// An answer is unsure by its confidence: without one, a threshold would say nothing.
  static func checkThresholds(
    _ attributes: [AttributeInterface], _ specs: [Recipe.Attribute?], _ recipe: Recipe?, problems: inout [Diagnostic]
  ) {
    for (attribute, spec) in zip(attributes, specs) where attribute.confidence == .none {
      guard let recipe, let spec, spec.threshold != nil else { continue }
      problems.append(
        Diagnostic(
          code: RecipeErrorCode.threshold, file: recipe.file, place: "attributes.\(spec.name).threshold",
          message: "A threshold needs a confidence, and there is none: the attribute has no labels, and output '\(spec.output)' is not "
            + "made by softmax or sigmoid.",
          remedy: "Give \"labels\", or \"confidence\" (softmax, sigmoid or probabilities), or remove \"threshold\"."))
    }
  }

  /// Why a bundle cannot hold a name of the model, which may be any bytes; nil where it can.
  static func nameFault(_ name: String, maximum: Int) -> String? {
    if name.utf8.count > maximum { return "is longer than \(maximum) bytes" }
    return name.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "holds a control character" : nil
  }

  static func attribute(_ graph: Graph, _ output: GraphOutput, _ spec: Recipe.Attribute?) -> AttributeInterface {
    var producer = graph.nodes.last { $0.output == output.value }
    if let rounding = producer, rounding.fakeQuantization != nil {
      producer = graph.nodes.last { $0.output == rounding.inputs[0] }
    }
    let confidence: ConfidenceRule =
      switch spec?.confidence {
      case .softmax?: .softmax
      case .sigmoid?: .sigmoid
      case .probabilities?: .identity
      case .none?: .none
      case nil:
        if producer?.op is Softmax || (producer?.op as? Unary)?.function == .sigmoid {
          .identity
        } else {
          spec?.labels.isEmpty == false ? .softmax : .none
        }
      }
    return AttributeInterface(
      name: output.name, labels: spec?.labels ?? [], confidence: confidence, threshold: spec?.threshold.map(Float.init) ?? .nan,
      shape: graph.shape(output.value))
  }
}

extension Recipe.Color {
  var order: ColorOrder {
    switch self {
    case .rgb: .rgb
    case .bgr: .bgr
    case .gray: .gray
    }
  }
}

extension Recipe.Resize {
  var rule: ResizeRule {
    switch self {
    case .stretch: .stretch
    case .crop: .crop
    case .letterbox: .letterbox
    }
  }
}
