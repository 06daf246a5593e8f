import FacetDiagnostics
import FacetIR
import FacetImport
import Testing

/// Functions of the file, whose nodes stand in the place of their calls.
@Suite struct LocalFunctionTests {
  private func imported(_ bytes: [UInt8]) throws -> ImportedModel {
    try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }
  }

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
    #expect(model.notes.last == "Calls of the file's own functions, inlined: 1.")
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
    #expect(codes(calling(functions, [call("F0", ["x"], ["y"])])) == ["import.onnx.memory"])
  }

  @Test func callsOfOneNameThatLeaveNoNodesGetNamesQuickly() throws {
    let calls = [Message](repeating: call("F", ["x"], []), count: 20_000)
    let model = try imported(calling([function("F", ["a"], [], [])], calls + [node("Relu", ["x"], ["y"])]))
    #expect(model.graph.nodes.count == 1)
  }

  // MARK: called twice

  private func value(_ tensor: Message) -> Message { Message().text(1, "value").message(5, tensor).int(20, 4) }
  private var numbers: Message { value(tensor("", [4], [1, 2, 3, 4])) }
  private func subgraph(_ name: String, _ graph: Message) -> Message { Message().text(1, name).message(6, graph).int(20, 5) }
  private func reference(_ name: String, to outer: String, kind: Int64) -> Message { Message().text(1, name).int(20, kind).text(21, outer) }

  /// Two calls in a row add a body's constant twice.
  private func twice(_ body: [Message], _ attributes: [Message] = [], defaults: [Message] = []) throws -> [Float]? {
    let add = function("F", ["a"], ["b"], body).messages(11, defaults)
    let nodes = [("x", "t"), ("t", "y")].map { node("F", [$0], [$1], attributes, domain: "local") }
    var bytes = Message(bytes: model(nodes, inputs: [input("x", [1, 4])])).messages(25, [add])
    bytes = bytes.message(8, Message().text(1, "local").int(2, 1))
    let graph = try imported(bytes.bytes).graph
    let result = graph.evaluateReference([Tensor(shape: [1, 4], repeating: 0)])
    return graph.outputs.first.flatMap { result[$0.value]?.elements }
  }

  @Test func theConstantsOfABodyAreThereForEachCall() throws {
    #expect(try twice([node("Constant", [], ["c"], [numbers]), node("Add", ["a", "c"], ["b"])]) == [2, 4, 6, 8])
    let filled = node("ConstantOfShape", ["s"], ["c"], [value(tensor("", [1], [2.5]))])
    let size = node("Constant", [], ["s"], [value(tensor("", integers: [1]))])
    #expect(try twice([size, filled, node("Add", ["a", "c"], ["b"])]) == [5, 5, 5, 5])
  }

  @Test func aTensorThatTheCallOrTheFunctionGivesIsThereForEachNode() throws {
    let constants = ["c", "d"].map { node("Constant", [], [$0], [reference("value", to: "k", kind: 4)]) }
    let body = constants + [node("Add", ["a", "c"], ["e"]), node("Add", ["e", "d"], ["b"])]
    let given = Message().text(1, "k").message(5, tensor("", [4], [1, 2, 3, 4])).int(20, 4)
    #expect(try twice(body, [given]) == [4, 8, 12, 16])
    #expect(try twice(body, defaults: [given]) == [4, 8, 12, 16])
  }

  @Test func theBranchOfABodyIsThereForEachCall() throws {
    let truth = value([1].reduce(Message()) { $0.int(5, $1) }.int(2, 9))
    func graph(_ nodes: [Message]) -> Message { Message().messages(1, nodes).messages(12, [Message().text(1, "q")]) }
    let then = Message(bytes: graph([node("Add", ["a", "k"], ["q"])]).bytes).message(5, tensor("k", [4], [1, 2, 3, 4]))
    let constant = graph([node("Constant", [], ["k"], [numbers]), node("Add", ["a", "k"], ["q"])])
    for branch in [then, constant] {
      let choice = node(
        "If", ["t"], ["b"], [subgraph("then_branch", branch), subgraph("else_branch", graph([node("Identity", ["a"], ["q"])]))])
      #expect(try twice([node("Constant", [], ["t"], [truth]), choice]) == [2, 4, 6, 8])
    }
  }

  // MARK: bounds

  private func chain(_ function: Message, calls: Int) -> [UInt8] {
    let nodes = (0..<calls).map { node("F", [$0 == 0 ? "x" : "v\($0)"], [$0 == calls - 1 ? "y" : "v\($0 + 1)"], domain: "local") }
    return Message(bytes: model(nodes)).messages(25, [function]).bytes
  }
  private let many = (0..<20_000).map { attribute("a\($0)", Float(1)) }

  /// All calls share what the function gives: nothing is accounted for each.
  @Test func aFunctionOfManyDefaultsIsCalledOften() throws {
    let fat = function("F", ["a"], ["b"], [node("Relu", ["a"], ["b"])]).messages(11, many)
    #expect(try imported(chain(fat, calls: 1_000)).graph.nodes.count == 1_000)
  }

  /// What each call must make for itself is accounted for: 20,000 attributes, inputs or names of 20,000 bytes, a thousand times.
  @Test func whatEachCallMakesIsBounded() {
    let copied = node("Relu", ["a"], ["b"], many + [reference("alpha", to: "a0", kind: 1)])
    let wide = node("Concat", [String](repeating: "a", count: 20_000), ["b"])
    let long = String(repeating: "n", count: 100_000)
    for body in [[copied], [wide], [node("Relu", ["a"], [long]), node("Relu", [long], ["b"])]] {
      #expect(codes(chain(function("F", ["a"], ["b"], body), calls: 1_000)) == ["import.onnx.memory"])
    }
  }
}
