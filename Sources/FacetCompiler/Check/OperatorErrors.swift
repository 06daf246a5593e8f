import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetMetrics
import FacetQuantization
import FacetRuntime

/// What each operator of an int8 program adds by itself: its result is compared with that of the float operator (with the weights of the
/// model) on what its int8 inputs stand for. Errors that come with the inputs are so left out.
struct OperatorErrors {
  /// A tensor of a fragment.
  private struct Place: Hashable {
    var fragment: Int
    var tensor: Int
  }

  /// When an instruction has run.
  private struct Moment: Hashable {
    var fragment: Int
    var instruction: Int
  }

  /// A node when its last instruction has run.
  private struct Step {
    var node: Int
    var inputs: [Source]
    var output: Int
  }

  /// What a node reads.
  private enum Source {
    case constant(Tensor)
    case local(Int, shape: [Int])
    /// Of another fragment: it stays whole in memory, because others read it.
    case imported(Place, shape: [Int])
  }

  private let bundle: Bundle
  private let graph: Graph
  /// Layers whose weights alone are int8.
  private let wide: Set<Int>
  private var steps: [Moment: Step] = [:]
  /// Local tensors that are kept when they are written.
  private var kept: [Moment: [Int]] = [:]
  /// How many steps read a local tensor.
  private var readers: [Place: Int] = [:]
  private var attributes: [Int: AttributeSet] = [:]
  private var comparisons: [Int: ScoreComparison] = [:]
  /// Of a tensor input; pixels come through a table that loses next to nothing.
  private var input = ScoreComparison()

  /// - Parameter fragments: by number in the bundle, those lowered from `graph`.
  init(_ bundle: Bundle, _ types: NumberTypes, _ fragments: [Int: LoweredFragment]) {
    self.bundle = bundle
    graph = types.graph
    wide = Set(types.wideLayers.filter { !$0.value.isImage }.keys)
    let aliases = types.aliases
    for (number, fragment) in fragments {
      var instructions: [Int: [Int]] = [:]
      for (instruction, node) in fragment.nodes.enumerated() where node >= 0 { instructions[node, default: []].append(instruction) }
      for (node, own) in instructions {
        guard let last = own.last, let step = step(node, number, fragment, own, aliases) else { continue }
        steps[Moment(fragment: number, instruction: last)] = step
        attributes[node] = fragment.attributes
        for case .local(let tensor, _) in step.inputs { readers[Place(fragment: number, tensor: tensor), default: 0] += 1 }
      }
      for (instruction, writes) in fragment.writes.enumerated() {
        let wanted = writes.map { Int($0.tensor) }.filter { readers[Place(fragment: number, tensor: $0)] != nil }
        if !wanted.isEmpty { kept[Moment(fragment: number, instruction: instruction)] = wanted }
      }
    }
  }

  /// Nil for what is computed in float32 from float32, which adds nothing, and where an input is not a tensor of the program.
  private func step(_ index: Int, _ number: Int, _ fragment: LoweredFragment, _ instructions: [Int], _ aliases: ValueAliases) -> Step? {
    let (node, isWide) = (graph.nodes[index], wide.contains(index))
    let record = bundle.fragments[number]
    var read: [TensorKey: Int] = [:]
    for instruction in instructions {
      for tensor in record.instructions[instruction].reads.map(Int.init) {
        if fragment.keys.indices.contains(tensor), read[fragment.keys[tensor]] == nil { read[fragment.keys[tensor]] = tensor }
      }
    }
    func tensor(_ value: ValueID) -> (key: TensorKey, number: Int)? {
      let found = read.filter { $0.key.value == value }
      return (found.first { $0.key.form.isInt8 } ?? found.first).map { ($0.key, $0.value) }
    }
    let written = instructions.flatMap { fragment.writes[$0] }.filter { $0.key.value == node.output }
    guard let output = written.first(where: { $0.key.form.isInt8 }) ?? written.first else { return nil }
    var isInt8 = output.key.form.isInt8 || isWide
    var inputs: [Source] = []
    for value in node.inputs {
      if let constant = graph.constant(value) {
        inputs.append(.constant(constant))
        continue
      }
      guard let found = tensor(aliases.root(value)) ?? tensor(aliases.denseSource(value).value) else { return nil }
      guard Int(fragment.tensors[found.number].elementCount) == graph.shape(value).elementCount else { return nil }
      isInt8 = isInt8 || found.key.form.isInt8
      if found.number < fragment.imports.count {
        let place = fragment.imports[found.number]
        inputs.append(.imported(Place(fragment: Int(place.fragment), tensor: Int(place.tensor)), shape: graph.shape(value)))
      } else {
        inputs.append(.local(found.number, shape: graph.shape(value)))
      }
    }
    return isInt8 ? Step(node: index, inputs: inputs, output: Int(output.tensor)) : nil
  }

