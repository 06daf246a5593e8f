import FacetIR
import FacetLowering
import FacetQuantization

/// An operator of the int8 program, or the network's input, and where both programs have what it computes.
struct MeasuredOperator {
  var name: String
  var title: String
  /// Its place in the int8 program's graph; -1 for the input.
  var node: Int
  var value: ValueID
  /// How its result becomes int8; nil where it does not, or only moves what already is.
  var rounding: (quantization: Quantization, offset: Float)?
  /// In the float32 program: its result, and the instructions that have its weights.
  var float: ValuePlace
  var weights: (fragment: Int, instructions: [Int])?
  /// Nil where whatever reads its result reads int8.
  var exact: ExactReads?
  /// In the int8 program.
  var int8: ValuePlace?
  /// Range of its int8, also of what only moves; nil in float32.
  var range: RangeUse?

  /// In the order of the graph, the input first.
  static func all(_ network: QuantizedNetwork, layers: [Int: Int]) -> [MeasuredOperator] {
    let decisions = network.decisions
    let (types, graph, aliases) = (decisions.types, decisions.types.graph, decisions.types.aliases)
    let floatAliases = ValueAliases(network.graph)
    let float = ProgramPlaces(network.float) { _ in false }
    let int8 = network.int8.map { ProgramPlaces($0.program) { types.precisions($0).contains(.int8) } }
    var result: [MeasuredOperator] = []
    func add(_ name: String, _ title: String, node: Int, _ value: ValueID, offset: Float = 0, moves: Bool) {
      guard let place = float.places[floatAliases.root(value)] else { return }
      let isInt8 = types.precisions(value).contains(.int8) && decisions.isDecided(value)
      let quantization = decisions.quantization(value)
      result.append(
        MeasuredOperator(
          name: name, title: title, node: node, value: value, rounding: isInt8 && !moves ? (quantization, offset) : nil, float: place,
          weights: layers[node].flatMap { float.instructions[$0] }.map { ($0.fragment, $0.indices) },
          exact: isInt8 && !moves ? ExactReads(value, place, network) : nil,
          int8: int8?.places[value].flatMap { $0.moved(to: network.int8?.fragments ?? []) },
          range: isInt8 ? RangeUse(quantization, offset: offset) : nil))
    }
    for input in graph.inputs {
      let value = aliases.root(input)
      add(graph[input].name, "input", node: -1, value, offset: decisions.inputOffset, moves: false)
    }
    for (index, node) in graph.nodes.enumerated() where !aliases.isAlias(node.output) && !types.precisions(node.output).isEmpty {
      let isMoved =
        node.onlyMoves
        && types.inputs(node).allSatisfy { input in
          graph.constant(input) == nil && types.precisions(input).contains(.int8)
            && decisions.quantization(input) == decisions.quantization(node.output)
        }
      add(node.name, node.op.name, node: index, node.output, moves: isMoved)
    }
    return result
  }
}

extension Node {
  /// Whether it computes no new numbers: of int8 codes it makes the same codes.
  fileprivate var onlyMoves: Bool {
    op is MaxPool || op is Reshape || op is Identity || op is Concat || op is any RearrangingOperator
  }
}
