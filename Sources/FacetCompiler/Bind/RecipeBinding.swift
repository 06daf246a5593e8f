import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetQuantization
import FacetRecipe

/// What the recipe says, compared with what the model has.
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
          var spec = attribute
          let value = slice(&graph, output.value, attribute, recipe, &problems)
          // One error is enough of channels that there are not.
          if value == nil { (spec.labels, spec.value) = ([], nil) }
          outputs.append(GraphOutput(name: attribute.name, value: value ?? output.value))
          specs.append(spec)
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

  /// The part of an output that an attribute is; nil, and reported, where there is no such part.
  private static func slice(
    _ graph: inout Graph, _ value: ValueID, _ attribute: Recipe.Attribute, _ recipe: Recipe, _ problems: inout [Diagnostic]
  ) -> ValueID? {
    guard let channels = attribute.channels else { return value }
    let shape = graph.shape(value)
    let axis = shape.count > 1 ? 1 : 0
    guard !shape.isEmpty, channels.count <= shape[axis], channels.first <= shape[axis] - channels.count else {
      problems.append(
        Diagnostic(
          code: RecipeErrorCode.channels, file: recipe.file, place: "attributes.\(attribute.name).channels",
          message: "They are \(channels.count) from \(channels.first) on, but output '\(attribute.output)' of shape \(shape) gives "
            + "\(plural(shape.isEmpty ? 1 : shape[axis], "score")).",
          remedy: "Give the first, counted from 0, and how many."))
      return nil
    }
    if channels.count == shape[axis] { return value }
    var starts = shape.map { _ in 0 }
    var sizes = shape
    (starts[axis], sizes[axis]) = (channels.first, channels.count)
    let part = Slice(starts: starts, sizes: sizes, steps: shape.map { _ in 1 })
    guard let result = try? graph.addNode(name: "\(attribute.output)[\(channels.first)+\(channels.count)]", part, [value]) else {
      preconditionFailure("a slice within its tensor has a shape")
    }
    return result
  }

  /// What one number is made of: one score, or one for each bin.
  private static func checkValue(
    _ value: Recipe.Value, _ shape: [Int], _ confidence: ConfidenceRule, _ spec: Recipe.Attribute, _ recipe: Recipe,
    _ problems: inout [Diagnostic]
  ) {
    func problem(_ message: String, _ remedy: String) {
      problems.append(
        Diagnostic(
          code: RecipeErrorCode.value, file: recipe.file, place: "attributes.\(spec.name).value", message: message, remedy: remedy))
    }
    let scores = shape.elementCount
    guard let bins = value.bins else {
      if scores != 1 {
        problem(
          "It is made of one score, but \(spec.source) of shape \(shape) gives \(scores).",
          "Take one with \"channels\": [FIRST, 1], or give \"bins\" for an expected value.")
      }
      return
    }
    if case .numbers(let numbers) = bins, numbers.count != scores {
      problem(
        "There are \(numbers.count) bins, but \(spec.source) of shape \(shape) gives \(plural(scores, "score")).",
        "Give one for each score, in their order.")
    } else if scores < 2 || (shape.count > 1 ? shape[1] : scores) != scores {
      problem(
        "An expected value is made of one row of scores, but \(spec.source) has shape \(shape).",
        "Take a part of it with \"channels\", or another output.")
      return
    }
    if confidence == .none {
      problem(
        "An expected value needs confidences, and \"confidence\" is none.", "Write softmax, or probabilities where the model ends in one.")
    }
  }

  /// An attribute that has labels has one for each class: the scores along axis 1. One score is the positive class of two: it takes both
  /// labels, the negative first, or that of the positive alone.
  static func checkLabels(_ graph: Graph, _ specs: [Recipe.Attribute?], _ recipe: Recipe?, problems: inout [Diagnostic]) {
    for (output, spec) in zip(graph.outputs, specs) {
      guard let recipe, let spec else { continue }
      let shape = graph.shape(output.value)
      let classes = shape.count > 1 ? shape[1] : shape.elementCount
      let isOne = shape.elementCount == 1
      func problem(_ key: String, _ message: String, _ remedy: String) {
        problems.append(
          Diagnostic(
            code: RecipeErrorCode.labels, file: recipe.file, place: "attributes.\(spec.name).\(key)", message: message, remedy: remedy))
      }
      if isOne, spec.confidence == .softmax {
        problem(
          "confidence", "\(spec.source(atStart: true)) gives one score, and the softmax of one score is always 100 %.",
          "Write \"sigmoid\" where the score is a logit, \"probabilities\" where it is a probability already.")
      }
      if let value = spec.value {
        checkValue(value, shape, confidence(graph, output, spec), spec, recipe, &problems)
        continue
      }
      guard !spec.labels.isEmpty else { continue }
      if isOne, spec.confidence == Recipe.Confidence.none {
        problem(
          "labels", "\(spec.source(atStart: true)) gives one score, and its \"confidence\" is none: a number has no labels.",
          "Leave the labels out, or write the confidence: sigmoid of a logit, probabilities of a probability.")
      }
      if isOne, spec.labels != ["0", "1"], let number = spec.labels.first(where: { ["-1", "0", "1"].contains($0) }) {
        problem(
          "labels", "The label '\(number)' could also mean a class by its number, which is 0 for the negative and 1 for the positive.",
          "Write words such as [\"no\", \"yes\"], or [\"0\", \"1\"], or leave the labels out.")
      }
      if isOne ? spec.labels.count <= 2 : spec.labels.count == classes { continue }
      problem(
        "labels",
        "There \(spec.labels.count == 1 ? "is" : "are") \(plural(spec.labels.count, "label")), but \(spec.source) of shape \(shape) gives \(plural(classes, "score")).",
        isOne
          ? "One score takes two labels, [negative, positive], or one, the positive's." : "List one label for each score, in their order.")
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
    let shape = graph.shape(output.value)
    return AttributeInterface(
      name: output.name, labels: labels(spec?.labels ?? [], scores: shape.elementCount), confidence: confidence(graph, output, spec),
      threshold: spec?.threshold.map(Float.init) ?? .nan, shape: shape,
      value: spec?.value.map { ValueInterface($0, scores: shape.elementCount) })
  }

  /// What the recipe says, or what fits the operator that the output comes from.
  private static func confidence(_ graph: Graph, _ output: GraphOutput, _ spec: Recipe.Attribute?) -> ConfidenceRule {
    switch spec?.confidence {
    case .softmax?: return .softmax
    case .sigmoid?: return .sigmoid
    case .probabilities?: return .identity
    case .none?: return .none
    case nil: break
    }
    var producer = graph.nodes.last { $0.output == output.value }
    // A rounding, or the part of an output.
    while let node = producer, node.fakeQuantization != nil || node.op is Slice {
      producer = graph.nodes.last { $0.output == node.inputs[0] }
    }
    let isOne = graph.shape(output.value).elementCount == 1
    let isSigmoid = (producer?.op as? Unary)?.function == .sigmoid
    // What has its place in a softmax is a probability; what is one number by itself need not be.
    if spec?.value != nil, isOne { return .none }
    if producer?.op is Softmax || isSigmoid { return .identity }
    if spec?.value?.bins != nil { return .softmax }
    return spec?.labels.isEmpty == false ? (isOne ? .sigmoid : .softmax) : .none
  }

  /// One for each class: of one score the negative first, which is called after the positive where that alone has a label.
  private static func labels(_ given: [String], scores: Int) -> [String] {
    scores == 1 && given.count == 1 ? [Recipe.Attribute.opposite(of: given[0]), given[0]] : given
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

extension Recipe.Attribute {
  /// What it reads, for messages.
  fileprivate var source: String {
    (channels.map { "\(plural($0.count, "channel")) from \($0.first) on of " } ?? "") + "output '\(output)'"
  }

  fileprivate func source(atStart: Bool) -> String { source.prefix(1).uppercased() + source.dropFirst() }
}
