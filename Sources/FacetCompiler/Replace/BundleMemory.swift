import FacetBundle
import FacetFormat
import FacetLowering
import FacetRuntime

/// A fragment, opened or lowered, as far as a memory plan needs it.
struct PlannedFragment {
  var attributes: AttributeSet
  var imports: [ImportRecord]
  var tensors: [TensorRecord]
  var storageSizes: [Int]
  var instructions: [Instruction]

  init(_ fragment: Fragment) {
    attributes = fragment.attributes
    imports = fragment.imports
    tensors = fragment.tensors
    storageSizes = fragment.storages.map(Int.init)
    instructions = fragment.instructions
  }

  init(_ fragment: LoweredFragment) {
    attributes = fragment.attributes
    imports = fragment.imports
    tensors = fragment.tensors
    storageSizes = fragment.storageSizes
    instructions = fragment.instructions
  }
}

/// The storages of a program and when they are in use, found out from its tables: what the compiler knew when it planned them.
struct BundleMemory {
  let fragments: [PlannedFragment]
  /// All fragments' storages, in order.
  private(set) var requests: [StorageRequest] = []

  /// - Parameters:
  ///   - input: tensor of fragment 0.
  ///   - results: for each attribute, fragment and tensor.
  init(_ fragments: [PlannedFragment], input: UInt32, results: [(fragment: UInt32, tensor: UInt32)]) {
    self.fragments = fragments
    var first: [Int] = []
    for fragment in fragments {
      first.append(requests.count)
      for size in fragment.storageSizes {
        requests.append(
          StorageRequest(size: size, fragment: first.count - 1, firstUse: 0, lastUse: 0, isPersistent: false))
      }
    }
    func storage(_ fragment: Int, _ tensor: UInt32) -> Int { first[fragment] + Int(fragments[fragment].tensors[Int(tensor)].storage) }
    var isWritten = [Bool](repeating: false, count: requests.count)
    func write(_ index: Int, at time: Int) {
      if !isWritten[index] { requests[index].firstUse = time }
      isWritten[index] = true
      requests[index].lastUse = time
    }
    write(storage(0, input), at: -1)
    for (number, fragment) in fragments.enumerated() {
      for (time, instruction) in fragment.instructions.enumerated() {
        for tensor in instruction.reads {
          if tensor < UInt32(fragment.imports.count) {
            let source = fragment.imports[Int(tensor)]
            requests[storage(Int(source.fragment), source.tensor)].readers[number] = time
          } else {
            requests[storage(number, tensor)].lastUse = time
          }
        }
        for tensor in instruction.writes { write(storage(number, tensor), at: time) }
      }
    }
    for (attribute, place) in results.enumerated() {
      requests[storage(Int(place.fragment), place.tensor)].results.insert(attribute)
    }
    for index in requests.indices { requests[index].isPersistent = !requests[index].results.isEmpty || !requests[index].readers.isEmpty }
  }

  /// For all attributes in every order.
  func plan() -> MemoryPlan { MemoryPlanner.plan(requests, order: order) }

  /// For some attributes, in every order.
  func plan(for attributes: AttributeSet) -> ProfilePlan {
    MemoryPlanner.plan(requests, profile: attributes, fragments: fragments.map(\.attributes), order: order)
  }

  private var order: FragmentOrder { FragmentOrder(ancestors: ancestors) }

  private var ancestors: [Set<Int>] {
    var result: [Set<Int>] = []
    for fragment in fragments {
      var own: Set<Int> = []
      for record in fragment.imports { own.formUnion(result[Int(record.fragment)].union([Int(record.fragment)])) }
      result.append(own)
    }
    return result
  }
}
