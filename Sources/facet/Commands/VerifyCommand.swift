import ArgumentParser
import FacetCompiler
import FacetFiles
import FacetRuntime
import FacetSensitivity
import FacetVerification

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare a bundle with the float model that it was made from, or with saved outputs, on labelled data.",
    discussion: """
      Bundle and model run on this machine's engine. Saved outputs (an .npz of numpy.savez, or a folder of .npy) come from the \
      framework that the model was made in, and check the import too: one array for each attribute, under its name or that of the \
      graph output, samples of the data along its first axis. With a model and saved outputs, the bundle is compared with the model, \
      and the imported model with the saved outputs.

      Accuracies need a labels.csv in the data, with a column of the attribute's name; \
      intervals are at 95 % (Wilson's; for the difference Newcombe's for pairs).

      With --gate, the exit status is 2 where a budget of the recipe is missed, cannot be checked because labels are missing, or where there are \
      too few samples to tell: a budget is met when chance is excluded at 95 %, one-sided (accuracy_drop: the upper end of Newcombe's interval; \
      agreement: the exact lower bound of Clopper and Pearson; \
      means of numbers: Student's t); it is missed when the measured value misses it. sqnr_db is decided by the \
      measured value. Without a budget, an attribute may lose 1 point of accuracy and must agree on 97 % of the samples. The status is \
      also 2 where the model is not the one that was compiled.
      """)

  @Argument(help: "A bundle, as 'facet compile' writes it.", completion: .bundles) var bundle: String
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The model, or models, that it was compiled from, with those of replaced branches; saved outputs; or both.",
      valueName: "model|outputs.npz"),
    completion: .file(extensions: ["onnx", "npz"])) var against: [String]
  @Option(
    help: ArgumentHelp("Images or tensors, with labels.csv for accuracies.", valueName: "data"),
    completion: .file()) var data: String
  @OptionGroup var dataOptions: DataOptions
  @Option(
    help: ArgumentHelp(
      "The recipe it was compiled with; one for all models, or one for each. Default: the one that the bundle carries.",
      valueName: "recipe.json"), completion: .recipes)
  var recipe: [String] = []
  @OptionGroup var modelFile: ModelFileOptions
  @Flag(help: "Exit with status 2 where a budget is not met.") var gate = false
  @Flag(help: "The model is deliberately not the one that was compiled, such as the float one of a quantized model.")
  var otherModel = false
  @Flag(help: "Also show what each operator costs, on some of the data, as 'facet sensitivity' does of a model. Needs a model.")
  var layers = false
  @Option(help: ArgumentHelp("For --layers: how many operators the table shows, the worst first; JSON has all.", valueName: "n"))
  var top: Int?
  @OptionGroup var engine: EngineOptions
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json)
    if layers, against.allSatisfy(NamedArrays.isNamed) { throw ValidationError("--layers needs a model: name it with --against.") }
    if let top {
      guard layers else { throw ValidationError("--top is for --layers.") }
      guard top >= 1 else { throw ValidationError("--top is 1 or more.") }
    }
  }

  func run() throws {
    var isMissed = false
    try Console.reporting(json: json, quiet: quiet.isOn) {
      var job = VerifyJob(
        bundle: bundle, against: against, data: data, recipes: recipe, options: try modelFile.options, allowsOtherModels: otherModel,
        threads: engine.threads, isa: engine.isa,
        progress: { Console.progress("verify", $0, $1) })
      job.reading = dataOptions.options
      if layers {
        job.layerSamples = Sensitivity.defaultSamples
        job.layerProgress = { Console.progress($0.stage, $0.done, $0.total) }
      }
      let report = try job.run()
      Console.progressEnd()
      report.skipped?.forEach(Console.skipped)
      try quiet.print(
        json ? try Console.json(report) : VerificationText(report, top: top ?? SensitivityText.usualTop).text,
        warnings: (report.warnings ?? []) + (report.layers?.warnings ?? []), notes: (report.notes ?? []) + (report.layers?.notes ?? []))
      if quiet.isOn, !report.gate.passed { Console.error(GateText(report).text) }
      isMissed = !report.gate.passed
    }
    if gate && isMissed { throw ExitCode(2) }
  }
}
