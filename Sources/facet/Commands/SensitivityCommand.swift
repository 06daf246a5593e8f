import ArgumentParser
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetQuantization
import FacetRecipe
import FacetSensitivity

struct SensitivityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity", abstract: "Show which operators cost how much of what int8 loses, and why.",
    discussion: """
      The models are calibrated and quantized as 'facet compile' does it, and nothing is written. Then the network runs in float32 on calibration \
      samples, each time with the result of one operator, or its weights, rounded to int8: what the scores lose by that ('alone', as SQNR) is what \
      this operator costs; its share is its noise beside that of all operators. 'accumulated' is how near its result in the whole int8 program is to \
      float32, with all that was lost before it. 'used' is how much of the int8 range the data reach, 'clipped' the share of numbers beyond it.
      Of the worst operators the table says what more bits for their results cost: time of an inference, modelled for --target, and size. What they \
      really bring is seen by compiling with "precision" in the recipe.
      """)

  @Argument(help: "ONNX files.", completion: .models)
  var models: [String]
  @Option(
    help: ArgumentHelp(
      "How images become the input and what the outputs mean. Once for all models, or once for each, in their order.",
      valueName: "recipe.json"), completion: .recipes)
  var recipe: [String] = []
  @OptionGroup var modelFile: ModelFileOptions
  @Option(help: ArgumentHelp("Images or tensors to calibrate on. Default: the recipe's.", valueName: "data"))
  var calibration: String?
  @OptionGroup var dataOptions: DataOptions
  @Option(
    help: ArgumentHelp(
      "Samples to measure on, at most: of the calibration data, evenly spread. The time that it takes grows with them.", valueName: "n"))
  var samples = Sensitivity.defaultSamples
  @Option(help: ArgumentHelp("How many operators the table shows, the worst first; JSON has all.", valueName: "n")) var top =
    SensitivityText.usualTop
  @Option(help: "How much compiling tries, as 'facet compile' takes it.") var effort = Effort.normal
  @Option(
    help: ArgumentHelp(
      "The board that costs of more bits are modelled for; 'facet targets' lists them. Default: \(Target.defaultName).", valueName: "name"),
    completion: .targets)
  var target: String?
  @Option(help: "How int8 ranges follow from the numbers measured, as 'facet compile' takes it.") var ranges: RangeMethod?
  @Option(help: "Threads. Results do not depend on it.") var threads = 1
  @Option(
    help: ArgumentHelp("Share nearly equal weights, as compile does.", valueName: "x"))
  var mergeTolerance: Double?
  @Option(
    help: ArgumentHelp("Write the whole report as JSON; with -, instead of the table.", valueName: "file.json"), completion: .recipes)
  var json: String?
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json == "-", without: json == nil ? "--json" : nil)
    guard (1...64).contains(threads) else { throw ValidationError("--threads is from 1 to 64.") }
    guard (1...Sensitivity.maximumSamples).contains(samples) else {
      throw ValidationError("--samples is from 1 to \(Sensitivity.maximumSamples): compiling keeps no more.")
    }
    guard top >= 1 else { throw ValidationError("--top is 1 or more.") }
    if let mergeTolerance {
      guard models.count > 1 else { throw ValidationError("--merge-tolerance needs several models.") }
      guard (0...1).contains(mergeTolerance) else { throw ValidationError("--merge-tolerance is from 0 to 1.") }
    }
  }

  func run() throws {
    try Console.reporting(json: json == "-", quiet: quiet.isOn) {
      let recipes = try Recipe.load(recipe)
      let data = calibration.map { [$0] } ?? recipes.compactMap { recipe in recipe.calibration.map(recipe.resolve) }
      if let json { try OutputFile.check(json, notOneOf: models + recipe + data + recipes.flatMap(\.files) + modelFile.options.files) }
      var request = CompileRequest(
        models: models, recipes: recipes, options: try modelFile.options, target: try Target.named(target ?? Target.defaultName),
        calibration: calibration, threads: threads, mergeTolerance: mergeTolerance ?? 0,
        progress: { Console.progress($0.stage, $0.done, $0.total) })
      request.reading = dataOptions.options
      request.effort = effort
      request.ranges = ranges
      let report = try Sensitivity.report(request, samples: samples)
      Console.progressEnd()
      report.skipped?.forEach(Console.skipped)
      let text = terminalLines(SensitivityText(report: report, top: top).lines)
      guard let json else { return try quiet.print(text, warnings: report.warnings, notes: report.notes) }
      let encoded = try Console.json(report)
      if json == "-" { return print(encoded) }
      try Console.finish(text, writing: [(json, Array((encoded + "\n").utf8))], warnings: report.warnings, notes: report.notes)
    }
  }
}
