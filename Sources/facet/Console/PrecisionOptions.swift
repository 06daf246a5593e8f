import ArgumentParser
import FacetCompiler
import FacetDiagnostics
import FacetQuantization
import FacetVerification

/// Which results of an int8 program get more than 8 bits.
struct PrecisionOptions: ParsableArguments {
  @Flag(
    help: """
      Give more bits to as few results as it takes to meet the recipe's budgets, judged on --data as 'facet verify --gate' judges. The exit status is 2 where \
      none of what was tried meets all of them: the best of it is written.
      """)
  var budget = false
  @Option(
    help: ArgumentHelp(
      "For --budget: images or tensors, with labels.csv for accuracies. Default: the calibration data, which flatter what was calibrated on them.",
      valueName: "data"))
  var data: String?
  @Option(
    help: ArgumentHelp("For --budget: the most that an inference may take of plain int8's modelled time, such as 1.1.", valueName: "x"))
  var maxSlowdown: Double?
  @Option(
    help: ArgumentHelp(
      "For --budget: bundles that are made and judged, at most, and one more of what was chosen. Default: \(BudgetRequest.usualEvaluations).",
      valueName: "n"))
  var evaluations: Int?
  @Option(
    help: ArgumentHelp("For --budget: write all that was tried, and which of it nothing else beats, as JSON.", valueName: "file.json"),
    completion: .recipes)
  var pareto: String?
  @Option(
    help: ArgumentHelp("Take the number types from a file of --write-decisions, such as for another board.", valueName: "file.json"),
    completion: .recipes)
  var decisions: String?
  @Option(
    help: ArgumentHelp("Write which operators give more than int8 as JSON, for --decisions.", valueName: "file.json"), completion: .recipes)
  var writeDecisions: String?

  func validate(_ precision: Precision) throws {
    let ofBudget = [
      ("--data", data != nil), ("--max-slowdown", maxSlowdown != nil), ("--evaluations", evaluations != nil), ("--pareto", pareto != nil),
    ]
    if !budget, let first = ofBudget.first(where: \.1) { throw ValidationError("\(first.0) is for --budget.") }
    if precision == .float32, budget || decisions != nil || writeDecisions != nil {
      throw ValidationError("--budget, --decisions and --write-decisions belong to --precision int8.")
    }
    if budget, decisions != nil { throw ValidationError("--decisions says what --budget would look for: leave one of them out.") }
    if let maxSlowdown, !(maxSlowdown >= 1 && maxSlowdown <= 100) { throw ValidationError("--max-slowdown is from 1 to 100.") }
    if let evaluations, !(1...1000).contains(evaluations) { throw ValidationError("--evaluations is from 1 to 1000.") }
    if pareto != nil, pareto == writeDecisions { throw ValidationError("--pareto and --write-decisions name the same file.") }
  }

  /// What is read.
  var files: [String] { [data, decisions].compactMap(\.self) }
  /// What is written beside the bundle.
  var written: [String] { [pareto, writeDecisions].compactMap(\.self) }

  func set(_ request: inout CompileRequest, calibration: [String]) throws {
    if let decisions { request.decisions = try PrecisionDecisions(file: decisions) }
    guard budget else { return }
    guard let data = data ?? (calibration.count == 1 ? calibration[0] : nil) else {
      throw FacetError(
        Diagnostic(
          code: CompileErrorCode.budget, file: request.models.first ?? "",
          message: calibration.isEmpty
            ? "There are no data to judge budgets on."
            : "Each recipe names calibration data of its own: which to judge budgets on is open.",
          remedy: "Name labelled data with --data, and images to calibrate on with --calibration."))
    }
    let judge = try BudgetJudge(request, data: data)
    var budget = BudgetRequest { bundle throws(FacetError) in try judge.judge(bundle) }
    budget.maximumSlowdown = maxSlowdown
    if let evaluations { budget.evaluations = evaluations }
    request.budget = budget
  }

  func files(of report: CompileReport) throws -> [(String, [UInt8])] {
    var result: [(String, [UInt8])] = []
    if let writeDecisions { result.append((writeDecisions, PrecisionDecisions(report.moreBits ?? []).json)) }
    if let pareto, let budget = report.budget { result.append((pareto, Array((try Console.json(budget) + "\n").utf8))) }
    return result
  }
}
