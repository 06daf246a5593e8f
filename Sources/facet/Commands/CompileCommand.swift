import ArgumentParser
import FacetCompiler
import FacetVerification

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compile a model into a bundle.",
    discussion: """
      int8 needs calibration data: 32 to 256 typical images. The same inputs give the same bytes, whatever the number of threads.
      A failed compile leaves an existing output untouched.
      """)

  @Argument(help: "An ONNX file. (This version does not merge several.)", completion: .file(extensions: ["onnx"]))
  var models: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "file.facet")) var output: String
  @Option(help: ArgumentHelp("How images become the input and what the outputs mean.", valueName: "recipe.json"))
  var recipe: String?
  @Option(help: ArgumentHelp("The board; 'facet targets' lists them.", valueName: "name")) var target = Target
    .defaultName
  @Option(help: ArgumentHelp("Images or tensors to calibrate on. Default: the recipe's.", valueName: "data"))
  var calibration: String?
  @Option(help: "int8 or float32.") var precision = Precision.int8
  @Option(help: "Threads of the calibration run.") var threads = 1
  @Option(help: ArgumentHelp("Stop after this many rewrites, to find the one that breaks a model.", valueName: "n"))
  var stopAfter: Int?
  @Flag(help: "Print the report as JSON.") var json = false

  func validate() throws {
    do { _ = try Target.named(target) } catch { throw ValidationError("\(error)") }
    guard (1...64).contains(threads) else { throw ValidationError("--threads is from 1 to 64.") }
    guard (stopAfter ?? 0) >= 0 else { throw ValidationError("--stop-after is 0 or more.") }
  }

  func run() throws {
    let board = try Target.named(target)
    try Console.reporting {
      let recipeFile = recipe
      let recipe = try recipe.map { try Recipe.load($0) }
      let data = calibration ?? recipe.flatMap { recipe in recipe.calibration.map(recipe.resolve) }
      try OutputFile.check(output, notOneOf: models + [recipeFile, data].compactMap(\.self))
      let result = try Compiler.compile(
        CompileRequest(
          models: models, recipe: recipe, target: board, calibration: calibration, precision: precision,
          threads: threads,
          stopAfter: stopAfter, progress: { Console.progress($0.stage, $0.done, $0.total) }))
      Console.progressEnd()
      try OutputFile.write(result.bytes, to: output)
      print(json ? try Console.json(result.report) : summary(result.report, board))
    }
  }

  private func summary(_ report: CompileReport, _ board: Target) -> String {
    var lines = ["\(output): \(precision.rawValue) for \(board.name), \(bytes(report.bundleBytes))"]
    lines.append(
      "  model: \(report.operators) operators, \(counted(report.parameters)) parameters, "
        + "\(counted(report.multiplyAccumulates)) multiply-accumulates")
    lines += folded(report)
    lines.append("  arena: \(bytes(report.arenaBytes)) (no plan can need less than \(bytes(report.arenaLowerBound)))")
    if report.calibrationSamples > 0 {
      lines.append("  calibration: \(report.calibrationSamples) \(report.calibrationSamples == 1 ? "sample" : "samples")")
    }
    var table = TextTable(["attribute", "multiply-accumulates", "parameters", "weights"])
    for attribute in report.attributes {
      table.add([
        attribute.name, counted(attribute.multiplyAccumulates), counted(attribute.parameters),
        bytes(attribute.weightBytes),
      ])
    }
    if !report.attributes.isEmpty { lines += ["", table.text()] }
    if !report.gates.isEmpty { lines += [""] + report.gates.map { "  gate: \($0.attribute) only when \($0.when)" } }
    if !report.notes.isEmpty { lines += [""] + report.notes.map { "  note: \($0)" } }
    return lines.joined(separator: "\n")
  }

  private func folded(_ report: CompileReport) -> [String] {
    guard !report.batchNorms.isEmpty else {
      return ["  folded: no batch normalization in the model, \(report.patches.count) rewrites"]
    }
    return ["  folded: \(report.batchNorms.count) batch normalizations, \(report.patches.count) rewrites"]
      + fates(report.batchNorms).map { "    \($0.count) \($0.fate)" }
  }
}

extension Precision: ExpressibleByArgument {}

/// How many batch normalizations met each fate, names of layers left out, the most frequent first.
func fates(_ batchNorms: [CompileReport.BatchNorm]) -> [(fate: String, count: Int)] {
  let counts = Dictionary(batchNorms.map { (withoutNames($0.fate), 1) }, uniquingKeysWith: +)
  return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (fate: $0.key, count: $0.value) }
}

/// A text without names of layers: "merged with 'bn2', folded into Conv 'conv1'" as "merged with …, folded into Conv".
private func withoutNames(_ text: String) -> String {
  let parts = text.split(separator: "'", omittingEmptySubsequences: false)
  var result = ""
  for index in stride(from: 0, to: parts.count, by: 2) {
    let between = parts[index]
    // An operator says enough without its name; other words need something to stand for it.
    let operatorStands = between.last == " " && between.split(separator: " ").last?.first?.isUppercase == true
    result += operatorStands ? String(between.dropLast()) : between + (index + 1 < parts.count ? "…" : "")
  }
  return result
}
