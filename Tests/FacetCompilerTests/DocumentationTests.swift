import Foundation
import Testing

/// What pages quote from the sources stands there.
@Suite struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct Quotation {
    var page: String
    var file: String
    var lines: [String]
  }

  /// Indented code blocks after a line that names a file in backquotes.
  static func quotations(_ page: String) throws -> [Quotation] {
    let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
    var result: [Quotation] = []
    var file: String?
    var isCode = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if trimmed.hasPrefix("```") {
        isCode.toggle()
        if isCode, let file { result.append(Quotation(page: page, file: file, lines: [])) }
        if !isCode { file = nil }
      } else if isCode {
        if file != nil, !trimmed.isEmpty { result[result.count - 1].lines.append(trimmed) }
      } else if let named = trimmed.firstMatch(of: /`((?:Sources|Tests)\/[^`]+\.(?:swift|h|c|py))`/) {
        file = String(named.1)
      }
    }
    return result
  }

  @Test func everyQuotedLineStandsInItsFile() throws {
    let quotations = try Self.quotations("docs/adding-an-operator.md")
    // The edits of an elementwise operator: function, row, kernel, case.
    #expect(quotations.map(\.file).count >= 4)
    for quotation in quotations {
      let source = try String(contentsOf: Self.root.appending(path: quotation.file), encoding: .utf8)
      let lines = Set(source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
      #expect(!quotation.lines.isEmpty)
      for line in quotation.lines { #expect(lines.contains(line), "\(quotation.page) quotes '\(line)' of \(quotation.file)") }
    }
  }

  @Test func theExampleHasItsCaseFolder() {
    let folder = Self.root.appending(path: "Tests/FacetImportTests/Cases/thresholded_relu")
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: "model.onnx").path))
  }
}
