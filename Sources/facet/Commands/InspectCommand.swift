import ArgumentParser
import FacetCompiler
import FacetVerification

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model or a bundle holds, and what of a model would not convert.")

  @Argument(help: "An ONNX file or a bundle.", completion: .file(extensions: ["onnx", "facet"])) var file: String
  @OptionGroup var modelFile: ModelFileOptions
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard try modelFile.options == ModelOptions() || !BundleFile.isBundle(file) else {
      throw ValidationError("--outputs, --shape and --constant speak of models, and '\(file)' is a bundle.")
    }
  }

  func run() throws {
    var isSound = true
    try Console.reporting(json: json) {
      if BundleFile.isBundle(file) {
        let description = BundleDescription(try BundleFile(file).bundle)
        print(json ? try Console.json(description) : BundleText(file, description).text)
        isSound = description.isIntact
        if !isSound {
          Console.error(CompileFailure.changedBundle(file).rendered)
        }
      } else {
        let report = try Compiler.inspect(model: file, options: modelFile.options)
        print(json ? try Console.json(report) : ModelText(report).text)
        isSound = report.problems.isEmpty
      }
    }
    if !isSound { throw ExitCode(1) }
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
    if !report.notes.isEmpty { lines += [""] + report.notes.map { "note: \($0)" } }
    lines += [""]
    if report.problems.isEmpty {
      lines.append("It converts.")
    } else {
      lines.append("It does not convert:")
      for problem in report.problems {
        lines.append("  [\(problem.code)] \(problem.place.isEmpty ? "" : problem.place + ": ")\(problem.message)")
        if !problem.remedy.isEmpty { lines.append("    help: \(problem.remedy)") }
      }
    }
    return lines.map(terminalText).joined(separator: "\n")
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

func shape(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }
