import FacetDiagnostics
import Foundation

/// The one or two sentences that a report has of an attribute.
struct Finding {
  let text: String

  /// From here on nobody sees a loss.
  private static let faultlessDb = 40.0
  /// A range of which nearly all numbers use no more than this many codes is set by the others.
  private static let fewCodes = 64

  /// - Parameter operators: of the report, the worst first.
  init(attribute: String, sqnrDb: Double, _ operators: [SensitivityReport.OperatorReport]) {
    var found: (operator: SensitivityReport.OperatorReport, effect: SensitivityReport.Effect)?
    for each in operators {
      guard let effect = each.attributes.first(where: { $0.attribute == attribute }) else { continue }
      if effect.notFinite > 0 {
        text = "\(quoted(each.name)) rounded to int8 makes scores of \(quoted(attribute)) infinite or NaN. \(Self.remedy(each))"
        return
      }
      if effect.share > found?.effect.share ?? 0 { found = (each, effect) }
    }
    guard let (worst, effect) = found else {
      text = "\(quoted(attribute)) loses nothing."
      return
    }
    let part = effect.share >= 0.995 ? "nearly all" : "\(Int((effect.share * 100).rounded())) %"
    var sentences = ["\(quoted(worst.name)) causes \(part) of the loss of \(quoted(attribute))\(Self.why(worst, effect))."]
    sentences.append(
      sqnrDb >= Self.faultlessDb ? "That is little: its scores have \(decimal(sqnrDb, 1)) dB in all." : Self.remedy(worst))
    text = sentences.joined(separator: " ")
  }

  private static func why(_ worst: SensitivityReport.OperatorReport, _ effect: SensitivityReport.Effect) -> String {
    if let weights = effect.weightsSqnrDb, weights < effect.sqnrDb ?? .infinity { return ", most of it by its weights" }
    guard let range = worst.range else { return "" }
    let ends = "\(number(range.low)) ... \(number(range.high))"
    if range.centralCodes <= fewCodes {
      return "; its range \(ends) is set by few values: 99.9 % lie in \(number(range.centralLow)) ... \(number(range.centralHigh))"
    }
    if range.clipped >= 0.001 {
      return "; \(percent(range.clipped)) of its values lie beyond its range \(ends) and are clipped, up to "
        + "\(number(range.reachedLow)) ... \(number(range.reachedHigh))"
    }
    if range.used <= 0.5 { return "; of its range \(ends) the data use \(Int((range.used * 100).rounded())) %" }
    return "; its range is \(ends)"
  }

  private static func remedy(_ worst: SensitivityReport.OperatorReport) -> String {
    if worst.operator == "input" { return "Check scale, mean and std in the recipe, and what the calibration data hold." }
    let name = (try? String(decoding: JSONEncoder.plain.encode(worst.name), as: UTF8.self)) ?? "\"\(worst.name)\""
    return "To keep it in 16 bits, put \"precision\": {\(name): \"int16\"} into the recipe."
  }

  /// Three digits that count.
  private static func number(_ value: Double) -> String { String(format: "%.3g", value) }
}

extension JSONEncoder {
  fileprivate static var plain: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return encoder
  }
}
