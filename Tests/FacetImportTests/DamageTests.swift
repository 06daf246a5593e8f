import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetTestSupport
import Foundation
import Testing

/// Imports bytes and, where that succeeds, checks the graph. Crashes and hangs are what these tests are after.
private func attempt(_ bytes: [UInt8], _ comment: String) {
  do {
    let graph = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }.graph
    #expect(graph.brokenInvariant() == nil, "\(comment)")
  } catch {
    let diagnostics = (error as? FacetError)?.diagnostics ?? []
    #expect(!diagnostics.isEmpty && diagnostics.allSatisfy { $0.file == "m.onnx" && !$0.message.isEmpty }, "\(comment)")
  }
}

@Suite struct DamageTests {
  static let names = [
    "network_two_branches", "weights_typed", "constant_ints", "reshape_minus_one_opset9", "conv_auto_pad_same_lower",
    "constant_indexing", "constant_integers", "constant_reductions", "if_in_if", "if_sees_outer_names", "function_in_a_function",
    "function_attributes", "einsum_bilinear", "lrn_by_a_volume",
  ]

  private func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: Case.named(name).model))) }

  @Test(arguments: names) func aModelCutShortIsRefusedOrComplete(_ name: String) throws {
    let whole = try bytes(name)
    for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 200)) {
      attempt(Array(whole[..<length]), "\(name) cut to \(length) bytes")
    }
  }

  @Test(arguments: names) func aDamagedModelIsRefusedOrConsistent(_ name: String) throws {
    let whole = try bytes(name)
    for seed in 0..<100 {
      var random = SplitMix64(seed: UInt64(seed))
      var damaged = whole
      for _ in 0...random.below(4) {
        let place = random.below(damaged.count)
        switch random.below(5) {
        case 0: damaged[place] ^= 1 << UInt8(random.below(8))
        case 1: damaged[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: damaged[place] = [0x00, 0x7f, 0x80, 0xff][random.below(4)]
        case 3: damaged.removeSubrange(place..<min(damaged.count, place + 1 + random.below(8)))
        default: damaged.insert(contentsOf: damaged[place..<min(damaged.count, place + 1 + random.below(32))], at: place)
        }
        if damaged.isEmpty { damaged = [0] }
      }
      attempt(damaged, "\(name) seed \(seed)")
    }
  }

  /// Damage that gets past the decoder: fields of the wrong kind, number or message, with the lengths around them right.
  @Test(arguments: names) func aModelWithADamagedStructureIsRefusedOrConsistent(_ name: String) throws {
    let whole = try #require(ProtobufTree(bytes(name)))
    for seed in 0..<150 {
      var random = SplitMix64(seed: UInt64(seed))
      var damaged = whole
      for _ in 0...random.below(3) { damaged.damage(&random) }
      attempt(damaged.bytes, "\(name) structure, seed \(seed)")
    }
  }

  @Test(arguments: names) func aModelTakenApartIsWrittenAsItWas(_ name: String) throws {
    let whole = try bytes(name)
    let tree = try #require(ProtobufTree(whole))
    #expect(tree.bytes == whole)
    // The graph is seen as messages in messages, not as bytes.
    let graph = try #require(tree.fields.first { $0.number == 7 })
    guard case .message(let fields) = graph.payload else {
      Issue.record("the graph of \(name) is not taken apart")
      return
    }
    #expect(fields.contains { if case .message = $0.payload { $0.number == 1 } else { false } })
  }

  @Test func randomBytesAreRefused() {
    for seed in 0..<100 {
      var random = SplitMix64(seed: UInt64(seed))
      attempt((0..<random.below(300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }, "random bytes, seed \(seed)")
    }
  }

  @Test func deepNestingDoesNotExhaustTheStack() {
    // A graph in an attribute of a node in a graph …, 20,000 levels.
    var body = node("Relu", ["x"], ["y"])
    for _ in 0..<20_000 {
      let attribute = Message().text(1, "body").message(6, Message().message(1, body)).int(20, 5)
      body = Message().text(1, "x").text(2, "y").text(4, "If").message(5, attribute)
      if body.bytes.count > 60_000 { break }
    }
    #expect(codes(model([body])) == ["import.onnx.unsupported-operator"])
    // Length-delimited fields all the way down, as a type of the input.
    var type = Message()
    for _ in 0..<10_000 where type.bytes.count < 60_000 { type = Message().message(4, type) }
    attempt(model([node("Relu", ["x"], ["y"])], inputs: [Message().text(1, "x").message(2, type)]), "nested types")
  }

  @Test func aLongChainOfNodesIsNoProblemInAnyOrder() throws {
    let count = 5_000
    let nodes = (0..<count).map { node("Relu", [$0 == 0 ? "x" : "v\($0)"], [$0 == count - 1 ? "y" : "v\($0 + 1)"]) }
    let bytes = model(nodes.reversed())
    let graph = try bytes.withUnsafeBytes { try importONNX(bytes: $0, file: "m.onnx") }.graph
    #expect(graph.nodes.count == count && graph.nodes[0].inputs == graph.inputs)
  }

  @Test func moreNodesThanANetworkHasAreRefused() {
    #expect(codes(model([Message](repeating: node("", [], []), count: 100_001))) == ["import.onnx.too-large"])
  }

  @Test func aGraphGivenInEverNewPiecesStaysWithinTheBudget() {
    // Protocol buffers merge repeated pieces of one message; each merge copies the list of nodes so far.
    let piece = Message().message(7, Message().message(1, Message())).bytes
    let bytes = (0..<200_000).flatMap { _ in piece }
    #expect(codes(bytes) == ["import.onnx.memory"])
  }

  @Test func onlySoMuchIsMadeFromOneTensor() {
    // 64 MB and 4 times the file may be made; these nodes ask for 10,000 copies of 400 kB.
    let weights = tensor("w", [1, 100_000], [Float](repeating: 1, count: 100_000))
    let nodes = (0..<10_000).map { node("Gemm", ["x", "w"], ["v\($0)"], [attribute("alpha", Float($0 + 2))]) }
    let bytes = model(nodes + [joined(10_000)], tensors: [weights], inputs: [input("x", [1, 1])])
    #expect(Set(codes(bytes)) == ["import.onnx.memory"])
  }

  @Test func messagesAreBoundedAndCounted() {
    let nodes = (0..<12_000).map { node("Flatten", ["x"], ["v\($0)"], [attribute("axis", int: 9)]) }
    let found = diagnostics(model(nodes + [joined(12_000)]))
    #expect(found.count == 1 && found[0].place?.hasPrefix("10000 nodes, ") == true && found[0].message.contains("2000 more"))
  }

  @Test func moreOutputsThanANetworkHasAreRefused() {
    let bytes = model([node("Relu", ["x"], ["y"])], outputs: ["y"] + (0..<1_000).map { "z\($0)" })
    #expect(codes(bytes).first == "import.onnx.too-large")
  }

  @Test func namesOfAFileCannotDriveTheTerminalOrFillIt() {
    let bytes = model([node("Det\u{1b}[2J", ["x"], ["y"], name: String(repeating: "long", count: 100_000))])
    let found = diagnostics(bytes)
    #expect(found.map(\.operatorName) == ["Det\\u{1B}[2J"])
    #expect(found.allSatisfy { $0.description.count < 1_000 })
  }

  /// Sizes beside a zero that no product may hold: in the file, computed, and joined of several.
  @Test(arguments: [
    ("NonZero", ["last"]), ("NonZero", ["first"]), ("Add", ["last", "last"]), ("GatherND", ["d", "rows"]),
    ("ScatterND", ["d", "rows", "none"]),
    ("ScatterElements", ["first", "first", "first"]), ("OneHot", ["first", "d", "d"]), ("NonZero", ["made"]), ("Concat", ["wide", "wide"]),
    ("Gather", ["wide", "wide"]), ("Expand", ["wide", "square"]), ("Tile", ["wide", "square"]), ("Reshape", ["wide", "square"]),
    ("NonZero", ["joined"]), ("NonZero", ["gathered"]), ("NonZero", ["expanded"]), ("NonZero", ["tiled"]), ("NonZero", ["reshaped"]),
  ])
  func emptyTensorsOfHugeSizesAreRefused(_ type: String, _ inputs: [String]) {
    let most: Int64 = 1 << 31
    let tensors = [
      tensor("last", integers: [], dims: [most, most, most, 0]), tensor("first", integers: [], dims: [0, most, most, most]),
      tensor("rows", integers: [], dims: [most, most, most, 0, 1]), tensor("none", integers: [], dims: [0]),
      tensor("d", integers: [1, 2]), tensor("sizes", integers: [0, 1 << 40, 1 << 40, 5]),
      tensor("wide", integers: [], dims: [0, most]), tensor("square", integers: [most, 0, most], dims: [3]),
      tensor("square2", integers: [0, most, most], dims: [3]), tensor("twice", integers: [1, most]),
    ]
    let makers = [
      "made": node("ConstantOfShape", ["sizes"], ["made"]),
      "joined": node("Concat", ["wide", "wide"], ["joined"], [attribute("axis", int: 1)]),
      "gathered": node("Gather", ["wide", "wide"], ["gathered"], [attribute("axis", int: 0)]),
      "expanded": node("Expand", ["wide", "square2"], ["expanded"]), "tiled": node("Tile", ["wide", "twice"], ["tiled"]),
      "reshaped": node("Reshape", ["wide", "square2"], ["reshaped"], [attribute("allowzero", int: 1)]),
    ]
    let attributes = type == "Concat" || type == "OneHot" ? [attribute("axis", int: 1)] : []
    let nodes = inputs.prefix(1).compactMap { makers[$0] } + [node(type, inputs, ["o"], attributes)]
    let bytes = model(nodes + [node("Cast", ["o"], ["y"], [attribute("to", int: 1)])], tensors: tensors, opset: 18)
    #expect(!codes(bytes).isEmpty)
  }

  /// One node that reads all of `v0`, `v1` ….
  private func joined(_ count: Int) -> Message {
    node("Concat", (0..<count).map { "v\($0)" }, ["y"], [attribute("axis", int: 1)])
  }
}
