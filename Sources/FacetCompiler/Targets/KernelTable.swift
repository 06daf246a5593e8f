import FacetKernels

/// The levels and kernels of a kind of CPU, as the engine built for it has them: for lists on any machine.
package struct KernelTable: Encodable, Sendable {
  package struct Level: Encodable, Sendable {
    package var name: String
    package var description: String
  }

  package struct Kernel: Encodable, Sendable {
    package var operation: String
    package var name: String
    /// The level of fewest instruction sets whose kernels it is among, and what it needs of the CPU beyond what that level promises; "" where nothing.
    package var level: String
    package var needs: String
    /// On which arguments it is taken, and the order of the weights that it reads; "" for all, and where there are none.
    package var condition: String
    package var layout: String
  }

  package var cpu: String
  /// The lowest first.
  package var levels: [Level]
  /// For each operation in the order in which they are tried.
  package var kernels: [Kernel]

  package static let all: [KernelTable] = {
    var count = 0
    let tables = facet_cpu_tables(&count)
    return UnsafeBufferPointer(start: tables, count: count).compactMap { $0.map { KernelTable($0.pointee) } }
  }()

  /// Of a CPU's name (`aarch64`), a board's or an alias (`pi4`); nil where there is none.
  package static func named(_ name: String) -> KernelTable? {
    func table(_ cpu: some StringProtocol) -> KernelTable? { all.first { $0.cpu == cpu } }
    if let table = table(name.lowercased()) { return table }
    guard let target = try? Target.named(name) else { return nil }
    return table(target.clangTarget.prefix { $0 != "-" })
  }

  private init(_ table: facet_cpu_table) {
    let known = UnsafeBufferPointer(start: table.levels, count: table.level_count)
    let features = UnsafeBufferPointer(start: table.features, count: table.feature_count)
    let rows = UnsafeBufferPointer(start: table.kernels, count: table.kernel_count)
    cpu = String(cString: table.cpu)
    levels = known.map { Level(name: String(cString: $0.name), description: String(cString: $0.words)) }
    let listed = rows.map { row in
      let level = known.filter { row.needs & ~$0.uses == 0 }.min { $0.uses.nonzeroBitCount < $1.uses.nonzeroBitCount }
      let beyond = features.filter { row.needs & ~(level?.needs ?? 0) & $0.bit != 0 }
      return Kernel(
        operation: String(cString: row.operation).lowercased(), name: String(cString: row.name),
        level: level.map { String(cString: $0.name) } ?? "", needs: beyond.map { String(cString: $0.words) }.joined(separator: ", "),
        condition: String(cString: row.condition), layout: String(cString: row.layout))
    }
    var operations: [String] = []
    for kernel in listed where !operations.contains(kernel.operation) { operations.append(kernel.operation) }
    kernels = operations.flatMap { operation in listed.filter { $0.operation == operation } }
  }
}
