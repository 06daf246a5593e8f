import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetRecipe
import FacetVerification
import Foundation
import Testing

@testable import facet

/// The catalogue is whole, says something of each code, and holds nothing that is not used.
@Suite struct ErrorCatalogueTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All Swift files below a folder of the project, in one text.
  private static func sources(_ folder: String, where isWanted: (String) -> Bool = { _ in true }) -> String {
    let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".swift") && isWanted($0) }.sorted()
      .compactMap { try? String(contentsOf: root.appendingPathComponent("\(folder)/\($0)"), encoding: .utf8) }.joined(separator: "\n")
  }

  @Test func everyCodeIsUniqueAndWellNamed() {
    let codes = ErrorCatalogue.codes.map(\.code)
    #expect(Set(codes).count == codes.count && codes.count > 150)
    for code in codes {
      #expect(code.wholeMatch(of: /[BS][1-9][0-9]?|[a-z]+(\.[a-z]+(-[a-z]+)*)+/) != nil, "\(code)")
    }
  }

  @Test func everyEntryIsWholeSentences() {
    for code in ErrorCatalogue.codes {
      let (title, causes, remedy) = code.explanation
      for text in [title, causes, remedy] {
        #expect(
          text.hasSuffix(".") && Self.beginsASentence(text) && !text.contains("  ") && !text.contains("\n"), "\(code.code): \(text)")
      }
      #expect(title.count <= 150, "\(code.code)")
    }
  }

  /// With a capital, or with a name that has none.
  private static func beginsASentence(_ text: String) -> Bool {
    text.first?.isLowercase == false
      || ["labels.csv", "int8", "mean", "scale"].contains { text.hasPrefix("\($0) ") || text.hasPrefix("\($0),") }
  }

  @Test func thePageIsWhatTheProgramWrites() throws {
    let page = try String(contentsOf: Self.root.appendingPathComponent("docs/errors.md"), encoding: .utf8)
    #expect(page == ErrorCatalogue.markdown, "write it again: facet explain --markdown > docs/errors.md")
  }

  @Test func thePageOfOperatorsIsWhatTheProgramWrites() throws {
    let page = try String(contentsOf: Self.root.appendingPathComponent("docs/operators.md"), encoding: .utf8)
    #expect(page == OperatorCatalogue.markdown, "write it again: facet explain --operators --markdown > docs/operators.md")
  }

  /// The engine's numbers are used where the engine is; its own tests hold them.
  @Test func noEntryIsUnused() {
    let text = Self.sources("Sources", where: { !$0.hasSuffix("ErrorCode.swift") })
    func unused<Code: ErrorCode & CaseIterable>(_: Code.Type) -> [String] {
      // A part's own code may leave out the type where the call says it.
      Code.allCases.filter { code in
        let use = ".\(code)"
        return !text.ranges(of: use).contains { $0.upperBound == text.endIndex || !text[$0.upperBound].isLetter }
      }.map(\.code)
    }
    #expect(unused(ImportErrorCode.self) == [])
    #expect(unused(FileErrorCode.self) == [])
    #expect(unused(DataErrorCode.self) == [])
    #expect(unused(DeltaErrorCode.self) == [])
    #expect(unused(RecipeErrorCode.self) == [])
    #expect(unused(CompileErrorCode.self) == [])
    #expect(unused(MergeErrorCode.self) == [])
    #expect(unused(ReplaceErrorCode.self) == [])
    #expect(unused(RunErrorCode.self) == [])
    #expect(unused(VerifyErrorCode.self) == [])
  }

  /// Codes that no test can bring about.
  private static let unprovoked: Set<String> = [
    // A machine that is out of memory, or a file that another process changes at the right moment.
    "data.image.memory", "data.file.changed",
    // Scores of more than 2 GiB.
    "verify.saved.too-large",
    // A full disk, and an allocation that fails: `Scripts/test-commands` does it with the built command.
    "output.unwritable", "memory.exhausted",
    // Faults of this program.
    "import.onnx.invariant", "compile.passes", "compile.internal", "verify.sample",
  ]

  /// Tests compare with the whole code, or with its last word where a table of theirs is of one family.
  @Test func everyCodeIsNamedByATest() throws {
    let all = Self.sources("Tests", where: { !$0.hasSuffix("ErrorCatalogueTests.swift") })
    let families = [
      "import.onnx.": Self.sources("Tests/FacetImportTests"),
      "data.": Self.sources("Tests/FacetDataTests") + Self.sources("Tests/FacetFilesTests"),
      "recipe.": Self.sources("Tests/FacetCompilerTests"),
    ]
    let unnamed = try ErrorCatalogue.parts.dropLast(2).flatMap(\.codes).map(\.code).filter { code in
      let last = code.split(separator: ".").last ?? ""
      return try all.firstRange(of: Regex("\\Q\(code)\\E(?![a-z.-])")) == nil
        && !families.contains { code.hasPrefix($0.key) && $0.value.contains("\"\(last)\"") }
    }
    #expect(Set(unnamed) == Self.unprovoked)
  }

  @Test(arguments: [
    ("import.onnx.opset", "import.onnx.opset"), ("b12", "B12"), ("error[S3]", "S3"), ("[recipe.type]", "recipe.type"),
  ])
  func aCodeIsFoundAsMessagesShowIt(_ text: String, _ code: String) { #expect(ErrorCatalogue[text]?.code == code) }

  @Test(arguments: [
    ("import.onnx.opsets", "Did you mean 'import.onnx.opset'?"), ("opset", "Did you mean 'import.onnx.opset'?"),
    ("too-many", "Did you mean 'recipe.too-many'?"), ("nothing like it", ""), ("", ""),
  ])
  func anUnknownCodeIsAnsweredWithTheClosest(_ text: String, _ answer: String) {
    #expect(ErrorCatalogue[text] == nil && ErrorCatalogue.didYouMean(text) == answer)
  }

  @Test func anEntryIsTextForATerminal() {
    let text = ErrorCatalogue.text(RunErrorCode.attribute)
    #expect(text.hasPrefix("run.attribute: The bundle has no attribute of that name.\n\n") && text.contains("\n\nWhat to do: Use one of"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
