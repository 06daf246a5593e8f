import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetVerification

/// Fitted rates as people read them: how well they say again what was measured.
struct RatesText {
  let fit: RatesFit

  init(_ fit: RatesFit) { self.fit = fit }

  var text: String {
    var table = TextTable(["measured", "ms", "by the rates", "error", "by rates of the others", "error"])
    func percent(_ share: Double?) -> String { share.map { ($0 < 0 ? "" : "+") + decimal(100 * $0, 1) + " %" } ?? "-" }
    for network in fit.networks {
      table.add([
        terminalText(network.file), decimal(network.measuredMilliseconds, 3), decimal(network.modelledMilliseconds, 3),
        percent(network.error),
        network.modelledByOthersMilliseconds.map { decimal($0, 3) } ?? "-", percent(network.errorByOthers),
      ])
    }
    let worst = fit.networks.map { abs($0.error) }.max() ?? 0
    return table.text(indent: "")
      + "\n\n\(fit.kernels.count) kernels of \(fit.isa); the rates are off by \(decimal(100 * worst, 1)) % at most on what they were fitted to."
  }
}