  /// Takes in one sample.
  ///
  /// - Parameter session: of the bundle.
  mutating func add(_ sample: NetworkInput, _ session: Session) throws {
    var held: [Place: [Float]] = [:]
    try sample.set(on: session)
    let place = Place(fragment: 0, tensor: Int(bundle.input.tensor))
    let first = try read(place, session)
    if readers[place] != nil { held[place] = first }
    if !sample.isPixels {
      sample.bytes.withUnsafeBytes { raw in
        first.withUnsafeBufferPointer { input.add(reference: raw.bindMemory(to: Float.self), $0) }
      }
    }
    let this = self
    var left = readers
    var found = comparisons
    var problem: (any Error)?
    try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true) { fragment, instruction in
      guard problem == nil else { return }
      do {
        let now = Moment(fragment: fragment, instruction: instruction)
        for tensor in this.kept[now] ?? [] {
          let place = Place(fragment: fragment, tensor: tensor)
          held[place] = try this.read(place, session)
        }
        guard let step = this.steps[now] else { return }
        var inputs: [Tensor] = []
        for source in step.inputs {
          switch source {
          case .constant(let tensor): inputs.append(tensor)
          case .imported(let place, let shape): inputs.append(Tensor(shape: shape, elements: try this.read(place, session)))
          case .local(let tensor, let shape):
            let place = Place(fragment: fragment, tensor: tensor)
            guard let elements = held[place] else { return }
            inputs.append(Tensor(shape: shape, elements: elements))
            left[place, default: 1] -= 1
            if left[place] == 0 { held[place] = nil }
          }
        }
        let expected = FloatOperator(this.graph.nodes[step.node]).result(inputs).elements
        let values = try this.read(Place(fragment: fragment, tensor: step.output), session)
        expected.withUnsafeBufferPointer { expected in
          values.withUnsafeBufferPointer { found[step.node, default: ScoreComparison()].add(reference: expected, $0) }
        }
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    comparisons = found
  }

  private func read(_ place: Place, _ session: Session) throws -> [Float] {
    var values = [Float](repeating: 0, count: Int(bundle.fragments[place.fragment].tensors[place.tensor].elementCount))
    try values.withUnsafeMutableBufferPointer { try session.readTensor(fragment: place.fragment, tensor: place.tensor, into: $0) }
    if bundle.input.offset != 0, place == Place(fragment: 0, tensor: Int(bundle.input.tensor)) {
      let offset = bundle.input.offset * bundle.fragments[0].tensors[place.tensor].scale
      for index in values.indices { values[index] -= offset }
    }
    return values
  }

  /// Of the operators that an attribute needs, those that lose anything, the worst first.
  func worst(ofAttribute attribute: Int) -> [QuantizationReport.OperatorError] {
    var result: [(order: Int, error: QuantizationReport.OperatorError)] = []
    if input.sqnr < ScoreComparison.maximumDecibels, let value = graph.inputs.first {
      result.append((-1, .init(name: graph[value].name, operator: "input", sqnrDb: input.sqnr)))
    }
    for (node, comparison) in comparisons where attributes[node]?.contains(attribute) == true {
      guard comparison.sqnr < ScoreComparison.maximumDecibels else { continue }
      result.append((node, .init(name: graph.nodes[node].name, operator: graph.nodes[node].op.name, sqnrDb: comparison.sqnr)))
    }
    return result.sorted { ($0.error.sqnrDb, $0.order) < ($1.error.sqnrDb, $1.order) }.map(\.error)
  }
}
