import ArgumentParser
import FacetCompiler
import FacetVerification

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model or a bundle holds, and what of a model would not convert.")

  @Argument(help: "An ONNX file or a bundle.", completion: .file(extensions: ["onnx", "facet"])) var file: String
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    var isSound = true
    try Console.reporting {
      if BundleFile.isBundle(file) {
        let description = BundleDescription(try BundleFile(file).bundle)
        print(json ? try Console.json(description) : BundleText(file, description).text)
        isSound = description.isIntact
        if !isSound {
          Console.error(CompileFailure.changedBundle(file).rendered)
        }
      } else {
        let report = try Compiler.inspect(model: file)
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
      "  \(report.operators) operators, \(counted(report.parameters)) parameters, \(counted(report.multiplyAccumulates)) multiply-accumulates"
    )
    lines += report.inputs.map { "  input \($0.name) \(shape($0.shape))" }
    lines += report.outputs.map { "  output \($0.name) \(shape($0.shape))" }
    lines += ["", "operators", types(report.operatorTypes)]
    if !report.remainingOperatorTypes.isEmpty {
      lines += ["", "after \(report.patches) rewrites", types(report.remainingOperatorTypes)]
    }
    if !report.batchNorms.isEmpty {
      lines +=
        ["", "\(report.batchNorms.count) batch normalizations"]
        + fates(report.batchNorms).map { "  \($0.count) \($0.fate)" }
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

  private func types(_ types: [String: Int]) -> String {
    "  "
      + types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}

func shape(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }
