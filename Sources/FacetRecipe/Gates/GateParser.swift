import FacetDiagnostics
import FacetFormat

/// Reads a gate's text. Precedence as in C: `!`, then comparisons, then `&&`, then `||`.
///
/// ```
/// or       = and { "||" and }
/// and      = not { "&&" not }
/// not      = "!" not | "(" or ")" | term
/// term     = name ("==" | "!=") label | quantity order number | number order quantity
/// quantity = name "." ("confidence" | "score") [ "[" label "]" ] | name "." "value"
/// order    = "<" | "<=" | ">" | ">="
/// label    = word | number | quoted text
/// ```
struct GateParser {
  /// Of brackets and `!` within each other: with it, no condition needs more than `GateOperation.maximumDepth` truth values at a time.
  static let maximumNesting = 16

  private let tokens: [GateToken]
  private var at = 0

  static func parse(_ text: String) throws(GateFault) -> Gate {
    var parser = GateParser(tokens: try GateLexer.tokens(text))
    let condition = try parser.or(nesting: 0)
    guard parser.token.kind == .end else {
      throw parser.fault(
        "'&&', '||' or the end is expected, not \(parser.token.found).",
        parser.hint ?? "Join conditions with && and ||; a label with spaces stands in quotes.")
    }
    return Gate(text: text, condition: condition)
  }

  private init(tokens: [GateToken]) { self.tokens = tokens }

  private var token: GateToken { tokens[at] }

  private func fault(_ message: String, _ remedy: String) -> GateFault {
    GateFault(offset: token.offset, message: message, remedy: remedy)
  }

  /// Words that other languages use.
  private var hint: String? {
    guard token.kind == .word else { return nil }
    let operators = ["and": "&&", "or": "||", "not": "!", "is": "=="]
    return operators[token.text.lowercased()].map { "Write \($0) for '\(token.text)'." }
  }

  /// Whether the next token is this symbol, which is then taken.
  private mutating func take(_ symbol: String) -> Bool {
    guard token.kind == .symbol, token.text == symbol else { return false }
    at += 1
    return true
  }

  private mutating func or(nesting: Int) throws(GateFault) -> Gate.Condition {
    var result = try and(nesting: nesting)
    while take("||") { result = .or(result, try and(nesting: nesting)) }
    return result
  }

  private mutating func and(nesting: Int) throws(GateFault) -> Gate.Condition {
    var result = try not(nesting: nesting)
    while take("&&") { result = .and(result, try not(nesting: nesting)) }
    return result
  }

  private mutating func not(nesting: Int) throws(GateFault) -> Gate.Condition {
    guard nesting <= Self.maximumNesting else {
      throw fault("More than \(Self.maximumNesting) brackets or '!' stand within each other.", "Write a simpler condition.")
    }
    if take("!") { return .not(try not(nesting: nesting + 1)) }
    guard take("(") else { return try term() }
    let inner = try or(nesting: nesting + 1)
    guard take(")") else { throw fault("')' is expected, not \(token.found).", hint ?? "Close the bracket.") }
    return inner
  }

  private mutating func term() throws(GateFault) -> Gate.Condition {
    if case .number(let value) = token.kind {
      at += 1
      let comparison = try order()
      return .compare(try quantity(), Self.turned(comparison), value)
    }
    let name = try name()
    guard token.text == "." && token.kind == .symbol else {
      if take("==") { return .answer(name, label: try label()) }
      if take("!=") { return .not(.answer(name, label: try label())) }
      let isOrder = ["<", "<=", ">", ">="].contains(token.text)
      throw fault(
        isOrder ? "An answer is not a number." : "'==', '!=' or '.' is expected after \(quoted(name.text)), not \(token.found).",
        isOrder ? "Compare '\(name.text).confidence' or '\(name.text).score[LABEL]'." : hint ?? "Write, say, \(name.text) == LABEL.")
    }
    let quantity = try quantity(of: name)
    let comparison = try order()
    guard case .number(let value) = token.kind else {
      throw fault("A number is expected, not \(token.found).", "Compare with a number, such as 0.5.")
    }
    at += 1
    return .compare(quantity, comparison, value)
  }

  private mutating func name() throws(GateFault) -> Gate.Name {
    guard token.kind == .word, hint == nil else {
      throw fault("An attribute's name is expected, not \(token.found).", hint ?? "Write, say, eyewear == none.")
    }
    at += 1
    return Gate.Name(text: tokens[at - 1].text, offset: tokens[at - 1].offset)
  }

  private mutating func label() throws(GateFault) -> Gate.Name {
    switch token.kind {
    case .word, .number, .quoted: at += 1
    default: throw fault("A label is expected, not \(token.found).", "Write one of the attribute's labels, in quotes where it has spaces.")
    }
    return Gate.Name(text: tokens[at - 1].text, offset: tokens[at - 1].offset)
  }

  private mutating func quantity() throws(GateFault) -> Gate.Quantity { try quantity(of: name()) }

  private mutating func quantity(of name: Gate.Name) throws(GateFault) -> Gate.Quantity {
    let kinds = Gate.Quantity.Kind.allCases.map(\.rawValue)
    guard take("."), token.kind == .word, let kind = Gate.Quantity.Kind(rawValue: token.text) else {
      let guess = didYouMean(token.text, among: kinds)
      throw fault(
        "'\(kinds.joined(separator: "' or '"))' is expected, not \(token.found).",
        guess.isEmpty ? "Write \(name.text).confidence or \(name.text).score[LABEL]." : guess)
    }
    at += 1
    guard kind != .value, take("[") else { return Gate.Quantity(attribute: name, kind: kind) }
    let label = try label()
    guard take("]") else { throw fault("']' is expected, not \(token.found).", "Close the bracket after the label.") }
    return Gate.Quantity(attribute: name, kind: kind, label: label)
  }

  private mutating func order() throws(GateFault) -> GateOperation.Comparison {
    let comparisons: [String: GateOperation.Comparison] = ["<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual]
    guard token.kind == .symbol, let comparison = comparisons[token.text] else {
      let isEquality = token.text == "==" || token.text == "!="
      throw fault(
        "'<', '<=', '>' or '>=' is expected, not \(token.found).",
        isEquality ? "Numbers are hardly ever equal: compare with <, <=, > or >=." : "Compare with a number, such as 0.5.")
    }
    at += 1
    return comparison
  }

  /// a < b is b > a.
  private static func turned(_ comparison: GateOperation.Comparison) -> GateOperation.Comparison {
    switch comparison {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
