import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetPasses
import FacetRecipe

/// Several models as one network: put side by side on one input, with what they share from there on computed once.
///
/// One model is taken as it is, but for what it computes twice itself.
struct MergedModels {
  /// The network of all. Outputs keep their names; one that several models have is called after its model, `age.scores`.
  var model: ImportedModel
  /// In the order in which they were given.
  var sources: [ModelSource]
  var names: [String]
  /// For each model, the names of its outputs: its own, and that in the merged network.
  var outputs: [[(own: String, merged: String)]]
  /// For each model, what its input is called there.
  var inputNames: [String]

  /// - Throws: all models whose inputs differ from the first one's, at once.
  init(_ given: consuming [ImportedModel]) throws(FacetError) {
    var models = given
    sources = models.map(\.source)
    names = ModelNames.names(of: sources.map(\.file))
    inputNames = models.map { model in model.graph.inputs.first.map { model.graph[$0].name } ?? "" }
    let shared = Self.sharedNames(models)
    outputs = zip(models, names).map { model, name in
      model.graph.outputs.map { (own: $0.name, merged: shared.contains($0.name) ? "\(name).\($0.name)" : $0.name) }
    }
    guard models.count > 1 else {
      model = models.removeFirst()
      model.graph.merge(ValueNumbering(model.graph))
      return
    }
    try Self.check(models, merged: outputs.flatMap { $0 })
    var graph = Graph.union(zip(names, models).map { (name: $0, graph: $1.graph) })
    for (index, output) in outputs.joined().enumerated() { graph.outputs[index].name = output.merged }
    graph.merge(ValueNumbering(graph))
    let first = models[0].source
    let types = models.map(\.integerInputs)
    model = ImportedModel(
      graph: graph,
      source: ModelSource(
        file: sources.map(\.file).joined(separator: ", "), fileSize: sources.reduce(0) { $0 + $1.fileSize }, format: first.format,
        operatorSet: first.operatorSet, producer: first.producer, name: first.name),
      notes: models.flatMap { model in model.notes.map { "\(model.source.file): \($0)" } })
    // They share the first one's input.
    model.integerInputs = types[0]
  }

  /// Output names that more than one model has.
  private static func sharedNames(_ models: [ImportedModel]) -> Set<String> {
    var seen: Set<String> = []
    var shared: Set<String> = []
    for model in models {
      for output in model.graph.outputs where !seen.insert(output.name).inserted { shared.insert(output.name) }
    }
    return shared
  }

  private static func check(_ models: [ImportedModel], merged: [(own: String, merged: String)]) throws(FacetError) {
    var problems: [Diagnostic] = []
    for model in models where model.graph.inputs.count != 1 {
      problems.append(
        Diagnostic(
          code: CompileErrorCode.inputs, file: model.source.file,
          message:
            "The model has \(model.graph.inputs.count) inputs: \(model.graph.inputs.map { model.graph[$0].name }.joined(separator: ", ")).",
          remedy: "Models that are merged have one input each; export it with one."))
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    let first = models[0].graph
    let shape = first.shape(first.inputs[0])
    for model in models.dropFirst() where model.graph.shape(model.graph.inputs[0]) != shape {
      let input = model.graph.inputs[0]
      problems.append(
        Diagnostic(
          code: MergeErrorCode.input, file: model.source.file, place: "input '\(model.graph[input].name)'",
          message: "It has shape \(model.graph.shape(input)), and the input '\(first[first.inputs[0]].name)' of '\(models[0].source.file)' "
            + "has shape \(shape).",
          remedy: "Merged models look at one image: export all for the same input, or compile them separately."))
    }
    var names: Set<String> = []
    for output in merged where !names.insert(output.merged).inserted {
      problems.append(
        Diagnostic(
          code: MergeErrorCode.outputName, file: models[0].source.file, place: "output '\(output.merged)'",
          message: "Two outputs of the merged network have this name.", remedy: "Rename one of the model files, or the output."))
    }
    if !problems.isEmpty { throw FacetError(problems) }
  }
}

extension MergedModels {
  /// More than a bundle has attributes for.
  private static let maximumCount = 64

  /// For each output of a network that was made of this one, the index of its model.
  ///
  /// - Parameter specs: the recipe's entry for each output; where there is none, the output has kept its name.
  func models(of graph: Graph, _ specs: [Recipe.Attribute?]) -> [Int] {
    zip(graph.outputs, specs).map { output, spec in
      let name = spec?.output ?? output.name
      return outputs.firstIndex { $0.contains { $0.merged == name } } ?? 0
    }
  }

  /// Reads all models of a request.
  ///
  /// - Throws: what stands in the way of any of them, at once.
  static func reading(
    _ paths: [String], recipes: [Recipe] = [], options: ModelOptions = ModelOptions()
  ) throws(FacetError) -> MergedModels {
    guard !paths.isEmpty else {
      throw FacetError([
        Diagnostic(code: CompileErrorCode.models, file: "-", message: "No model was given.", remedy: "Name one or several model files.")
      ])
    }
    guard paths.count <= maximumCount else {
      throw FacetError([
        Diagnostic(
          code: CompileErrorCode.models, file: paths[maximumCount],
          message: "\(paths.count) models were given; at most \(maximumCount) can be merged.",
          remedy: "A bundle holds 64 attributes: make several bundles.")
      ])
    }
    if let (index, first) = ModelNames.repeated(in: paths) {
      throw FacetError([
        Diagnostic(
          code: MergeErrorCode.repeated, file: paths[index],
          message: "This file is given twice\(paths[index] == paths[first] ? "" : ", also as '\(paths[first])'").",
          remedy: "Give each model once.")
      ])
    }
    var models: [ImportedModel] = []
    var problems: [Diagnostic] = []
    for (index, path) in paths.enumerated() {
      do {
        models.append(
          try options.importModel(
            path, recipe: recipes.count == paths.count ? recipes[index] : nil, shared: recipes.count == paths.count ? nil : recipes.first,
            isOneOfSeveral: paths.count > 1))
      } catch {
        problems += error.diagnostics
      }
    }
    if !problems.isEmpty { throw FacetError(problems) }
    // Each name is of one model at least, and those of a model's own recipe are of that one.
    var unknown = models.dropFirst().reduce(models[0].unknownNames) { $0.intersection($1.unknownNames) }
    if recipes.count == paths.count {
      for (model, recipe) in zip(models, recipes) {
        let own = Set(recipe.shapes.keys).union(recipe.constants.keys).union(options.outputs == nil ? recipe.attributes.map(\.output) : [])
        unknown.formUnion(model.unknownNames.intersection(own))
      }
    }
    if !unknown.isEmpty {
      throw FacetError(
        unknown.sorted().map { name in
          Diagnostic(
            code: ImportErrorCode.unknownOutput, file: paths.joined(separator: ", "), place: "value '\(name)'",
            message: "None of the models has an input or value of this name, which the command or a recipe gives.",
            remedy: "'facet inspect MODEL' shows the names of each.")
        })
    }
    return try MergedModels(models)
  }
}
