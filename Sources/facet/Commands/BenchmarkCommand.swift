import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetVerification

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Time single inferences of a bundle on this machine.",
    discussion:
      "The input is pseudo-random. Each time runs from an input of the network's size to all scores that were asked for; gates are ignored."
  )

  @Argument(help: "A bundle, as 'facet compile' writes it.", completion: .bundles) var bundle: String
  @Option(help: ArgumentHelp("Attributes to evaluate, separated by commas. Default: all.", valueName: "a,b"))
  var attributes: String?
  @Option(help: ArgumentHelp("Use the memory plan of this profile: a smaller arena for its attributes.", valueName: "name"))
  var profile: String?
  @Option(help: "Inferences that are timed.") var iterations = 100
  @Option(help: "Inferences before these, to warm up; they do not count.") var warmUp = 10
  @Option(
    help: ArgumentHelp(
      "Also measure how long each part takes, and write it to this file; 'run --deadline' reads it with --costs.", valueName: "costs.json"),
    completion: .recipes)
  var writeCosts: String?
  @Flag(
    help: ArgumentHelp(
      "Also time each attribute alone, and all one after another on one input, taking turns with all at once. Shows each one's share of the time beside "
        + "its share of the multiply-accumulates, what asking one by one costs, and what running branches side by side on several threads saves."
    ))
  var byAttribute = false
  @Option(
    help: ArgumentHelp(
      "Also evaluate within each of these budgets, as 'run --deadline' does, and show how many inferences end in time.",
      valueName: "ms,ms"))
  var deadline: String?
  @Option(
    help: ArgumentHelp(
      "How long each part takes, from an earlier --write-costs. With it, --deadline begins only what still fits; without it, the engine stops once the time is spent.",
      valueName: "costs.json"), completion: .recipes)
  var costs: String?
  @Flag(help: "Also time each instruction, and measure what a core can do at most.") var layers = false
  @OptionGroup var engine: EngineOptions
  @Flag(
    help: "Print one line of JSON: every time, the kernels, peak memory in MiB, bytes of the arena; with --layers the instructions, too.")
  var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    try quiet.check(json: json, without: writeCosts == nil ? "--write-costs" : nil)
    guard (1...1_000_000).contains(iterations) else { throw ValidationError("--iterations is from 1 to 1000000.") }
    guard (0...1_000_000).contains(warmUp) else { throw ValidationError("--warm-up is from 0 to 1000000.") }
    if writeCosts != nil, profile != nil { throw ValidationError("--write-costs measures all of a bundle: leave out --profile.") }
    if deadline != nil, budgets.isEmpty {
      throw ValidationError("--deadline takes milliseconds, greater than 0 and at most a day, separated by commas.")
    }
    if costs != nil && deadline == nil { throw ValidationError("--costs is only used with --deadline: give both.") }
  }

  /// In nanoseconds; none where the text is something else.
  private var budgets: [UInt64] {
    let numbers = (deadline ?? "").split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard numbers.allSatisfy({ $0 > 0 && $0 <= 86_400_000 }) else { return [] }
    return numbers.map { UInt64($0 * 1e6) }
  }

  func run() throws {
    try Console.reporting(json: json, quiet: quiet.isOn) {
      if let writeCosts { try OutputFile.check(writeCosts, notOneOf: [bundle]) }
      let file = try BundleFile(bundle)
      let benchmark = try Benchmark(
        file, attributes: attributeNames(attributes), profile: profile, threads: engine.threads, isa: engine.isa)
      let given = try costs.map { path throws(FacetError) in try MeasuredCosts.load(path) }
      var result = try benchmark.run(iterations: iterations, warmUp: warmUp)
      if byAttribute { result.byAttribute = try benchmark.byAttribute(iterations: iterations, warmUp: warmUp) }
      let measured = try writeCosts.map { (path: $0, costs: try benchmark.costs(iterations: iterations, warmUp: warmUp)) }
      if !budgets.isEmpty {
        result.deadlines = try benchmark.deadlines(budgets, costs: given, iterations: iterations, warmUp: warmUp)
      }
      let profile = layers ? try LayerProfile(benchmark, iterations: iterations, warmUp: warmUp) : nil
      let files = measured.map { [(path: $0.path, bytes: Array($0.costs.text.utf8))] } ?? []
      if json {
        return try Console.finish(Console.json(JSONResult(result: result, profile: profile), pretty: false), writing: files)
      }
      var texts = [BenchmarkText(benchmark, result, file: file, warmUp: warmUp).text]
      if let profile { texts.append(profile.text(threads: engine.threads)) }
      if let measured { texts += [BenchmarkText.text(measured.costs), "written to \(terminalText(measured.path))"] }
      try Console.finish(texts.joined(separator: "\n\n"), writing: files)
    }
  }
}
