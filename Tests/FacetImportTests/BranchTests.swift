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
    let count = 300
    let nodes = (0..<count).map { index in
      choice(
        graph([node("Relu", [index == 0 ? "x" : "v\(index)"], ["b"])], ["b"]), sigmoid, "t", [index == count - 1 ? "y" : "v\(index + 1)"])
    }
    #expect(try imported(model(nodes.reversed(), tensors: [truth])).graph.nodes.count == count)
  }

  // MARK: functions

  private func function(_ name: String, _ inputs: [String], _ outputs: [String], _ nodes: [Message], opset: Int64 = 17) -> Message {
    var message = Message().text(1, name)
    for input in inputs { message = message.text(4, input) }
    for output in outputs { message = message.text(5, output) }
    return message.messages(7, nodes).messages(9, [Message().int(2, opset)]).text(10, "local")
  }
  private func calling(_ functions: [Message], _ nodes: [Message]) -> [UInt8] {
    Message(bytes: model(nodes)).messages(25, functions).bytes
  }
  private func call(_ name: String, _ inputs: [String], _ outputs: [String]) -> Message {
    node(name, inputs, outputs, name: "call", domain: "local")
  }

  @Test func theNodesOfAFunctionAreNamedAfterItsCall() throws {
    let body = [node("Relu", ["a"], ["t"]), node("Sigmoid", ["t"], ["b"], name: "gate")]
    let model = try imported(calling([function("F", ["a"], ["b"], body)], [call("F", ["x"], ["y"])]))
    #expect(model.graph.nodes.map(\.name) == ["call/Relu_0", "call/gate"])
    #expect(model.graph.nodes.map { model.graph[$0.output].name } == ["call/t", "y"])
    #expect(model.notes.last == "Calls of the file's own functions, taken apart: 1.")
  }

  @Test func functionsThatCannotBeAreRefused() {
    let recursive = function("F", ["a"], ["b"], [call("G", ["a"], ["b"])])
    let back = function("G", ["a"], ["b"], [call("F", ["a"], ["b"])])
    let found = diagnostics(calling([recursive, back], [call("F", ["x"], ["y"])]))
    #expect(found.map(\.code) == ["import.onnx.unsupported-form"] && found[0].message == "The function 'local.F' calls itself.")
    let identity = function("F", ["a"], ["a"], [])
    #expect(codes(calling([identity], [call("F", ["x", "x"], ["y"])])) == ["import.onnx.inputs"])
    let newer = function("F", ["a"], ["b"], [node("Relu", ["a"], ["b"])], opset: 99)
    #expect(codes(calling([newer], [call("F", ["x"], ["y"])])) == ["import.onnx.opset"])
    // A body sees its inputs only.
    let open = function("F", ["a"], ["b"], [node("Relu", ["x"], ["b"])])
    #expect(codes(calling([open], [call("F", ["x"], ["y"])])) == ["import.onnx.missing-value"])
  }

  /// Each calls the next one twice: 2^40 calls of nothing.
  @Test func functionsThatMultiplyAreBounded() {
    let functions = (0..<40).map { index in
      function("F\(index)", ["a"], ["a"], index == 39 ? [] : [call("F\(index + 1)", ["a"], ["p"]), call("F\(index + 1)", ["a"], ["q"])])
    }
    #expect(codes(calling(functions, [call("F0", ["x"], ["y"])])) == ["import.onnx.too-large"])
  }
}
