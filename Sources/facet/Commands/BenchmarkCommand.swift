import ArgumentParser
import FacetCompiler
import FacetVerification

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Time single inferences of a bundle on this machine.",
    discussion:
      "The input is pseudo-random. A time is from pixels (or numbers) of the network's size to all scores asked for, gates ignored.")

  @Argument(help: "A bundle.", completion: .file(extensions: ["facet"])) var bundle: String
  @Option(help: ArgumentHelp("Attributes to evaluate, separated by commas. Default: all.", valueName: "a,b"))
  var attributes: String?
  @Option(help: ArgumentHelp("Use the memory plan of this profile: a smaller arena for its attributes.", valueName: "name"))
  var profile: String?
  @Option(help: "Inferences that are timed.") var iterations = 100
  @Option(help: "Inferences before those.") var warmUp = 10
  @Option(
    help: ArgumentHelp(
      "Also measure what each part takes, and write it: 'run --deadline' reads it with --costs.", valueName: "costs.json"))
  var writeCosts: String?
  @Flag(help: "Also time each instruction, and measure what a core can do at most.") var layers = false
  @OptionGroup var engine: EngineOptions
  @Flag(help: "Print one line of JSON: every time, peak memory in MiB, bytes of the arena; with --layers the instructions, too.")
  var json = false

  func validate() throws {
    guard (1...1_000_000).contains(iterations) else { throw ValidationError("--iterations is from 1 to 1000000.") }
    guard (0...1_000_000).contains(warmUp) else { throw ValidationError("--warm-up is from 0 to 1000000.") }
    if writeCosts != nil, profile != nil { throw ValidationError("--write-costs measures all of a bundle: leave out --profile.") }
  }

  func run() throws {
    try Console.reporting(json: json) {
      if let writeCosts { try OutputFile.check(writeCosts, notOneOf: [bundle]) }
      let file = try BundleFile(bundle)
      let benchmark = try Benchmark(
        file, attributes: attributeNames(attributes), profile: profile, threads: engine.threads, isa: engine.isa)
      let result = try benchmark.run(iterations: iterations, warmUp: warmUp)
      let costs = try writeCosts.map { path in
        let costs = try benchmark.costs(iterations: iterations, warmUp: warmUp)
        try OutputFile.write(Array(costs.text.utf8), to: path)
        return costs
      }
      let profile = layers ? try LayerProfile(benchmark, iterations: iterations, warmUp: warmUp) : nil
      if json {
        print(try Console.json(JSONResult(result: result, profile: profile), pretty: false))
        return
      }
      var table = TextTable(leftColumns: 2)
      table.add(["machine", "\(Machine.cpu), \(Machine.cpuCount) CPUs"])
      table.add([
        "kernels", "\(benchmark.session.isaName), \(engine.threads) \(engine.threads == 1 ? "thread" : "threads")",
      ])
      table.add(["bundle", "\(bytes(file.byteCount)), arena \(bytes(result.arenaBytes))"])
      table.add(["inferences", "\(iterations) after \(warmUp) to warm up"])
      table.add(["minimum", milliseconds(result.minimum)])
      table.add(["median", milliseconds(result.median)])
      table.add(["opening", "\(milliseconds(result.openMedian)) (median; mapping and checking the bundle)"])
      table.add(["peak memory", "\(decimal(result.rssMb, 1)) MiB (the whole process)"])
      print(table.text(indent: ""))
      if let profile { print("\n" + profile.text(threads: engine.threads)) }
      if let costs, let writeCosts { print("\n" + Self.text(costs) + "\n\nwritten to \(terminalText(writeCosts))") }
    }
  }

  private static func text(_ costs: MeasuredCosts) -> String {
    var table = TextTable(["attribute", "alone (minimum, median)", "only for it (minimum, median)"])
    for attribute in costs.attributes {
      table.add([attribute.name, Self.text(attribute.alone), Self.text(attribute.marginal)])
    }
    return table.text()
  }

  private static func text(_ time: MeasuredCosts.Time) -> String {
    "\(milliseconds(Int64(time.minimum))), \(milliseconds(Int64(time.median)))"
  }
}
