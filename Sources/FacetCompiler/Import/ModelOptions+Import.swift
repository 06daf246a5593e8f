import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetRecipe
import Glibc

extension ModelOptions {
  /// Reads a model as the options and the recipe say.
  ///
  /// - Parameters:
  ///   - recipe: of this model.
  ///   - shared: of several models, in place of one of its own: which of its outputs are this model's is not known here, so the model's
  ///     declared ones are read.
  ///   - isOneOfSeveral: names may be those of another model.
  package func importModel(
    _ path: String, recipe: Recipe?, shared: Recipe? = nil, isOneOfSeveral: Bool = false
  ) throws(FacetError) -> ImportedModel {
    let common = recipe ?? shared
    var importing = ImportOptions(
      inputShapes: (common?.shapes ?? [:]).merging(shapes) { $1 }, constants: try tensors(common), image: common?.input?.size,
      outputs: outputs)
    importing.isOneOfSeveral = isOneOfSeveral
    if outputs == nil, let recipe, !recipe.attributes.isEmpty {
      // Several attributes may be parts of one.
      var named: Set<String> = []
      importing.outputs = recipe.attributes.map(\.output).filter { named.insert($0).inserted }
      importing.outputsOrigin = recipe.file
    }
    // The file and its weights, once each at the least.
    var status = stat()
    if FileName.withBytes(path, { stat($0, &status) }) == 0 {
      try AvailableMemory.check(Int(status.st_size) * 2, for: "reading the model", file: path)
    }
    importing.memory = AvailableMemory.now()?.bytes ?? .max
    return try FacetImport.importModel(path: path, options: importing)
  }

  /// Reads of a model what can be read, as these options say.
  func importPart(_ path: String) throws(FacetError) -> (model: ImportedModel, failure: FacetError?) {
    let importing = ImportOptions(inputShapes: shapes, constants: try tensors(nil), outputs: outputs)
    return try importModelPart(path: path, options: importing)
  }

  /// The constants' numbers; every file that cannot be read is told.
  private func tensors(_ recipe: Recipe?) throws(FacetError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    var problems: [Diagnostic] = []
    for (name, constant) in (recipe?.constants ?? [:]).merging(constants, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
      switch constant {
      case .numbers(let shape, let elements): result[name] = Tensor(shape: shape, elements: elements)
      case .file(let file):
        do {
          let isOption = constants[name] != nil
          result[name] = try Tensor(constant: isOption ? file : recipe?.resolve(file) ?? file)
        } catch {
          var problem = error.diagnostics[0]
          problem.remedy += " It is the constant '\(name)': name its file with --constant \(name)=FILE.npy, or in the recipe."
          problems.append(problem)
        }
      }
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    return result
  }
}

extension Recipe.Input {
  /// For inputs whose sizes the model leaves open.
  fileprivate var size: ImageSize { ImageSize(name: name, channels: color.channels, height: height, width: width) }
}
