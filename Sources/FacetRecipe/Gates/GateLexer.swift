import FacetDiagnostics

/// A piece of a gate's text.
struct GateToken: Equatable {
  enum Kind: Equatable {
    case word
    case number(Double)
    case quoted
    /// An operator or a bracket.
    case symbol
    case end
  }

  var kind: Kind
  /// Of a quoted one, what is between the quotes.
  var text: String
  var offset: Int

  /// For messages.
  var found: String { kind == .end ? "the end" : quoted(text) }
}

/// Cuts a gate's text into words, numbers, quoted texts and symbols.
enum GateLexer {
  private static let symbols = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", "."]

  static func tokens(_ text: String) throws(GateFault) -> [GateToken] {
    let bytes = Array(text.utf8)
    var tokens: [GateToken] = []
    var at = 0
    func isWord(_ byte: UInt8) -> Bool { byte == 0x5F || byte >= 0x80 || Self.isDigit(byte) || Self.isLetter(byte) }
    while at < bytes.count {
      let start = at
      let byte = bytes[at]
      if byte == 0x20 || byte == 0x09 {
        at += 1
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        guard let end = bytes[(at + 1)...].firstIndex(of: byte) else {
          throw GateFault(
            offset: start, message: "A quoted label is not closed.", remedy: "Close it with \(Character(Unicode.Scalar(byte))).")
        }
        tokens.append(GateToken(kind: .quoted, text: String(decoding: bytes[(at + 1)..<end], as: UTF8.self), offset: start))
        at = end + 1
      } else if isDigit(byte) || (byte == UInt8(ascii: "-") && at + 1 < bytes.count && isDigit(bytes[at + 1])) {
        at += 1
        // A label may begin with a digit; what looks like a number is one.
        while at < bytes.count, isWord(bytes[at]) || bytes[at] == UInt8(ascii: ".") || isExponentSign(bytes, at) { at += 1 }
        let word = String(decoding: bytes[start..<at], as: UTF8.self)
        let number = Double(word).flatMap { $0.isFinite ? GateToken.Kind.number($0) : nil }
        tokens.append(GateToken(kind: number ?? .word, text: word, offset: start))
      } else if isWord(byte) {
        while at < bytes.count, isWord(bytes[at]) { at += 1 }
        tokens.append(GateToken(kind: .word, text: String(decoding: bytes[start..<at], as: UTF8.self), offset: start))
      } else if let symbol = symbols.first(where: { bytes[at...].starts(with: $0.utf8) }) {
        tokens.append(GateToken(kind: .symbol, text: symbol, offset: start))
        at += symbol.utf8.count
      } else {
        throw stray(byte, at: start)
      }
    }
    tokens.append(GateToken(kind: .end, text: "", offset: bytes.count))
    return tokens
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  /// The sign in 1e-3.
  private static func isExponentSign(_ bytes: [UInt8], _ at: Int) -> Bool {
    (bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+")) && bytes[at - 1] & 0xDF == UInt8(ascii: "E")
      && bytes[..<(at - 1)].last.map(isDigit) == true
  }

  private static func stray(_ byte: UInt8, at offset: Int) -> GateFault {
    let remedy =
      switch byte {
      case UInt8(ascii: "="): "Write == to compare."
      case UInt8(ascii: "&"): "Write && for 'and'."
      case UInt8(ascii: "|"): "Write || for 'or'."
      default: "A label with such characters stands in quotes: 'a label'."
      }
    return GateFault(offset: offset, message: "'\(Character(Unicode.Scalar(byte)))' means nothing here.", remedy: remedy)
  }
}
