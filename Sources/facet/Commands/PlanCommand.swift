import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetEvaluation
import FacetRecipe
import FacetRuntime
import FacetVerification

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show trunk, forks and branches of models or of a bundle, and what each costs.",
    discussion: """
      For several models, the plan of the merged network, compared with what the models cost separately. No calibration data is needed. Times \
      are modelled for one core of the board, by rates of the kernels that would run there: fitted to times or to counted instructions. \
      'facet benchmark' measures, --costs shows what it wrote beside the model, and --rates takes the rates that 'facet targets --fit' made of it.
      """)

  @Argument(help: "ONNX files, or one bundle.", completion: .file(extensions: ["onnx", "facet"])) var files: [String]
  @Option(
    help: ArgumentHelp(
      "What the models' outputs are called. Once for all models, or once for each, in their order.", valueName: "recipe.json"),
    completion: .recipes)
  var recipe: [String] = []
  @OptionGroup var modelFile: ModelFileOptions
  @Option(
    help: ArgumentHelp("The board whose time is modelled. Default: the bundle's, or x86-64-vnni.", valueName: "name"),
    completion: .targets)
  var target: String?
  @Option(help: ArgumentHelp("Share nearly equal weights, as compile does.", valueName: "x")) var mergeTolerance: Double?
  @Option(
    help: ArgumentHelp("Write a picture of the tree: bars are as long as the modelled time.", valueName: "file.svg"),
    completion: .file(extensions: ["svg"])) var svg: String?
  @Option(
    help: ArgumentHelp(
      "For a bundle: show times that 'benchmark --write-costs' measured instead of modelled ones.", valueName: "costs.json"),
    completion: .recipes)
  var costs: String?
  @Option(
    help: ArgumentHelp(
      "Rates of kernels on your machine, as 'targets --fit' wrote them, instead of the target's.", valueName: "rates.json"),
    completion: .recipes)
  var rates: String?
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json, without: svg == nil ? "--svg" : nil)
    if let target { try validate(target: target) }
    if let mergeTolerance {
      guard files.count > 1 else { throw ValidationError("--merge-tolerance needs several models.") }
      guard (0...1).contains(mergeTolerance) else { throw ValidationError("--merge-tolerance is from 0 to 1.") }
    }
    guard costs == nil || isOfBundle else { throw ValidationError("--costs is for a bundle: models have not been measured.") }
    guard try (recipe.isEmpty && modelFile.options == ModelOptions()) || !isOfBundle else {
      throw ValidationError("--recipe, --outputs, --shape and --constant are for models: a bundle has its names and sizes.")
    }
  }

  func run() throws {
    try Console.reporting(json: json, quiet: quiet.isOn) {
      if let svg { try OutputFile.check(svg, notOneOf: files + recipe + [costs, rates].compactMap(\.self)) }
      let report = try report()
      let picture = svg.map { (path: $0, bytes: Array(PlanPicture(report).text.utf8)) }
      try Console.finish(
        json ? Console.json(report) : PlanText(report).text, writing: [picture].compactMap(\.self),
        warnings: report.warnings, notes: report.notes)
    }
  }

  private var isOfBundle: Bool { files.count == 1 && BundleFile.isBundle(files[0]) }

  private func report() throws -> PlanReport {
    let loaded = try rates.map { (model: try CostModel.load($0), file: $0) }
    let rates = loaded?.model
    if isOfBundle {
      let measured = try costs.map { (measured: try MeasuredCosts.load($0), file: $0) }
      let bundle = try BundleFile(files[0]).bundle
      // An unknown target of the bundle is refused by the plan.
      if let loaded, let board = try? Target.named(target ?? bundle.provenance.target) {
        try TargetTimes.check(loaded.model, of: board, file: loaded.file)
      }
      return try Compiler.plan(
        bundle, file: files[0], target: target.map { try Target.named($0) }, costs: measured, rates: rates)
    }
    var request = try CompileRequest(
      models: files, recipes: Recipe.load(recipe), options: modelFile.options, target: Target.named(target ?? Target.defaultName),
      mergeTolerance: mergeTolerance ?? 0)
    if let loaded { try TargetTimes.check(loaded.model, of: request.target, file: loaded.file) }
    request.rates = rates
    return try Compiler.plan(request)
  }
}
