import Foundation
import Testing

/// How many places change for something new (docs/structure.md, "How many places change"), counted on one that is there: the files that name it.
@Suite struct PlaceTests {
  private static func files(naming words: [String], in paths: [String]) -> [String] {
    paths.filter { path in
      let text = Repository.text(path)
      return words.contains { text.contains($0) }
    }
  }

  private static let sources = Repository.files("Sources", "swift", "c", "h", "inc")

  @Test func aKernelIsNamedByItsFileAndItsLine() {
    for kernel in ["conv_u8s8_6x16_avxvnni", "conv_u8s8_8x32_avx512vnni", "depthwise_u8s8_3x3_avx512vbmi", "top_k_f32_scalar"] {
      // Rates are made.
      #expect(Self.files(naming: [kernel], in: Self.sources.filter { !$0.hasSuffix("EmbeddedRates.swift") }).count == 2, "\(kernel)")
    }
  }

  @Test func aFunctionOfOneNumberTakesFour() {
    let paths = Self.sources + ["Tests/FacetImportTests/make_cases.py"]
    #expect(Self.files(naming: ["hresholdedRelu", "THRESHOLDED_RELU"], in: paths).count == 4)
  }

  @Test func anInstructionKindTakesEightAtMost() {
    let kinds = ["TopKRecord", ".topK", "ResampleRecord", ".resample"]
    for kind in [kinds[0...1], kinds[2...3]] {
      let files = Self.files(naming: Array(kind), in: Self.sources).filter { !$0.contains("FacetImport") && !$0.contains("FacetLowering") }
      #expect(files.count <= 8, "\(kind): \(files)")
    }
  }

  @Test func anISALevelTakesSixAtMost() {
    let files = Self.files(naming: ["AVXVNNI", "\"avxvnni\"", "(avxvnni"], in: Self.sources + Repository.files("Targets", "json"))
      .filter { !$0.contains("facet-kernel-test") && !$0.contains("_avxvnni.c") }
    #expect(files.count <= 6, "\(files)")
  }

  @Test func aMetricWithABudgetTakesThree() {
    let files = Self.files(
      naming: ["mean_error_increase", ".meanErrorIncrease", "case meanErrorIncrease"], in: Self.sources + ["Formats/recipe.schema.json"])
    #expect(files.count == 2, "\(files), and its test")
  }
}
