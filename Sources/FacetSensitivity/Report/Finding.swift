import FacetDiagnostics
import FacetMetrics
import Foundation

/// The one or two sentences that a report has of an attribute.
struct Finding {
  let text: String

  /// A range of which nearly all numbers use no more than this many codes is set by the others.
  private static let fewCodes = 64
  /// With a smaller share, the worst operator is one among many.
  private static let standsOut = 0.15

  /// - Parameters:
  ///   - operators: of the report, the worst first.
  ///   - target: what their costs are modelled for.
  init(attribute: String, sqnrDb: Double, _ operators: [SensitivityReport.OperatorReport], target: String? = nil) {
    var found: (operator: SensitivityReport.OperatorReport, effect: SensitivityReport.Effect)?
    for each in operators {
      guard let effect = each.attributes.first(where: { $0.attribute == attribute }) else { continue }
      if effect.notFinite > 0 {
        text =
          "\(quoted(each.name)) rounded to int8 makes scores of \(quoted(attribute)) infinite or NaN. \(Self.remedy(each, target: target))"
        return
      }
      if effect.share > found?.effect.share ?? 0 { found = (each, effect) }
    }
    guard let (worst, effect) = found else {
      text = "\(quoted(attribute)) loses nothing."
      return
    }
    let part = effect.share >= 0.995 ? "nearly all" : "\(Int((effect.share * 100).rounded())) %"
    let first = "\(quoted(worst.name)) causes \(part) of the loss of \(quoted(attribute))\(Self.why(worst, effect))."
    if sqnrDb >= faultlessDb {
      text = "\(first) That is little: its scores have \(decimal(sqnrDb, 1)) dB in all."
    } else if effect.share < Self.standsOut {
      text =
        "\(first) No operator stands out: half of the loss comes from \(Self.half(attribute, operators)) of them together, so that better "
        + "calibration data, or training with quantization in mind, bring more than float32 for one."
    } else {
      text = "\(first) \(Self.remedy(worst, effect, target: target))"
    }
  }

  /// How many operators, the worst first, have half of an attribute's loss.
  private static func half(_ attribute: String, _ operators: [SensitivityReport.OperatorReport]) -> Int {
    let shares = operators.compactMap { $0.attributes.first { $0.attribute == attribute }?.share }.sorted(by: >)
    var (sum, count) = (0.0, 0)
    while sum < 0.5, count < shares.count {
      sum += shares[count]
      count += 1
    }
    return count
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

  /// - Parameter effect: on the loss, of which its share then goes away; nil where that is not known.
  private static func remedy(
    _ worst: SensitivityReport.OperatorReport, _ effect: SensitivityReport.Effect? = nil, target: String?
  ) -> String {
    if worst.operator == "input" { return "Check scale, mean and std in the recipe, and what the calibration data hold." }
    let name = (try? String(decoding: JSONEncoder.plain.encode(worst.name), as: UTF8.self)) ?? "\"\(worst.name)\""
    func gain(_ share: Double) -> String { "up to \(decimal(-10 * log10(max(1 - share, 1e-3)), 1)) dB more" }
    func details(_ share: Double?, _ cost: SensitivityReport.Cost?) -> String {
      let words = [share.map(gain), cost.map { self.cost($0, target) }].compactMap(\.self)
      return words.isEmpty ? "" : " (\(words.joined(separator: "; ")))"
    }
    var text =
      "To compute it in float32\(details(effect?.share, worst.costs?.float32)), put \"precision\": {\(name): \"float32\"} into the recipe"
    // 16 bits leave the rounding of its weights.
    if let int16 = worst.costs?.int16, let effect, let result = effect.resultShare, result >= effect.share / 2,
      int16.milliseconds < worst.costs?.float32?.milliseconds ?? .infinity
    {
      text += "; to give its result 16 bits\(details(result, int16)), {\(name): \"int16\"}"
    }
    return text + "."
  }

  /// As "0.012 ms and 3.4 kB more on pi4, modelled".
  private static func cost(_ cost: SensitivityReport.Cost, _ target: String?) -> String {
    func words(_ amount: Double, _ digits: Int, _ unit: String) -> String {
      "\(decimal(abs(amount), digits)) \(unit) \(amount < 0 ? "less" : "more")"
    }
    return "\(words(cost.milliseconds, 3, "ms")), \(words(Double(cost.bytes) / 1000, 1, "kB"))\(target.map { " on \($0), modelled" } ?? "")"
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
