import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetImport
import FacetVerification

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a bundle on images or tensors.",
    discussion: """
      An attribute with a gate is evaluated only where its condition holds; --deadline leaves out what there is no time for. \
      Answers that were left out are marked, and are NaN in files.
      """)

  @Argument(help: "A bundle, as 'facet compile' writes it.", completion: .bundles) var bundle: String
  @Argument(help: "Images (PNG, JPEG, PPM, PGM), .npy tensors, or folders of these.", completion: .file()) var inputs: [String] = []
  @Option(help: ArgumentHelp("Attributes to evaluate, separated by commas. Default: all.", valueName: "a,b"))
  var attributes: String?
  @Option(help: ArgumentHelp("Use the memory plan of this profile: a smaller arena for its attributes.", valueName: "name"))
  var profile: String?
  @Option(
    help: ArgumentHelp(
      "Write each attribute's scores as DIR/NAME.npy (float32, first axis = samples).", valueName: "dir"), completion: .directory)
  var output: String?
  // A part may begin left of the image: the value may start with a minus sign.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Look at this part of every image only, such as a face's box: x, y, width and height in pixels of the upright image, "
        + "rounded to whole ones. It is clipped to the image. Default: what a labels.csv says, otherwise the whole image.",
      valueName: "x,y,w,h"))
  var roi: String?
  @Option(
    help: ArgumentHelp(
      "Evaluate in the order of priority until a sample's evaluation has taken this many milliseconds.", valueName: "ms"))
  var deadline: Double?
  @Option(
    help: ArgumentHelp(
      "How long each part takes, from 'benchmark --write-costs' on this machine. With it, --deadline begins only what still fits; without it, the engine stops once the time is spent.",
      valueName: "costs.json"), completion: .recipes)
  var costs: String?
  @Flag(help: "Evaluate attributes whatever their gates say.") var ignoreGates = false
  @Option(
    help: ArgumentHelp(
      "Write this fork (see 'inspect') as DIR/NAME.npy, float32 NCHW. Without --attributes, nothing but forks is evaluated. May be repeated.",
      valueName: "name"))
  var cut: [String] = []
  @Option(
    help: ArgumentHelp("Start from a fork that --cut wrote instead of inputs. May be repeated.", valueName: "name=fork.npy"))
  var from: [String] = []
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var engine: EngineOptions
  @Flag(help: "Print JSON, as Formats/run-result.schema.json describes it.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json, without: output == nil ? "--output" : nil)
    if inputs.isEmpty == from.isEmpty { throw ValidationError("Give inputs, or --from and no inputs.") }
    if !cut.isEmpty && output == nil { throw ValidationError("--cut needs --output, the folder that it writes to.") }
    if let text = from.first(where: { EvaluationOptions.Start($0) == nil }) {
      throw ValidationError("--from is NAME=FILE.npy, not '\(text)'.")
    }
    if profile != nil && !(cut.isEmpty && from.isEmpty) {
      throw ValidationError("The memory of a profile does not keep forks: leave out --profile, or --cut and --from.")
    }
    if roi != nil && !from.isEmpty { throw ValidationError("--roi is a part of an image, and --from starts without one.") }
    if let deadline, !(deadline > 0 && deadline <= 86_400_000) {
      throw ValidationError("--deadline is a number of milliseconds, greater than 0 and at most a day.")
    }
    if costs != nil && deadline == nil { throw ValidationError("--costs is only used with --deadline: give both.") }
    guard let roi, BundleRun.region(roi).region == nil else { return }
    throw ValidationError("--roi \(BundleRun.region(roi).fault)")
  }

  private var options: EvaluationOptions {
    var options = EvaluationOptions(attributes: attributeNames(attributes))
    options.profile = profile
    options.roi = roi.flatMap { BundleRun.region($0).region }
    options.ignoresGates = ignoreGates
    options.reading = dataOptions.options
    options.budget = deadline.map { UInt64($0 * 1e6) }
    options.costs = costs
    options.cuts = cut
    options.starts = from.compactMap(EvaluationOptions.Start.init)
    return options
  }

  func run() throws {
    try Console.reporting(json: json, quiet: quiet.isOn) {
      let run = try BundleRun(
        BundleFile(bundle), inputs: inputs, options: options, threads: engine.threads, isa: engine.isa)
      for warning in run.warnings { Console.error("warning: " + terminalText(warning)) }
      var files = try output.map { try ResultFiles(folder: $0, for: run) }
      var skipped: [Diagnostic] = []
      run.notes.forEach(Console.note)
      var isFirst = true
      let total = run.sampleCount
      var done = 0
      func skip(_ problem: Diagnostic) {
        files?.addMissing()
        done += 1
        skipped.append(problem)
        Console.skipped(problem)
      }
      if json { print("{\"results\": [") }
      do {
        try run.run(skipped: skip) { result in
          files?.add(result)
          if json {
            print((isFirst ? "" : ",") + ((try? Console.json(result, pretty: false)) ?? "null"))
          } else {
            if total > 1, output != nil { Console.progress("run", done, total) }
            if !quiet.isOn, total == 1 || output == nil { print((isFirst ? "" : "\n") + Self.text(result)) }
          }
          isFirst = false
          done += 1
        }
        Console.progressEnd()
        try files?.write { () throws(FacetError) in
          let end = json ? try ending(skipped) : output.map { "\(total) \(total == 1 ? "sample" : "samples") written to \($0)" }
          if let end, !quiet.isOn { try Console.announce(end, beside: []) }
        }
      } catch let failure as FacetError where json {
        // What was printed stays one JSON text.
        print("], \"errors\": \(try Console.json(failure.diagnostics, pretty: false))}")
        Console.error(failure.rendered)
        throw ExitCode(1)
      }
      if json && files == nil { print(try ending(skipped)) }
      if !skipped.isEmpty { Console.error("\(skipped.count) of \(total) samples cannot be read and were skipped.") }
    }
  }

  /// The end of the JSON.
  private func ending(_ skipped: [Diagnostic]) throws(FacetError) -> String {
    guard !skipped.isEmpty, let list = try? Console.json(skipped, pretty: false) else { return "]}" }
    return "], \"skipped\": \(list)}"
  }

  private static func text(_ result: SampleResult) -> String {
    // Name, answer, confidence, remark.
    var table = TextTable(leftColumns: 2, lastLeft: true)
    for attribute in result.attributes {
      if attribute.status != "evaluated" {
        table.add([attribute.name, "not evaluated", "", "(\(reason(attribute)))"])
        continue
      }
      if let value = attribute.value {
        table.add([attribute.name, ([quantity(Double(value))] + [attribute.unit].compactMap(\.self)).joined(separator: " ")])
        continue
      }
      guard let label = attribute.label else {
        table.add([attribute.name, scores(attribute.scores)])
        continue
      }
      let confidence =
        attribute.confidence.map { percent(Double($0)) }
        ?? "score \(attribute.index.map { decimal(Double(score(attribute, $0)), 3) } ?? "")"
      table.add([attribute.name, label, confidence, attribute.unsure == true ? "unsure" : ""])
    }
    let part = result.roi.map { " [\($0.map(String.init).joined(separator: ","))]" } ?? ""
    return terminalText(result.file) + part + "\n" + table.text()
  }

  private static func reason(_ attribute: AttributeResult) -> String {
    attribute.status == "gate closed" ? attribute.when ?? attribute.status : "deadline"
  }

  private static func score(_ attribute: AttributeResult, _ index: Int) -> Float {
    index < attribute.scores.count ? attribute.scores[index] : attribute.scores.first ?? .nan
  }

  /// The first of many.
  private static func scores(_ scores: [Float]) -> String {
    scores.prefix(4).map { decimal(Double($0), 4) }.joined(separator: " ")
      + (scores.count > 4 ? " … (\(scores.count) values)" : "")
  }
}
