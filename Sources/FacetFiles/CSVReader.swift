import FacetDiagnostics

/// Comma-separated values (RFC 4180): one record at a time, with fields that may be quoted and hold commas, line breaks
/// and doubled quotes. Lines end in LF or CRLF; a byte order mark and empty lines are skipped.
package struct CSVReader {
  private let bytes: [UInt8]
  private let name: String
  private var at = 0
  /// Of the record that `next` returned last; the first is 1.
  package private(set) var line = 1
  private var nextLine = 1

  package init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { at = 3 }
  }

  /// The fields of the next record; nil at the end.
  ///
  /// - Parameter limit: most fields in a record.
  package mutating func next(limit: Int) throws(FacetError) -> [String]? {
    while at < bytes.count, endsLine(at) {
      at += bytes[at] == 0x0d ? 2 : 1
      nextLine += 1
    }
    guard at < bytes.count else { return nil }
    line = nextLine
    var fields: [String] = []
    while true {
      guard fields.count < limit else {
        throw error(.labelsColumns, fields.count, "more than \(limit) fields", "Split the file.")
      }
      fields.append(try field(fields.count))
      if at < bytes.count, bytes[at] == UInt8(ascii: ",") {
        at += 1
        continue
      }
      if at < bytes.count {
        at += bytes[at] == 0x0d ? 2 : 1
        nextLine += 1
      }
      return fields
    }
  }

  /// Leaves `at` at a comma, a line end or the end.
  private mutating func field(_ index: Int) throws(FacetError) -> String {
    if at < bytes.count, bytes[at] == UInt8(ascii: "\"") { return try quotedField(index) }
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != 0x0a, bytes[at] != 0x0d {
      if bytes[at] == UInt8(ascii: "\"") {
        throw error(
          .labelsQuote, index, "a quote inside an unquoted field", "Quote the whole field and double the quotes in it.")
      }
      at += 1
    }
    if at < bytes.count, bytes[at] == 0x0d, !endsLine(at) { throw loneCarriageReturn(index) }
    return try text(bytes[start..<at], index)
  }

  private mutating func quotedField(_ index: Int) throws(FacetError) -> String {
    var content: [UInt8] = []
    at += 1
    while true {
      guard at < bytes.count else {
        throw error(.labelsQuote, index, "the quoted field does not end", "Close the quote.")
      }
      let byte = bytes[at]
      at += 1
      if byte == 0x0a { nextLine += 1 }
      if byte != UInt8(ascii: "\"") {
        content.append(byte)
        continue
      }
      guard at < bytes.count else { break }
      if bytes[at] == UInt8(ascii: "\"") {
        content.append(byte)
        at += 1
        continue
      }
      if bytes[at] == 0x0d, !endsLine(at) { throw loneCarriageReturn(index) }
      guard bytes[at] == UInt8(ascii: ",") || endsLine(at) else {
        throw error(.labelsQuote, index, "text after the closing quote", "Double the quotes inside the field.")
      }
      break
    }
    return try text(content[...], index)
  }

  private func endsLine(_ i: Int) -> Bool {
    bytes[i] == 0x0a || (bytes[i] == 0x0d && i + 1 < bytes.count && bytes[i + 1] == 0x0a)
  }

  private func text(_ content: ArraySlice<UInt8>, _ index: Int) throws(FacetError) -> String {
    guard let text = String(validating: content, as: UTF8.self), !content.contains(0) else {
      throw error(.labelsEncoding, index, "not UTF-8 text", "Save the file as UTF-8.")
    }
    return text
  }

  private func loneCarriageReturn(_ index: Int) -> FacetError {
    error(.labelsLineEnd, index, "a carriage return without a line feed", "Save the file with LF or CRLF line ends.")
  }

  private func error(_ code: FileErrorCode, _ index: Int, _ message: String, _ remedy: String) -> FacetError {
    FacetError(
      code: code, file: name, place: "line \(line), field \(index + 1)", message: message,
      remedy: remedy)
  }
}
