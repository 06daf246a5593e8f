import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetRecipe
import FacetVerification

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model or a bundle holds, and what in a model would not convert.")

  @Argument(help: "An ONNX file or a bundle.", completion: .file(extensions: ["onnx", "facet"])) var file: String
  @OptionGroup var modelFile: ModelFileOptions
  @Flag(
    help: ArgumentHelp(
      "Also list the operators with the values that they compute, whose names --outputs takes: shapes, parameters, multiply-accumulates. For a "
        + "bundle, its instructions."))
  var layers = false
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json)
    guard try modelFile.options == ModelOptions() || !BundleFile.isBundle(file) else {
      throw ValidationError("--outputs, --shape and --constant are for models, and '\(file)' is a bundle.")
    }
  }

  func run() throws {
    var isSound = true
    try Console.reporting(quiet: quiet.isOn) {
      isSound = BundleFile.isBundle(file) ? try inspectBundle() : try inspectModel()
    }
    if !isSound { throw ExitCode(1) }
  }

  private func inspectBundle() throws -> Bool {
    try withJSONErrors {
      let bundle = try BundleFile(file).bundle
      var description = BundleDescription(bundle)
      if layers { description.layers = bundle.instructionDescriptions }
      try quiet.print(json ? try Console.json(description) : BundleText(file, description).text)
      if !description.isIntact { Console.error(FacetError.changedBundle(file).rendered) }
      return description.isIntact
    }
  }

  private func inspectModel() throws -> Bool {
    try withJSONErrors {
      var report = try Compiler.inspect(model: file, options: modelFile.options)
      if layers { report.layers = try Compiler.layers(model: file, options: modelFile.options).layers }
      try quiet.print(json ? try Console.json(report) : ModelText(report).text, notes: report.notes)
      if quiet.isOn { for problem in report.problems { Console.error(terminalText("error[\(problem.code)] \(file): \(problem.message)")) } }
      return report.problems.isEmpty
    }
  }

  /// Of a model that cannot be read as a whole, with --layers, what can be.
  private func withJSONErrors(_ work: () throws -> Bool) throws -> Bool {
    do {
      return try work()
    } catch let failure as FacetError {
      let part = layers ? (try? Compiler.layers(model: file, options: modelFile.options))?.layers ?? [] : []
      if !part.isEmpty, !json, !quiet.isOn {
        print("What could be read from \(terminalText(file)):\n\n\(LayerText(part).text)\n")
      }
      guard json else { throw failure }
      print(try Console.json(Failed(errors: failure.diagnostics, layers: part.isEmpty ? nil : part)))
      Console.error(failure.rendered)
      throw ExitCode(1)
    }
  }

  private struct Failed: Encodable {
    var errors: [Diagnostic]
    var layers: [ModelLayer]?
  }
}

/// A model as people read it.
struct ModelText {
  let report: InspectReport

  init(_ report: InspectReport) { self.report = report }

  var text: String {
    var lines = [
      "\(report.file): \(report.format), operator set \(report.operatorSet)"
        + (report.producer.isEmpty ? "" : ", by \(report.producer)")
    ]
    lines.append(
      "  \(plural(report.operators, "operator")), \(counted(report.parameters)) parameters, \(counted(report.multiplyAccumulates)) multiply-accumulates"
    )
    lines += report.inputs.map { input in
      "  input \(input.name) \(shape(input.shape))" + (input.pixels.map { ", pixels of \($0.range.rawValue): \($0.reason)" } ?? "")
    }
    lines += report.outputs.map { "  output \($0.name) \(shape($0.shape))" }
    lines += ["", "operators", types(report.operatorTypes)]
    if !report.remainingOperatorTypes.isEmpty {
      lines += ["", "after \(plural(report.patches, "rewrite"))", types(report.remainingOperatorTypes)]
    }
    if report.layoutTransposes > 0 { lines += ["", layout] }
    if !report.batchNorms.isEmpty {
      lines +=
        ["", plural(report.batchNorms.count, "batch normalization")]
        + fates(report.batchNorms).map { "  \($0.count) \($0.fate)" } + remainingBatchNorms
    }
    if let found = report.equalization, found.layers + found.stops.count > 0 { lines += [""] + equalization(found) }
    if let layers = report.layers {
      lines += [""] + LayerText(layers).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    if !report.notes.isEmpty { lines += [""] + report.notes.map { "note: \($0)" } }
    lines += [""]
    if report.problems.isEmpty {
      lines.append("It converts.")
    } else {
      lines.append("It does not convert:")
      for problem in report.problems {
        lines.append("  [\(problem.code)] \(problem.place.map { $0 + ": " } ?? "")\(problem.message)")
        if !problem.remedy.isEmpty { lines.append("    help: \(problem.remedy)") }
      }
    }
    return lines.map(terminalText).joined(separator: "\n")
  }

  private func equalization(_ found: InspectReport.Equalization) -> [String] {
    let stops = found.stops.prefix(8).map { "    \($0.layer): \($0.reason)" }
    return [
      "int8 can equalize the channels of \(plural(found.layers, "layer"))\(stops.isEmpty ? "" : "; of \(found.stops.count) more it cannot:")"
    ]
      + stops + (found.stops.count > 8 ? ["    and \(found.stops.count - 8) more; --json has all"] : [])
  }

  /// Those that stay, by name, and why.
  private var remainingBatchNorms: [String] {
    let left = report.batchNorms.filter { $0.remains }
    let lines = left.prefix(8).map { "    \($0.name): \($0.fate)" }
    return left.count > 8 ? lines + ["    and \(left.count - 8) more"] : lines
  }

  /// What becomes of the transposes that a model made for NHWC has between its layers.
  private var layout: String {
    let (all, left) = (report.layoutTransposes, report.remainingLayoutTransposes)
    let names = left.prefix(8).joined(separator: ", ") + (left.count > 8 ? ", …" : "")
    let rest = left.isEmpty ? "none remains" : "\(left.count) \(left.count == 1 ? "remains" : "remain"): \(names)"
    // Without a recipe an input stays as it is.
    let advice = !left.isEmpty && report.takesNHWC ? " (one at an NHWC input goes with a recipe that has \"input\")" : ""
    return "\(all) \(all == 1 ? "transpose" : "transposes") between NCHW and NHWC, \(rest)\(advice)"
  }

  private func types(_ types: [String: Int]) -> String {
    "  "
      + types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
