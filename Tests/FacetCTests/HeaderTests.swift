import CFacet
import FacetC
import Foundation
import Testing

/// `facet.h` as other programs take it: alone, in C and in C++, and with nothing declared that the library lacks.
@Suite struct HeaderTests {
  private static let header = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/CFacet/include/facet.h").standardized

  @Test(arguments: [
    ["-x", "c", "-std=c99"], ["-x", "c", "-std=c11"], ["-x", "c++", "-std=c++98", "-Wno-long-long"], ["-x", "c++", "-std=c++17"],
  ])
  func compilesAlone(language: [String]) throws {
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments =
      ["clang"] + language + ["-fsyntax-only", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wno-pragma-once-outside-header"] + [
        Self.header.path
      ]
    let errors = Pipe()
    compiler.standardError = errors
    try compiler.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0, "\(text)")
  }

  /// The table names every function, and this program links only where all of them are there.
  @Test func everyDeclaredFunctionIsDefined() throws {
    var text = try String(contentsOf: Self.header, encoding: .utf8)
    text = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line)
    }.filter { !$0.hasPrefix("#") }.joined(separator: "\n")
    let declared = Set(text.matches(of: #/\b(facet_\w+)\s*\(/#).map { String($0.1) })
    #expect(declared == Set(definedFunctions.map(\.name)))
  }

  @Test func itsCommentNamesTheLevelsOfThisCPU() throws {
    let names = (0..<Int32(64)).map { facet_isa_name($0).map { String(cString: $0) } }.prefix { $0 != nil }.compactMap { $0 }
    let listed = names.enumerated().map { "\($0.offset) \($0.element)" }.joined(separator: ", ") + "."
    #expect(try String(contentsOf: Self.header, encoding: .utf8).contains(": \(listed)"))
    for number in [-2, Int32(names.count), .max] { #expect(facet_isa_name(number) == nil && facet_isa_available(number) == 0) }
    #expect(facet_isa_available(0) == 1)
  }
}
