import FacetBundle
import FacetDiagnostics
import FacetLowering
import FacetMetrics
import FacetRuntime

/// Runs the float32 program with one operator at a time rounded to int8, and compares the scores with the plain ones.
///
/// Only what lies behind the operator runs again: on average half of the network for each, on each sample.
package struct SensitivityMeasurement {
  /// Numbers of an int8 sample that are held until float32 has computed theirs; beyond, both programs run again.
  private static let maximumHeld = 1 << 26

  let network: QuantizedNetwork
  let plain: SteppedProgram
  /// The same with all weights rounded, in the same arena. Nil where only results are rounded.
  let rounded: SteppedProgram?
  let int8: SteppedProgram?
  private(set) var operators: [MeasuredOperator]
  /// By attribute: the whole int8 program.
  private(set) var whole: [ScoreComparison]
  /// By operator: its result in the int8 program.
  private(set) var accumulated: [ScoreComparison]
  /// By operator and attribute.
  private(set) var results: [[ScoreComparison]]
  private(set) var weights: [[ScoreComparison]]
  private(set) var sampleCount = 0

  /// - Parameters:
  ///   - nodes: of the int8 program's graph, where not all are asked for.
  ///   - weights: whether these are rounded, too, where there is no int8 program.
  package init(_ network: QuantizedNetwork, nodes: Set<Int>? = nil, weights measuresWeights: Bool = false, threads: Int) throws {
    self.network = network
    plain = try SteppedProgram(network.bundle(network.float), threads: threads)
    int8 = try network.int8.map { try SteppedProgram($0.bundle, threads: threads) }
    var layers: [Int: Int] = [:]
    if network.int8 != nil || measuresWeights {
      let graph = RoundedGraph(network.graph, network.decisions)
      rounded = try SteppedProgram(network.bundle(QuantizedNetwork.float(graph.graph)), threads: threads, sharing: plain)
      layers = graph.layers
    } else {
      rounded = nil
    }
    operators = MeasuredOperator.all(network, layers: layers).filter { nodes?.contains($0.node) != false }
    let none = [ScoreComparison](repeating: ScoreComparison(), count: network.attributes.count)
    whole = none
    accumulated = [ScoreComparison](repeating: ScoreComparison(), count: operators.count)
    results = [[ScoreComparison]](repeating: none, count: operators.count)
    weights = results
  }

  package mutating func add(_ sample: NetworkInput) throws {
    sampleCount += 1
    guard let int8, let numbers = network.int8?.attributeNumbers else {
      try plain.set(sample)
      try plain.runAll()
      return try measureAlone(sample, network.attributes.indices.map(plain.scores))
    }
    var held = 0
    var group: [Int] = []
    for index in operators.indices {
      group.append(index)
      held += operators[index].float.elementCount
      guard held >= Self.maximumHeld || index == operators.count - 1 else { continue }
      try compare(sample, group, int8)
      (held, group) = (0, [])
    }
    let scores = try network.attributes.indices.map(plain.scores)
    for (attribute, number) in numbers.enumerated() {
      Self.add(try int8.scores(number), to: &whole[attribute], scores[attribute])
    }
    try measureAlone(sample, scores)
  }

  private static func add(_ values: [Float], to comparison: inout ScoreComparison, _ reference: [Float]) {
    reference.withUnsafeBufferPointer { reference in values.withUnsafeBufferPointer { comparison.add(reference: reference, $0) } }
  }

  /// Results of some operators in both programs.
  private mutating func compare(_ sample: NetworkInput, _ group: [Int], _ int8: SteppedProgram) throws {
    var held: [Int: [Float]] = [:]
    try int8.set(sample)
    var moments = Moments(group) { [operators] in operators[$0].int8 }
    func hold(_ index: Int) throws {
      if let place = operators[index].int8 { held[index] = try int8.read(place) }
    }
    for index in moments[0, -1] { try hold(index) }
    try int8.runAll { fragment, instruction in
      for index in moments[fragment, instruction] { try hold(index) }
    }
    let plain = plain
    try plain.set(sample)
    moments = Moments(group) { [operators] in operators[$0].float }
    func take(_ index: Int) throws {
      let values = try plain.read(operators[index].float)
      operators[index].range?.add(values)
      if let other = held.removeValue(forKey: index) { Self.add(other, to: &accumulated[index], values) }
    }
    for index in moments[0, -1] { try take(index) }
    try plain.runAll { fragment, instruction in
      for index in moments[fragment, instruction] { try take(index) }
    }
  }

  /// Takes in the scores that a change in a fragment led to; those that it cannot reach are the plain ones.
  private mutating func take(
    _ comparisons: WritableKeyPath<Self, [[ScoreComparison]]>, of index: Int, from fragment: Int, _ scores: [[Float]]
  ) throws {
    for attribute in scores.indices {
      let isReached = plain.isReached(attribute: attribute, from: fragment)
      let values = isReached ? try plain.scores(attribute) : scores[attribute]
      Self.add(values, to: &self[keyPath: comparisons][index][attribute], scores[attribute])
    }
  }

  /// The scores with each operator's result, and its weights, rounded alone.
  private mutating func measureAlone(_ sample: NetworkInput, _ scores: [[Float]]) throws {
    let (plain, rounded) = (plain, rounded)
    try plain.set(sample)
    let after = Moments(Array(operators.indices)) { [operators] in operators[$0].rounding == nil ? nil : operators[$0].float }
    var before: [Int: [Int: Int]] = [:]
    for (index, measured) in operators.enumerated() {
      if let own = measured.weights, let first = own.instructions.first { before[own.fragment, default: [:]][first] = index }
    }
    func roundResults(_ fragment: Int, _ instruction: Int) throws {
      for index in after[fragment, instruction] {
        guard let range = operators[index].range else { continue }
        let values = try plain.read(operators[index].float)
        plain.save()
        var tensor = ChangedTensor(plain, operators[index], exact: values, rounded: values.map(range.rounded))
        try tensor.hold(exact: false)
        try plain.goOn(fragment: fragment, instruction: instruction + 1) { later, at in
          try tensor.prepare(later, at)
          plain.run(instruction: at, fragment: later)
        }
        try tensor.finish()
        try take(\.results, of: index, from: fragment, scores)
        plain.restore()
      }
    }
    try roundResults(0, -1)
    for fragment in plain.bundle.fragments.indices {
      for instruction in plain.bundle.fragments[fragment].instructions.indices {
        if let index = before[fragment]?[instruction], let own = operators[index].weights {
          plain.save()
          plain.goOn(fragment: fragment, instruction: instruction) { later, at in
            (later == fragment && own.instructions.contains(at) ? rounded ?? plain : plain).run(instruction: at, fragment: later)
          }
          try take(\.weights, of: index, from: fragment, scores)
          plain.restore()
        }
        plain.run(instruction: instruction, fragment: fragment)
        try roundResults(fragment, instruction)
      }
    }
  }
}

/// Which operators are looked at when an instruction has run.
private struct Moments {
  private var indices: [Int: [Int: [Int]]] = [:]

  init(_ operators: [Int], place: (Int) -> ValuePlace?) {
    for index in operators {
      if let place = place(index) { indices[place.fragment, default: [:]][place.instruction, default: []].append(index) }
    }
  }

  subscript(_ fragment: Int, _ instruction: Int) -> [Int] { indices[fragment]?[instruction] ?? [] }
}
