import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// What is computed of constants counts as long as something reads it.
@Suite struct ConstantMemoryTests {
  /// `v0` of 8 MB, and the same in other shapes as `v1` to `vN`.
  private func chain(_ count: Int) -> [Message] {
    [node("Expand", ["one", "size"], ["v0"])]
      + (0..<count).map { node("Reshape", ["v\($0)", $0.isMultiple(of: 2) ? "square" : "line"], ["v\($0 + 1)"]) }
  }
  private let tensors = [
    tensor("one", [1], [1]), tensor("size", integers: [1 << 21]), tensor("line", integers: [-1]),
    tensor("square", integers: [1 << 10, -1]),
    tensor("start", integers: [0]), tensor("end", integers: [1]),
  ]
  private func read(_ name: String) -> [Message] {
    [node("Reshape", [name, "line"], ["last"]), node("Slice", ["last", "start", "end"], ["m"]), node("Mul", ["x", "m"], ["y"])]
  }

  /// 64 MB may be held; only two of these are in use at a time.
  @Test func constantsThatNothingReadsAnyMoreCountNoLonger() throws {
    let bytes = model(chain(60) + read("v60"), tensors: tensors, inputs: [input("x", [1, 3])])
    let graph = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }.graph
    #expect(graph.nodes.count == 1 && graph.constants.count == 1)
  }

  @Test func constantsThatSomethingReadsLaterDoCount() {
    let joined = node("Concat", (0..<8).map { "v\($0 * 2)" }, ["all"], [attribute("axis", int: 0)])
    let bytes = model(chain(14) + [joined] + read("all"), tensors: tensors, inputs: [input("x", [1, 3])])
    #expect(Set(codes(bytes)) == ["import.onnx.memory"])
  }

  /// Freed or not, the work ends somewhere.
  @Test func computingConstantsForeverIsRefused() {
    let found = diagnostics(model(chain(200) + read("v200"), tensors: tensors, inputs: [input("x", [1, 3])]))
    #expect(found.map(\.code) == ["import.onnx.limit"] && found.first?.message.contains("more work") == true, "\(found)")
  }
}
