import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetImport
import FacetRuntime
import FacetVerification

/// Measured times as people read them.
struct BenchmarkText {
  let benchmark: Benchmark
  let result: Benchmark.Result
  let file: BundleFile
  let warmUp: Int

  init(_ benchmark: Benchmark, _ result: Benchmark.Result, file: BundleFile, warmUp: Int) {
    (self.benchmark, self.result, self.file, self.warmUp) = (benchmark, result, file, warmUp)
  }

  var text: String {
    [whole, result.byAttribute.map(text), result.deadlines.map(text)].compactMap(\.self).joined(separator: "\n\n")
  }

  private var whole: String {
    let threads = benchmark.session.threads
    var table = TextTable(leftColumns: 2)
    table.add(["machine", "\(Machine.cpu), \(Machine.cpuCount) CPUs"])
    table.add(["kernels", "\(benchmark.session.isaName), \(threads) \(threads == 1 ? "thread" : "threads")"])
    table.add(["bundle", "\(bytes(file.byteCount)), arena \(bytes(result.arenaBytes))"])
    table.add(["inferences", "\(result.ns.count) after \(warmUp) to warm up"])
    table.add(["minimum", milliseconds(result.minimum)])
    table.add(["median", milliseconds(result.median)])
    table.add(["opening", "\(milliseconds(result.openMedian)) (median; mapping and checking the bundle)"])
    table.add(["peak memory", "\(decimal(result.rssMb, 1)) MiB (the whole process)"])
    return table.text(indent: "")
  }

  private func text(_ times: Benchmark.ByAttribute) -> String {
    var table = TextTable(["attribute", "alone: MACs", "share", "time (minimum, median)", "share", "more than its MACs"])
    for attribute in times.attributes {
      let share = times.share(attribute)
      table.add([
        attribute.name, counted(attribute.multiplyAccumulates), percent(share.multiplyAccumulates), Self.time(attribute.ns),
        percent(share.time), share.multiplyAccumulates > 0 ? Self.signed(share.time / share.multiplyAccumulates - 1) : "",
      ])
    }
    table.add(["all at once", counted(times.multiplyAccumulates), "", Self.time(times.togetherNs)])
    table.add(["one after another", "", "", Self.time(times.oneAfterAnotherNs), "", Self.signed(times.oneAfterAnother - 1)])
    if let inTurn = times.branchesInTurn, let ns = times.branchesInTurnNs {
      table.add(["no branches side by side", "", "", Self.time(ns), "", Self.signed(inTurn - 1)])
    }
    return table.text()
  }

  private func text(_ deadlines: [Benchmark.Deadline]) -> String {
    var table = TextTable(["deadline", "attributes reached", "in time", "late by (median, largest)"])
    for deadline in deadlines {
      let late = deadline.overruns
      table.add([
        milliseconds(deadline.budgetNs), decimal(deadline.meanReached, 2), percent(deadline.inTime),
        late.isEmpty ? "" : "\(milliseconds(Benchmark.median(late))), \(milliseconds(late.max() ?? 0))",
      ])
    }
    return table.text()
  }

  static func text(_ costs: MeasuredCosts) -> String {
    var table = TextTable(["attribute", "alone (minimum, median, 95 %)", "only for it (minimum, median, 95 %)"])
    for attribute in costs.attributes {
      table.add([attribute.name, time(attribute.alone), time(attribute.marginal)])
    }
    return table.text()
  }

  private static func time(_ time: MeasuredCosts.Time) -> String {
    [time.minimum, time.median, time.high].map { milliseconds(Int64($0)) }.joined(separator: ", ")
  }

  private static func time(_ ns: [Int64]) -> String { "\(milliseconds(ns.min() ?? 0)), \(milliseconds(Benchmark.median(ns)))" }

  private static func signed(_ share: Double) -> String {
    (share < 0 ? "-" : "+") + percent(abs(share))
  }
}
