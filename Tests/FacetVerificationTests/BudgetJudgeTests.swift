import FacetBundle
import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetQuantization
import FacetRecipe
import FacetRuntime
import Foundation
import Testing

@testable import FacetVerification

/// Budgets as `facet compile --budget` has them judged.
@Suite struct BudgetJudgeTests {
  private static let example =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples/face-attributes").standardizedFileURL

  private func request(_ budget: String) throws -> CompileRequest {
    let text =
      #"{"version": 1, "input": {"width": 64, "height": 64, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}, "attributes": "#
      + #"{"years": {"output": "age", "labels": ["child", "teen", "adult", "middle_aged", "senior"], "budget": "# + budget + "}}}"
    return CompileRequest(
      models: [Self.example.appendingPathComponent("face-attributes.onnx").path],
      recipes: [try Recipe.parse(Array(text.utf8), file: "r.json")],
      target: try Target.named(Target.defaultName))
  }

  private func judged(_ budget: String) throws -> Judgement {
    let request = try request(budget)
    let judge = try BudgetJudge(request, data: Self.example.appendingPathComponent("calibration").path)
    var float = request
    float.precision = .float32
    return try judge.judge(Bundle.opening(Compiler.compile(float).bytes))
  }

  /// Of the float network itself: no bits would do.
  @Test func whatTooFewSamplesCannotTellIsRefused() throws {
    let met = try judged(#"{"sqnr_db": 50, "agreement": 90}"#)
    #expect(met.isMet && met.attributes[0].missing == [] && met.attributes[0].agreement == 1 && met.attributes[0].sqnrDb == 300)
    do {
      _ = try judged(#"{"agreement": 99.9}"#)
      Issue.record("it is judged")
    } catch let error as FacetError {
      let found = try #require(error.diagnostics.first)
      #expect(error.diagnostics.count == 1 && found.code == "compile.budget" && found.place == "attribute 'years'")
      #expect(found.message.contains("too few samples (128)"))
    }
  }

  @Test func aBudgetThatNeedsLabelsIsRefusedWithoutThem() throws {
    do {
      _ = try judged(#"{"accuracy_drop": 1}"#)
      Issue.record("it is judged")
    } catch let error as FacetError {
      let found = try #require(error.diagnostics.first)
      #expect(found.code == "compile.budget" && found.place == "attribute 'years'" && found.message.contains("column 'years'"))
    }
  }
}
