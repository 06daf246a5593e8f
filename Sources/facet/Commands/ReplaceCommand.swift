import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetQuantization
import FacetRecipe
import FacetVerification

struct ReplaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replace", abstract: "Put a newly trained branch into a bundle, and leave everything else in it as it is.",
    discussion: """
      The new model's trunk must be the bundle's, operator by operator and weight by weight; otherwise the error says where they diverge. The branch \
      alone is quantized; all other attributes give the same scores as before, to the byte. 'facet diff OLD NEW --emit DELTA' makes a small \
      file for boards that have the old bundle.
      """)

  @Argument(help: "The bundle.", completion: .bundles) var bundle: String
  @Option(help: ArgumentHelp("The attribute whose branch is replaced.", valueName: "name")) var branch: String
  @Argument(help: "The new model, an ONNX file.", completion: .models) var model: String
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "new.facet"), completion: .bundles) var output: String
  @Option(
    help: ArgumentHelp(
      "How images become the input and what the output means. Default: the recipe in the bundle.", valueName: "recipe.json"),
    completion: .recipes)
  var recipe: String?
  @OptionGroup var modelFile: ModelFileOptions
  @Option(help: ArgumentHelp("Images or tensors to calibrate on. Default: the recipe's, where one is given.", valueName: "data"))
  var calibration: String?
  @OptionGroup var dataOptions: DataOptions
  @Option(help: "How much is tried so that int8 loses less ('facet compile --help'). Default: as when the bundle was compiled.")
  var effort: Effort?
  @Option(help: "How int8 ranges follow from what is measured ('facet compile --help'). Default: as when the bundle was compiled.")
  var ranges: RangeMethod?
  @Option(help: "Threads of the calibration run.") var threads = 1
  @Flag(help: "Exit with status 2 where there is a warning, such as int8 far from float. The bundle is written all the same.")
  var strict = false
  @Flag(help: "Print the report as JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json)
    guard (1...64).contains(threads) else { throw ValidationError("--threads is from 1 to 64.") }
  }

  func run() throws {
    var hasWarnings = false
    try Console.reporting(json: json, quiet: quiet.isOn) {
      let own = try recipe.map { try Recipe.load($0) }
      let data = calibration ?? own.flatMap { recipe in recipe.calibration.map(recipe.resolve) }
      // The bundle itself may be replaced: it is read before, and stays whole until the new one is.
      try OutputFile.check(output, notOneOf: [model] + [recipe, data].compactMap(\.self) + (own?.files ?? []) + modelFile.options.files)
      var request = ReplaceRequest(
        branch: branch, model: model, recipe: own, options: try modelFile.options, calibration: calibration, threads: threads,
        progress: { Console.progress($0.stage, $0.done, $0.total) })
      request.reading = dataOptions.options
      request.effort = effort
      request.ranges = ranges
      let result = try Compiler.replace(BundleFile(bundle).bundle, file: bundle, request)
      Console.progressEnd()
      result.report.skipped?.forEach(Console.skipped)
      try Console.finish(
        json ? Console.json(result.report) : summary(result.report), writing: [(output, result.bytes)],
        warnings: result.report.warnings, notes: result.report.notes)
      hasWarnings = !result.report.warnings.isEmpty
    }
    if strict && hasWarnings { throw ExitCode(2) }
  }

  private func summary(_ report: ReplaceReport) -> String {
    let (old, new) = (report.before, report.after)
    var lines = ["\(output): \(bundle) with another branch of \(report.branch), \(bytes(new.bundleBytes))"]
    lines.append("  trunk: the bundle's, \(plural(report.sharedOperators, "operator")) \(report.sharedOperators == 1 ? "is" : "are") equal")
    if report.calibrationSamples > 0 {
      let skipped = report.skipped.map { ", \($0.count) more cannot be read" } ?? ""
      lines.append("  calibration: \(plural(report.calibrationSamples, "sample"))\(skipped)")
    }
    var table = TextTable(["", "before", "after"])
    table.add(["instructions", "\(old.instructions)", "\(new.instructions)"])
    table.add(["multiply-accumulates", counted(old.multiplyAccumulates), counted(new.multiplyAccumulates)])
    table.add(["weights", bytes(old.weightBytes), bytes(new.weightBytes)])
    table.add(["arena", bytes(old.arenaBytes), bytes(new.arenaBytes)])
    lines += ["", table.text(), ""]
    lines.append(
      "  \(report.keptSections) sections are as they were; changed: \(report.changedSections.isEmpty ? "none" : report.changedSections.joined(separator: ", "))"
    )
    lines += report.notes.map { "  note: \($0)" }
    let quantization = QuantizationText(report.quantization, warnings: report.warnings)
    if report.quantization != nil {
      let cells = quantization.cells(report.branch)
      lines += quantization.lines + ["    SQNR \(cells[0]), agreement \(cells[1])"]
    }
    lines += quantization.warningLines
    return terminalLines(lines)
  }
}
