import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetRecipe
import FacetRuntime

/// A fragment of a program, lowered or opened, as far as its cost goes.
struct CostedFragment {
  var attributes: AttributeSet
  var imports: [ImportRecord]
  var tensors: [TensorRecord]
  var instructions: [Instruction]
  var weightBytes: Int
  /// The kernels that run its instructions, in their order; empty where that is not known.
  var uses: [KernelUse] = []
  /// Names of the tensors that other fragments read, by index.
  var names: [UInt32: String]

  /// All of a bundle, with the kernels that run them for these times.
  static func all(_ bundle: Bundle, _ times: TargetTimes) -> [CostedFragment] {
    let uses = times.level.flatMap { bundle.kernelUses(on: $0) } ?? []
    return bundle.fragments.indices.map { index in
      var fragment = CostedFragment(bundle, index)
      fragment.uses = uses.filter { $0.fragment == index }
      return fragment
    }
  }

  /// Number `index` of a bundle.
  init(_ bundle: Bundle, _ index: Int) {
    let fragment = bundle.fragments[index]
    names = Dictionary(
      bundle.forks.filter { $0.fragment == UInt32(index) }.map { ($0.tensor, $0.name.text) }, uniquingKeysWith: { first, _ in first })
    attributes = fragment.attributes
    imports = fragment.imports
    tensors = fragment.tensors
    instructions = fragment.instructions
    weightBytes = Int(fragment.weights.count)
  }

  /// - Parameter names: of all its tensors, in order.
  init(_ fragment: LoweredFragment, names: [String] = []) {
    self.names = Dictionary(uniqueKeysWithValues: zip(0..., names))
    attributes = fragment.attributes
    imports = fragment.imports
    tensors = fragment.tensors
    instructions = fragment.instructions
    weightBytes = fragment.weights.count
  }

  init(_ fragment: LoweredFragment, _ model: PreparedModel) {
    self.init(fragment, names: fragment.keys.map { model.graph[$0.value].name })
  }
}

/// Adds up what the fragments of a program cost, alone and for each attribute.
struct CostTree {
  private let fragments: [CostedFragment]
  private let costs: [PlanReport.Cost]
  private let names: [String]

  /// - Parameters:
  ///   - names: of the attributes.
  ///   - measured: the medians of all fragments; nil where only the model is to be had.
  init(_ fragments: [CostedFragment], names: [String], times: TargetTimes, measured: MeasuredCosts? = nil) {
    self.fragments = fragments
    self.names = names
    costs = fragments.enumerated().map { index, fragment in
      var cost = PlanReport.Cost(weightBytes: fragment.weightBytes)
      if let measured { cost.measuredMilliseconds = Double(measured.fragments[index].median) / 1e6 }
      for (index, instruction) in fragment.instructions.enumerated() {
        let own = InstructionCost(instruction, fragment.tensors)
        cost.multiplyAccumulates = cost.multiplyAccumulates.addingReportingOverflow(own.multiplyAccumulates).partialValue
        cost.parameters += own.parameters
        cost.activationBytes += own.bytesWritten
        cost.modelledMilliseconds += times.seconds(fragment.uses.indices.contains(index) ? fragment.uses[index] : nil, own) * 1000
      }
      return cost
    }
  }

  func parts() -> [PlanReport.Part] {
    fragments.indices.map { index in
      let attributes = attributeNames(fragments[index].attributes)
      return PlanReport.Part(
        name: partName(index, attributes), attributes: attributes, parent: parent(index),
        forks: forks(index), instructions: fragments[index].instructions.count, cost: costs[index])
    }
  }

  func attributes() -> [PlanReport.Attribute] {
    names.enumerated().map { index, name in
      PlanReport.Attribute(name: name, alone: cost(anyOf: [index]), leavingOutSaves: sum { $0 == [index] })
    }
  }

  /// Of the parts that any of these attributes needs.
  func cost(anyOf attributes: AttributeSet) -> PlanReport.Cost { sum { !$0.isDisjoint(with: attributes) } }

  private func sum(_ isCounted: (AttributeSet) -> Bool) -> PlanReport.Cost {
    zip(fragments, costs).reduce(PlanReport.Cost()) { isCounted($1.0.attributes) ? $0 + $1.1 : $0 }
  }

  private func attributeNames(_ set: AttributeSet) -> [String] { set.map { names[$0] } }

  /// Of the fragments that this one reads from, the one that the fewest attributes need: the deepest fork.
  private func parent(_ index: Int) -> Int? {
    guard index > 0 else { return nil }
    let sources = fragments[index].imports.map { Int($0.fragment) }.filter { $0 < index }
    return sources.min { a, b in
      let (x, y) = (fragments[a].attributes.count, fragments[b].attributes.count)
      return x != y ? x < y : a > b
    } ?? 0
  }

  private func forks(_ index: Int) -> [PlanReport.Fork] {
    fragments[index].imports.map { record in
      let source = fragments[Int(record.fragment)]
      let tensor = source.tensors[Int(record.tensor)]
      return PlanReport.Fork(
        part: Int(record.fragment), tensor: source.names[record.tensor],
        shape: [Int(tensor.height), Int(tensor.width), Int(tensor.channels)], bytes: Int(tensor.elementCount * tensor.type.size))
    }
  }
}
