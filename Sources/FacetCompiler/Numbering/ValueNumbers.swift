import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetPasses
import FacetRecipe
import FacetRuntime

/// What a bundle says of the network that it was made of: enough to find the same trunk in another model, and to say where they part.
struct ValueNumbers {
  /// A tensor that some fragment imports.
  struct Fork {
    var fragment: Int
    var tensor: Int
    var form: TensorForm
    var number: ValueNumber
    /// Before folding; `.none` where folding made the value.
    var sourceNumber: ValueNumber
  }

  /// An operator that a fragment computes.
  struct Operation {
    var fragment: Int
    /// `ValueNumber.short`
    var number: UInt64
    var name: String
  }

  var forks: [Fork] = []
  /// In the order of the fragments and their instructions.
  var operations: [Operation] = []

  /// - Parameters:
  ///   - graph: of the program's nodes.
  ///   - numbers: of the graph's values.
  ///   - sourceNumbers: of the model's values before folding.
  init(_ program: LoweredProgram, _ graph: Graph, numbers: [ValueID: ValueNumber], sourceNumbers: [ValueID: ValueNumber]) {
    let imported = Set(program.fragments.flatMap(\.imports).map { [Int($0.fragment), Int($0.tensor)] })
    for place in imported.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let key = program.fragments[place[0]].keys[place[1]]
      guard let number = numbers[key.value] else { continue }
      forks.append(
        Fork(
          fragment: place[0], tensor: place[1], form: key.form, number: number, sourceNumber: sourceNumbers[key.value] ?? .none))
    }
    for index in program.fragments.indices {
      operations += Self.operations(program.fragments[index], number: index, graph, numbers)
    }
  }

  /// Those of one fragment, each once.
  static func operations(
    _ fragment: LoweredFragment, number: Int, _ graph: Graph, _ numbers: [ValueID: ValueNumber]
  ) -> [Operation] {
    var seen: Set<Int> = []
    return fragment.nodes.filter { $0 >= 0 && seen.insert($0).inserted }.compactMap { index in
      let node = graph.nodes[index]
      return numbers[node.output].map { Operation(fragment: number, number: $0.short, name: node.name) }
    }
  }

  var section: [UInt8] {
    var writer = ByteWriter()
    writer.u32(UInt32(forks.count))
    writer.u32(UInt32(operations.count))
    for fork in forks {
      ForkNumberRecord(
        fragment: UInt32(fork.fragment), tensor: UInt32(fork.tensor), form: fork.form.code, number: fork.number.digest,
        sourceNumber: fork.sourceNumber.digest
      ).write(to: &writer)
    }
    for operation in operations {
      OperatorNumberRecord.write(
        to: &writer, fragment: UInt32(operation.fragment), number: operation.number, name: Self.shortened(operation.name))
    }
    return writer.bytes
  }

  private static func shortened(_ name: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in name.unicodeScalars {
      guard bytes.count + UTF8.width(scalar) <= OperatorNumberRecord.maximumNameBytes else { break }
      bytes += Array(String(scalar).utf8)
    }
    return bytes
  }

  /// Nil where the bundle has no such section, or a damaged one.
  init?(_ bundle: Bundle) {
    guard let content = bundle.content(.valueNumbers) else { return nil }
    var reader = ByteReader(content)
    let (forkCount, operationCount) = (Int64(reader.u32()), Int64(reader.u32()))
    guard !reader.failed,
      forkCount * ForkNumberRecord.size + operationCount * OperatorNumberRecord.minimumSize <= content.count - reader.offset
    else { return nil }
    for _ in 0..<forkCount {
      guard let record = ForkNumberRecord(reading: &reader), let form = TensorForm(code: record.form),
        record.fragment < UInt32(bundle.fragments.count)
      else { return nil }
      let fragment = bundle.fragments[Int(record.fragment)]
      guard record.tensor >= fragment.header.importCount, record.tensor < fragment.header.tensorCount,
        (fragment.tensors[Int(record.tensor)].type == .int8) == form.isInt8
      else { return nil }
      forks.append(
        Fork(
          fragment: Int(record.fragment), tensor: Int(record.tensor), form: form, number: ValueNumber(record.number),
          sourceNumber: ValueNumber(record.sourceNumber)))
    }
    for _ in 0..<operationCount {
      guard let record = OperatorNumberRecord(reading: &reader), record.fragment < UInt32(bundle.fragments.count) else { return nil }
      operations.append(Operation(fragment: Int(record.fragment), number: record.number, name: record.name.text))
    }
  }
}

extension TensorForm {
  fileprivate var code: UInt32 {
    switch self {
    case .int8: 0
    case .float32: 1
    case .plainInt8: 2
    case .plainFloat32: 3
    }
  }

  fileprivate init?(code: UInt32) {
    guard code < 4 else { return nil }
    self = [.int8, .float32, .plainInt8, .plainFloat32][Int(code)]
  }
}
