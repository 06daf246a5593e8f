import FacetBundle
import FacetFiles
import FacetFormat
import FacetImport
import FacetQuantization
import FacetRecipe
import FacetRuntime

extension Provenance {
  /// Of a bundle that is compiled.
  init(_ model: PreparedModel, _ request: CompileRequest, calibration: Calibration?, precisions: [String: ResultPrecision] = [:]) {
    self.init()
    self.precisions = Self.precisions(precisions, beyond: model)
    version = Compiler.version
    precision = request.precision.rawValue
    if request.effort != .normal, request.precision == .int8 { effort = request.effort.rawValue }
    if request.precision == .int8 { ranges = request.ranges?.rawValue }
    target = request.target.name
    models = model.sources.map { Model($0) }
    isMerged = models.count > 1
    if isMerged {
      // Where each model has one attribute, in their order, that goes without saying.
      if model.outputModels != Array(model.sources.indices) {
        for index in models.indices { models[index].attributes = model.attributeNames(ofModel: index) }
      }
      mergeTolerance = request.mergeTolerance
    }
    recipe = model.recipe.map { RecipeText($0) }
    self.calibration = calibration.map { CalibrationData($0) }
    options = Options(request.options, model.recipe)
    stopAfter = request.stopAfter
    profiles = Dictionary(request.profiles.map { ($0.name, $0.attributes) }, uniquingKeysWith: { $1 })
  }
}

extension Provenance {
  static func precisions(_ precisions: [String: ResultPrecision], beyond model: PreparedModel) -> [String: String] {
    let said = model.precisions
    return precisions.filter { said[$0.key] != $0.value }.mapValues(\.rawValue)
  }
}

extension PreparedModel {
  /// Of the operators of a bundle that was compiled of this model, perhaps with replaced branches.
  func precisions(of bundle: Bundle) -> [String: ResultPrecision] {
    let provenance = bundle.provenance
    var result = precisions
    for found in [provenance.precisions] + provenance.replaced.map(\.precisions) {
      // What a later version says is not known here; int8 is none of them.
      for (name, precision) in found { result[name] = ResultPrecision(rawValue: precision) }
    }
    return result
  }
}

extension Provenance.Replaced {
  /// - Parameter parent: SHA-256 of the bundle that the branch is replaced in.
  init(branch: String, parent: String, _ model: PreparedModel, recipe: Recipe?, calibration: Calibration?) {
    self.init()
    self.branch = branch
    self.parent = parent
    version = Compiler.version
    self.model = Provenance.Model(model.source)
    self.calibration = calibration.map { Provenance.CalibrationData($0) }
    self.recipe = recipe.map { Provenance.RecipeText($0) }
  }
}

extension Provenance.Model {
  fileprivate init(_ source: ModelSource) {
    self.init()
    name = FileName.shown(source.file.split(separator: "/").last.map(String.init) ?? source.file)
    format = source.format
    producer = source.producer
    operatorSet = source.operatorSet
    sha256 = fileHash(source.file)
  }
}

extension Provenance.RecipeText {
  fileprivate init(_ recipe: Recipe) {
    self.init()
    sha256 = String(decoding: recipe.text.withUnsafeBytes { SHA256.hash($0) }.hexadecimal, as: UTF8.self)
    text = String(decoding: recipe.text, as: UTF8.self)
  }
}

extension Provenance.CalibrationData {
  fileprivate init(_ calibration: Calibration) {
    self.init()
    samples = calibration.sampleCount
    sha256 = String(decoding: calibration.hash.hexadecimal, as: UTF8.self)
  }
}

extension Provenance.Options {
  /// With the files of the recipe's constants. Of a file the name and the hash.
  fileprivate init(_ options: ModelOptions, _ recipe: Recipe?) {
    self.init()
    outputs = options.outputs
    shapes = options.shapes
    func file(_ path: String) -> Constant { .file(name: path.split(separator: "/").last.map(String.init) ?? path, sha256: fileHash(path)) }
    for (name, constant) in recipe?.constants ?? [:] {
      if case .file(let path) = constant { constants[name] = file(recipe?.resolve(path) ?? path) }
    }
    for (name, constant) in options.constants {
      switch constant {
      case .numbers(let shape, let elements): constants[name] = .numbers(shape: shape, elements.map(Double.init))
      case .file(let path): constants[name] = file(path)
      }
    }
  }
}
