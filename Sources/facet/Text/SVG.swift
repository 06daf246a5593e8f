import FacetDiagnostics
import FacetImport

/// Elements of a picture as SVG.
struct SVG {
  func text(
    _ x: Double, _ y: Double, _ text: String, size: Int = 13, anchor: String = "start", fill: String = "#222222", title: String? = nil
  ) -> String {
    let tip = title.map { $0 == text ? "" : "<title>\(escaped($0))</title>" } ?? ""
    return
      "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\">\(tip)\(escaped(text))</text>"
  }

  func bar(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String, kind: String, title: String) -> String {
    "<rect class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" fill=\"\(fill)\">"
      + "<title>\(escaped(title))</title></rect>"
  }

  func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String, width: Double, dashes: String? = nil) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(stroke)\" "
      + "stroke-width=\"\(number(width))\"\(dashes.map { " stroke-dasharray=\"\($0)\"" } ?? "")/>"
  }

  func dot(_ x: Double, _ y: Double, _ radius: Double, _ fill: String) -> String {
    "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" fill=\"\(fill)\"/>"
  }

  /// The trunk is grey; then eight colours that differ for most eyes (after Okabe and Ito, lightened), and again.
  static func color(_ part: Int) -> String {
    let palette = ["#f2b866", "#8fc9ee", "#66c3a5", "#f4ea7c", "#7fb0dc", "#e69a6b", "#dba6c6", "#b9d77e"]
    return part == 0 ? "#c4c9d1" : palette[(part - 1) % palette.count]
  }

  /// About as wide as the text will be.
  func length(_ text: some Sequence<Character>, size: Double = 13) -> Double { text.reduce(0) { $0 + Self.width($1) } * size }

  /// The text, or where it is wider than that its beginning and its end, which tell long names apart.
  func fitted(_ text: String, _ width: Double, size: Double = 13) -> String {
    let characters = Array(text)
    func length(_ part: some Sequence<Character>) -> Double { self.length(part, size: size) }
    guard length(characters) > width else { return text }
    var (front, back) = (characters.count / 2, characters.count - characters.count / 2)
    while front + back > 2, length(characters.prefix(front)) + length("…") + length(characters.suffix(back)) > width {
      if front > back { front -= 1 } else { back -= 1 }
    }
    return String(characters.prefix(front)) + "…" + String(characters.suffix(back))
  }

  /// Of a character beside the font's size: what the widest usual sans-serif fonts take.
  private static func width(_ character: Character) -> Double {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value >= 0x1100 { return scalar.value >= 0x2E80 || scalar.value < 0x1200 ? 1.05 : 0.9 }
    if "iljt.,:;|![]() 1fI'".contains(character) { return 0.42 }
    if "mwMW@%—".contains(character) { return 0.98 }
    return character.isUppercase ? 0.74 : 0.64
  }

  func number(_ value: Double) -> String { decimal(value, 3) }

  /// As XML takes it: without control characters.
  func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.properties.generalCategory == .control || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
