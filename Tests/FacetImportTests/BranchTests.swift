import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// If with a known condition, and functions of the file: what is taken, and what is refused.
@Suite struct BranchTests {
  private func graph(_ nodes: [Message], _ outputs: [String], tensors: [Message] = []) -> Message {
    Message().messages(1, nodes).messages(5, tensors).messages(12, outputs.map { Message().text(1, $0) })
  }
  private func choice(_ then: Message, _ other: Message, _ condition: String = "t", _ outputs: [String] = ["y"]) -> Message {
    func branch(_ name: String, _ graph: Message) -> Message { Message().text(1, name).message(6, graph).int(20, 5) }
    return node("If", [condition], outputs, [branch("then_branch", then), branch("else_branch", other)], name: "choice")
  }
  private let truth = [1].reduce(Message()) { $0.int(5, $1) }.int(2, 9).text(8, "t")
  private var relu: Message { graph([node("Relu", ["x"], ["b"])], ["b"]) }
  private var sigmoid: Message { graph([node("Sigmoid", ["x"], ["b"])], ["b"]) }

  private func imported(_ bytes: [UInt8]) throws -> ImportedModel {
    try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }
  }

  @Test func theNodesOfTheTakenBranchStandInItsPlace() throws {
    let model = try imported(model([choice(relu, sigmoid)], tensors: [truth]))
    #expect(model.graph.nodes.map(\.op.name) == ["Relu"] && model.graph.nodes[0].name == "choice/Relu_0")
    #expect(model.graph[model.graph.nodes[0].output].name == "y")
  }

  @Test func anInputThatOnlyTheOtherBranchReadsIsLeftOut() throws {
    let other = graph([node("Sigmoid", ["z"], ["b"])], ["b"])
    let model = try imported(model([choice(relu, other)], tensors: [truth], inputs: [input("x", [1, 3]), input("z", [1, 3])]))
    #expect(model.graph.inputs.map { model.graph[$0].name } == ["x"])
    #expect(model.notes == ["The input 'z' is left out: no output needs it."])
  }

  /// Through a node that only the branch needs, and through an If that only a branch needs.
  @Test func anInputThatTheTakenBranchNeedsByOthersStays() throws {
    let nodes = [
      node("Exp", ["x"], ["e"]), choice(graph([node("Relu", ["e"], ["b"])], ["b"]), sigmoid, "t", ["inner"]),
      choice(graph([node("Neg", ["inner"], ["b"])], ["b"]), sigmoid),
    ]
    let model = try imported(model(nodes, tensors: [truth]))
    #expect(model.graph.nodes.map(\.op.name) == ["Exp", "Relu", "Neg"] && model.graph.inputs.count == 1)
  }

  /// What a branch makes, read by both branches of an If in it, and then by nothing else that comes later.
  @Test(arguments: [false, true]) func anIfInABranchReadsItsConstants(_ isComputed: Bool) throws {
    let inner = choice(graph([node("Add", ["c", "c"], ["b"])], ["b"]), graph([node("Identity", ["c"], ["b"])], ["b"]), "t", ["e"])
    let value = Message().text(1, "value").message(5, tensor("", [4], [1, 2, 3, 4])).int(20, 4)
    let constant = [node("Constant", [], [isComputed ? "c0" : "c"], [value])] + (isComputed ? [node("Neg", ["c0"], ["c"])] : [])
    let outer = graph(constant + [node("Add", ["c", "x"], ["d"]), inner, node("Add", ["d", "e"], ["b"])], ["b"])
    let model = try imported(model([choice(outer, sigmoid)], tensors: [truth], inputs: [input("x", [1, 4])]))
    let result = model.graph.evaluateReference([Tensor(shape: [1, 4], repeating: 0)])
    #expect(model.graph.outputs.map { result[$0.value]?.elements } == [isComputed ? [-3, -6, -9, -12] : [3, 6, 9, 12]])
  }

  @Test func aComputedConditionIsOutOfScope() throws {
    let nodes = [node("ReduceMax", ["x"], ["t"]), choice(relu, sigmoid)]
    let found = diagnostics(model(nodes))
    #expect(found.map(\.code) == ["import.onnx.unsupported-operator"])
    #expect(found.first?.remedy.contains("Its condition depends on the input") == true, "\(found)")
  }

  @Test func aBranchThatCannotBeIsRefused() {
    let form = ["import.onnx.unsupported-form"]
    #expect(codes(model([choice(graph([], []), sigmoid)], tensors: [truth])) == form)
    #expect(codes(model([choice(Message(bytes: [0xff, 0xff]), sigmoid)], tensors: [truth])) == ["import.onnx.malformed"])
    let dangling = graph([node("Add", ["x", "nowhere"], ["b"])], ["b"])
    #expect(codes(model([choice(dangling, sigmoid)], tensors: [truth])) == ["import.onnx.missing-value"])
    let waiting = graph([node("Add", ["x", "y"], ["b"])], ["b"])
    #expect(codes(model([choice(waiting, sigmoid)], tensors: [truth])) == ["import.onnx.cycle"])
    let twice = graph([node("Relu", ["x"], ["b"]), node("Relu", ["x"], ["b"])], ["b"])
    #expect(codes(model([choice(twice, sigmoid)], tensors: [truth])) == ["import.onnx.duplicate-name"])
  }

  /// Each decides by what the one before gives: nothing here goes as deep as the chain is long.
  @Test func aLongChainOfBranchesIsNoProblem() throws {
    let count = 3_000
    let nodes = (0..<count).map { index in
      choice(
        graph([node("Relu", [index == 0 ? "x" : "v\(index)"], ["b"])], ["b"]), sigmoid, "t", [index == count - 1 ? "y" : "v\(index + 1)"])
    }
    #expect(try imported(model(nodes.reversed(), tensors: [truth])).graph.nodes.count == count)
  }
}
