import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetVerification

/// Fitted rates as people read them: how well they say again what was measured.
struct RatesText {
  let fit: RatesFit

  private static let oneNetwork =
    "That proves nothing: rates are scaled to the sum of what was measured, which of one network is all there is. Measure more networks: each is then "
    + "also modelled by the rates of the others."

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
      + (fit.networks.count > 1 ? "" : " " + Self.oneNetwork)
  }
}
