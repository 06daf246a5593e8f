import ArgumentParser
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetQuantization
import FacetRecipe
import FacetVerification
import Foundation

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compile one or several models into a bundle.",
    discussion: """
      int8 needs calibration data: 32 to 256 typical images; a model that is quantized already needs none. The same inputs give the same bytes, \
      whatever the number of threads.
      Several models of one input become one network: what they share from the input on (operators and weights, whatever they are called) \
      is computed once. Outputs keep their names; one that several models have is called after its file, as in age.scores.
      A failed compile leaves an existing output untouched.
      After quantizing, int8 is compared with float on calibration images (from 64 on, on every fourth): the report has SQNR and agreement. \
      Below 15 dB or 95 % there is a warning that names the operator that costs most.
      """)

  @Argument(help: "ONNX files.", completion: .models)
  var models: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "file.facet"), completion: .bundles) var output: String
  @Option(
    help: ArgumentHelp(
      "How images become the input and what the outputs mean. Once for all models, or once for each, in their order.",
      valueName: "recipe.json"), completion: .recipes)
  var recipe: [String] = []
  @OptionGroup var modelFile: ModelFileOptions
  @Option(
    help: ArgumentHelp(
      "The board, such as pi4; 'facet targets' lists them. Default: \(Target.defaultName), for workstations.", valueName: "name"),
    completion: .targets)
  var target: String?
  @Option(help: ArgumentHelp("Images or tensors to calibrate on. Default: the recipe's.", valueName: "data"))
  var calibration: String?
  @OptionGroup var dataOptions: DataOptions
  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp("A set of attributes that gets a smaller memory plan of its own. May be repeated.", valueName: "name=a,b"))
  var profiles: [Profile] = []
  @Option(help: "The number type that the bundle computes with.") var precision = Precision.int8
  @Option(
    help: """
      How much is tried so that int8 loses less: 'fast' takes what needs no trial; 'normal' also compiles with equalized channels, with whole ranges and \
      with weights rounded for what they read, one after the other, and keeps what comes nearer to float on the calibration data. It also gives 16 bits to a \
      few results, for at most 4 % more products, where that brings 2 dB. 'thorough' learns on up to 128 images, rounds layers of any width, and gives 16 bits \
      where that brings 1 dB: a minute where 'normal' takes ten seconds.
      """)
  var effort = Effort.normal
  @Option(
    help: """
      How an int8 range follows from the numbers measured: 'mse' has the least squared error and a margin for few images, 'minmax' all of them, 'percentile' all but 0.01 %, 'entropy' \
      the least divergence. Default: mse, or minmax where a trial finds that better.
      """)
  var ranges: RangeMethod?
  @OptionGroup(title: "More bits") var bits: PrecisionOptions
  @Option(help: "Threads of the calibration run.") var threads = 1
  @Option(
    help: ArgumentHelp(
      "Share weights of different models that differ by at most this: the largest absolute difference of two elements, relative to the "
        + "largest magnitude in their tensor. The first model's are kept.", valueName: "x"))
  var mergeTolerance: Double?
  @Option(help: ArgumentHelp("Stop folding and fusing after this many rewrites, to find the one that breaks a model.", valueName: "n"))
  var stopAfter: Int?
  @Flag(help: "Exit with status 2 where there is a warning, such as int8 far from float. The bundle is written all the same.")
  var strict = false
  @Flag(help: "Print the report as JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json)
    if let target { try validate(target: target) }
    guard (1...64).contains(threads) else { throw ValidationError("--threads is from 1 to 64.") }
    if let mergeTolerance {
      guard models.count > 1 else { throw ValidationError("--merge-tolerance needs several models.") }
      guard (0...1).contains(mergeTolerance) else { throw ValidationError("--merge-tolerance is from 0 to 1.") }
    }
    guard ranges == nil || precision == .int8 else { throw ValidationError("--ranges belongs to --precision int8: float32 has no ranges.") }
    try bits.validate(precision)
    guard (stopAfter ?? 0) >= 0 else { throw ValidationError("--stop-after is 0 or more.") }
  }

  func run() throws {
    let board = try Target.named(target ?? Target.defaultName)
    var (hasWarnings, isMissed) = (false, false)
    try Console.reporting(json: json, quiet: quiet.isOn) {
      let recipes = try Recipe.load(recipe)
      let data = calibration.map { [$0] } ?? recipes.compactMap { recipe in recipe.calibration.map(recipe.resolve) }
      let read = try models + recipe + data + recipes.flatMap(\.files) + modelFile.options.files + bits.files
      try OutputFile.check(output, notOneOf: read)
      for file in bits.written { try OutputFile.check(file, notOneOf: read + [output]) }
      var request = CompileRequest(
        models: models, recipes: recipes, options: try modelFile.options, target: board, calibration: calibration, precision: precision,
        threads: threads, mergeTolerance: mergeTolerance ?? 0,
        stopAfter: stopAfter, profiles: profiles, progress: { Console.progress($0.stage, $0.done, $0.total) })
      request.reading = dataOptions.options
      request.effort = effort
      request.ranges = ranges
      try bits.set(&request, calibration: data)
      var result = try Compiler.compile(request)
      Console.progressEnd()
      result.report.skipped?.forEach(Console.skipped)
      for file in [output] + bits.written { try OutputFile.check(file, notOneOf: result.externalFiles) }
      let notes = result.report.notes
      if target == nil, precision == .int8 { result.report.notes.append(Self.targetNote) }
      try Console.finish(
        json ? Console.json(result.report) : summary(result.report, board),
        writing: [(output, result.bytes)] + bits.files(of: result.report),
        warnings: result.report.warnings, notes: notes)
      hasWarnings = !result.report.warnings.isEmpty
      if let budget = result.report.budget, !budget.isMet {
        if quiet.isOn || json { Console.error(BudgetText(budget).verdict) }
        isMissed = true
      }
    }
    if isMissed || strict && hasWarnings { throw ExitCode(2) }
  }

  private static var targetNote: String {
    #if arch(x86_64)
      let which = "such as this machine's"
    #else
      let which = "unlike this machine's"
    #endif
    return "Without --target the bundle is laid out for x86-64 CPUs, \(which). It runs on boards, too, but slower: name yours, such as "
      + "--target pi4 ('facet targets' lists them)."
  }

  private func summary(_ report: CompileReport, _ board: Target) -> String {
    var lines = ["\(output): \(precision.rawValue) for \(board.name), \(bytes(report.bundleBytes))"]
    lines.append(
      "  model: \(plural(report.operators, "operator")), \(counted(report.parameters)) parameters, "
        + "\(counted(report.multiplyAccumulates)) multiply-accumulates")
    lines += folded(report)
    if let merge = report.merge { lines += MergeText(merge).lines }
    let more = report.arenaBytes > report.arenaLowerBound ? ": \(gap(report.arenaBytes, report.arenaLowerBound)) more" : ""
    lines.append("  arena: \(bytes(report.arenaBytes)) (no plan can need less than \(bytes(report.arenaLowerBound))\(more))")
    if !report.scratch.isEmpty {
      lines.append(
        "  scratch: \(report.scratch.map { "\(bytes($0.bytes)) (\($0.level))" }.joined(separator: ", ")) for each thread, behind the arena")
    }
    if report.calibrationSamples > 0 {
      let skipped = report.skipped.map { ", \($0.count) more cannot be read" } ?? ""
      lines.append("  calibration: \(plural(report.calibrationSamples, "sample"))\(skipped)")
    }
    let quantization = QuantizationText(report.quantization, warnings: report.warnings)
    if precision == .int8 { lines += quantization.lines }
    let isChecked = report.quantization != nil
    var table = TextTable(
      ["attribute", "multiply-accumulates", "parameters", "weights", "arena alone", "gap"] + (isChecked ? QuantizationText.columns : []))
    for attribute in report.attributes {
      let costs = [
        counted(attribute.multiplyAccumulates), counted(attribute.parameters),
        bytes(attribute.weightBytes), bytes(attribute.arenaBytes), gap(attribute.arenaBytes, attribute.arenaLowerBound),
      ]
      table.add([attribute.name] + costs + (isChecked ? quantization.cells(attribute.name) : []))
    }
    if !report.attributes.isEmpty { lines += ["", table.text()] }
    if let budget = report.budget { lines += [""] + BudgetText(budget).lines }
    if !report.gates.isEmpty { lines += [""] + report.gates.map { "  gate: \($0.attribute) only when \($0.when)" } }
    if !report.profiles.isEmpty { lines += ["", profileTable(report)] }
    if !report.notes.isEmpty { lines += [""] + report.notes.map { "  note: \($0)" } }
    return (lines + quantization.warningLines).joined(separator: "\n")
  }

  private func profileTable(_ report: CompileReport) -> String {
    var table = TextTable(["profile", "arena", "lower bound", "gap", "attributes"], left: ["attributes"])
    for profile in report.profiles {
      table.add([
        profile.name, bytes(profile.arenaBytes), bytes(profile.arenaLowerBound), gap(profile.arenaBytes, profile.arenaLowerBound),
        profile.attributes.joined(separator: " "),
      ])
    }
    return table.text()
  }

  private func folded(_ report: CompileReport) -> [String] {
    guard !report.batchNorms.isEmpty else {
      return ["  folded: no batch normalization in the model, \(plural(report.patches.count, "rewrite"))"]
    }
    return ["  folded: \(plural(report.batchNorms.count, "batch normalization")), \(plural(report.patches.count, "rewrite"))"]
      + fates(report.batchNorms).map { "    \($0.count) \($0.fate)" }
  }
}

extension Precision: ExpressibleByArgument {}
extension Effort: ExpressibleByArgument {}
extension RangeMethod: ExpressibleByArgument {}

extension Profile: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

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
  // Into several of a kind: the kind once.
  var kinds: [String] = []
  for kind in result.components(separatedBy: ", ") where kinds.last.map({ $0 != kind && !$0.hasSuffix(" " + kind) }) ?? true {
    kinds.append(kind)
  }
  return kinds.joined(separator: ", ")
}
