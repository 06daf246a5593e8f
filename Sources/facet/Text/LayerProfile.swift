import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetImport
import FacetRuntime
import FacetVerification

/// What `facet benchmark --layers` shows: each instruction beside what a core can do at most.
struct LayerProfile: Encodable {
  var layers: [Benchmark.Layer]
  /// Names of the bundle's fragments, as `facet plan` has them.
  var parts: [String]
  var limits: MachineLimits

  init(_ benchmark: Benchmark, iterations: Int, warmUp: Int) throws(FacetError) {
    let fragments = BundleDescription(benchmark.session.bundle).fragments
    parts = fragments.indices.map { partName($0, fragments[$0].attributes) }
    limits = MachineLimits(isa: benchmark.session.isa)
    layers = try benchmark.layers(iterations: iterations, warmUp: warmUp)
  }

  /// - Parameter threads: that ran it: the peak is that of as many cores.
  func text(threads: Int) -> String {
    var table = TextTable(
      ["part", "operation", "input", "output", "kernel", "minimum", "median", "GMAC/s", "of peak", "bytes"],
      left: ["part", "operation", "input", "output", "kernel"])
    for layer in layers {
      let peak = (layer.isFloat ? limits.float32GmacPerSecond : limits.int8GmacPerSecond) * Double(threads)
      let hasProducts = layer.multiplyAccumulates > 0
      table.add([
        terminalText(parts[layer.fragment]), layer.name, Self.shape(layer.inputShape), Self.shape(layer.outputShape),
        layer.kernel, milliseconds(layer.minimumNs), milliseconds(layer.medianNs),
        hasProducts ? decimal(layer.gmacPerSecond, 1) : "",
        hasProducts && peak > 0 ? decimal(100 * layer.gmacPerSecond / peak, 0) + " %" : "", bytes(layer.bytes),
      ])
    }
    let total = layers.reduce((minimum: 0, median: 0, products: 0)) {
      ($0.minimum + $1.minimumNs, $0.median + $1.medianNs, $0.products + $1.multiplyAccumulates)
    }
    table.add([
      "all", "", "", "", "", milliseconds(total.minimum), milliseconds(total.median),
      total.minimum > 0 ? decimal(Double(total.products) / Double(total.minimum), 1) : "",
    ])
    return table.text(indent: "") + "\n\n" + limitText
  }

  private var limitText: String {
    var table = TextTable(["one core at most", ""])
    func rate(_ gmac: Double) -> String { gmac > 0 ? "\(decimal(gmac, 1)) GMAC/s" : "not known for this level" }
    table.add(["int8", rate(limits.int8GmacPerSecond)])
    table.add(["float32", rate(limits.float32GmacPerSecond)])
    for (size, rate) in zip(limits.bandwidthBytes, limits.bandwidthGbPerSecond) {
      table.add(["reading \(bytes(size)) again and again", "\(decimal(rate, 1)) GB/s"])
    }
    return table.text(indent: "")
  }

  private static func shape(_ sizes: [Int]) -> String { sizes.map { "\($0)" }.joined(separator: "x") }
}

/// The line of `--json`: the times, and the instructions where they were asked for.
struct JSONResult: Encodable {
  var result: Benchmark.Result
  var profile: LayerProfile?

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    try profile?.encode(to: encoder)
  }
}
