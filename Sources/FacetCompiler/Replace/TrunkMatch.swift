import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// Where a model computes what a bundle has already: the trunk of its branch, by value numbers.
struct TrunkMatch {
  /// A fork of the bundle, and the value of the model that it is.
  struct Fork {
    var place: ValueNumbers.Fork
    var value: ValueID
  }

  /// Those that the branch's attribute has, in the bundle's order.
  let forks: [Fork]
  /// The model in two fragments: what the bundle computes, and the branch.
  let partition: FragmentPartition

  /// - Parameters:
  ///   - graph: what the int8 program computes, with one output.
  ///   - listed: the same with the operators that a bundle would list.
  ///   - numbers: of its values.
  ///   - fragment: the bundle's branch.
  /// - Throws: where the networks part, if they do so before the branch.
  init(
    _ graph: Graph, listed: Graph, numbers: [ValueID: ValueNumber], _ known: ValueNumbers, bundle: Bundle, fragment: Int, names: BranchNames
  ) throws(FacetError) {
    let aliases = ValueAliases(graph)
    var values: [ValueNumber: ValueID] = [:]
    for value in graph.inputs + graph.nodes.map(\.output) where !aliases.isAlias(value) {
      if let number = numbers[value] { values[number] = value }
    }
    let attributes = bundle.fragments[fragment].attributes
    let found = known.forks.compactMap { fork in values[fork.number].map { Fork(place: fork, value: $0) } }
    forks = found.filter { !bundle.fragments[$0.place.fragment].attributes.isDisjoint(with: attributes) }
    let parting = TrunkParting(listed, numbers, known, bundle, fragment, names)
    for record in bundle.fragments[fragment].imports {
      let fork = known.forks.first { $0.fragment == Int(record.fragment) && $0.tensor == Int(record.tensor) }
      guard let fork, values[fork.number] != nil else { throw parting.failure(missing: Int(record.fragment)) }
    }
    if let stranger = parting.stranger() { throw stranger }
    guard !forks.isEmpty else { throw parting.failure(missing: 0) }

    var isTrunk = Set(forks.map(\.value))
    for node in graph.nodes.reversed() where isTrunk.contains(node.output) { isTrunk.formUnion(node.inputs) }
    var trunk: [Int] = []
    var branch: [Int] = []
    for (index, node) in graph.nodes.enumerated() {
      if isTrunk.contains(node.output) { trunk.append(index) } else { branch.append(index) }
    }
    partition = FragmentPartition(fragments: [
      FragmentPartition.Fragment(attributes: [0], nodes: trunk), FragmentPartition.Fragment(attributes: [0], nodes: branch),
    ])
  }
}

/// What the files and the attribute are called, for messages.
struct BranchNames {
  var bundle: String
  var model: String
  var branch: String
}

/// The places where a model and a bundle stop computing the same.
struct TrunkParting {
  private let graph: Graph
  private let numbers: [ValueID: ValueNumber]
  private let known: ValueNumbers
  private let bundle: Bundle
  private let fragment: Int
  private let names: BranchNames

  init(
    _ graph: Graph, _ numbers: [ValueID: ValueNumber], _ known: ValueNumbers, _ bundle: Bundle, _ fragment: Int, _ names: BranchNames
  ) {
    self.graph = graph
    self.numbers = numbers
    self.known = known
    self.bundle = bundle
    self.fragment = fragment
    self.names = names
  }

  private func attributeNames(_ fragment: Int) -> String {
    bundle.fragments[fragment].attributes.map { quoted(bundle.attributes[$0].name.text) }
      .joined(separator: ", ")
  }

  private func described(_ fragment: Int) -> String { fragment == 0 ? "the trunk" : "what \(attributeNames(fragment)) share" }

  /// The model does not compute a part that the branch stands on.
  func failure(missing index: Int) -> FacetError {
    let own = Set(numbers.values.map(\.short))
    let shared = Set(known.operations.map(\.number))
    let attribute = bundle.fragments[fragment].attributes
    let absent = known.operations.first {
      $0.fragment <= index && !bundle.fragments[$0.fragment].attributes.isDisjoint(with: attribute) && !own.contains($0.number)
    }
    let first = graph.nodes.first { node in numbers[node.output].map { !shared.contains($0.short) } ?? false }
    var message = "Its trunk is not that of '\(names.bundle)'"
    if let absent {
      message += ": the bundle computes \(quoted(absent.name)) in \(described(absent.fragment)), and the model does not"
    } else {
      message += ": it leaves \(described(index)) before the bundle's branch does"
    }
    let same =
      first.map { first in
        first.inputs.compactMap { input in graph.nodes.last { $0.output == input }?.name }.first
      } ?? nil
    message += first == nil ? "." : ". Here the two diverge\(same.map { "; up to \(quoted($0)) they are equal" } ?? " at the input")."
    return FacetError(
      Diagnostic(
        code: ReplaceErrorCode.trunk, file: names.model, place: first.map { "node '\($0.name)'" }, operatorName: first?.op.name,
        message: message,
        remedy: "Train the new branch with all weights before it fixed, batch normalization included, or compile all models together again."
      ))
  }

  /// The model computes something that only other attributes' branches do.
  func stranger() -> FacetError? {
    let attributes = bundle.fragments[fragment].attributes
    var homes: [UInt64: Int] = [:]
    for operation in known.operations { homes[operation.number] = operation.fragment }
    for node in graph.nodes {
      guard let number = numbers[node.output]?.short, let home = homes[number],
        bundle.fragments[home].attributes.isDisjoint(with: attributes)
      else {
        continue
      }
      return FacetError(
        Diagnostic(
          code: ReplaceErrorCode.reach, file: names.model, place: "node '\(node.name)'", operatorName: node.op.name,
          message:
            "It is part of the branch of \(attributeNames(home)) in '\(names.bundle)', which \(quoted(names.branch)) does not build on.",
          remedy: "Compile all models together again: who needs what is decided then."))
    }
    return nil
  }
}
