import FacetDiagnostics
import Testing

@Suite struct FacetErrorTests {
  private enum Code: String, ErrorCode {
    case first = "test.first"
    case second = "test.second"

    var explanation: (title: String, causes: String, remedy: String) { ("Title.", "Causes.", "Remedy.") }
  }

  private let whole = Diagnostic(code: Code.first, file: "m.onnx", message: "It is empty.", remedy: "Export it again.")
  private let node = Diagnostic(
    code: Code.second, file: "m.onnx", place: "node 'conv1'", operatorName: "Conv", shapes: ["1x3x8x8", "?"], message: "No weights.",
    remedy: "Export them too.")

  @Test func aLineSaysFilePlaceOperatorMessageRemedyAndCode() {
    #expect(
      FacetError([whole, node]).description == """
        m.onnx: It is empty. Export it again. [test.first]
        m.onnx: node 'conv1' (Conv, inputs 1x3x8x8, ?): No weights. Export them too. [test.second]
        """)
  }

  @Test func isOnlyAsksForOneReasonOfThatCode() {
    #expect(FacetError(whole).isOnly(Code.first))
    #expect(!FacetError(whole).isOnly(Code.second))
    #expect(!FacetError([whole, node]).isOnly(Code.first))
  }
}
