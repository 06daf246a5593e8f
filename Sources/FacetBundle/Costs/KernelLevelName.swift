import FacetKernels
import FacetPlatform

/// A level of instructions of a kind of CPU.
package struct KernelLevelName: Equatable, Sendable, Hashable {
  /// As the tables of kernels call it: `x86_64`, `aarch64`, `armv7`, `riscv64`.
  package var cpu: String
  package var level: String

  package init(cpu: String, level: String) { (self.cpu, self.level) = (cpu, level) }
}

extension KernelLevelName {
  /// The kernels that engines run at this level: of each operation those that are tried before one that every such CPU has and that takes the same
  /// arguments, or all. Nil where there is no such level.
  package var kernels: Set<String>? {
    guard let table, let level = listed else { return nil }
    var names: Set<String> = []
    var taken: [UInt16: Set<String>] = [:]
    for row in UnsafeBufferPointer(start: table.kernels, count: table.kernel_count) where row.needs & ~level.uses == 0 {
      let condition = String(cString: row.condition)
      guard taken[row.number, default: []].isDisjoint(with: ["", condition]) else { continue }
      names.insert(String(cString: row.name))
      if row.needs & ~level.needs == 0 { taken[row.number, default: []].insert(condition) }
    }
    return names
  }

  /// Whether a core that runs another level has what the kernels of this one need.
  ///
  /// - Parameter isInOrder: whether the core runs instructions in their order, which levels of such cores need.
  package func runs(on core: KernelLevelName, isInOrder: Bool) -> Bool {
    guard cpu == core.cpu, let own = listed, let other = core.listed else { return false }
    return own.needs & ~(other.uses | (isInOrder ? UInt32(FACET_IN_ORDER) : 0)) == 0
  }

  /// The table of its CPU; nil where there is none.
  var table: facet_cpu_table? {
    var count = 0
    let tables = UnsafeBufferPointer(start: facet_cpu_tables(&count), count: count)
    return tables.compactMap(\.self).first { String(cString: $0.pointee.cpu) == cpu }?.pointee
  }

  /// What the table says of it.
  var listed: facet_listed_level? {
    table.flatMap { UnsafeBufferPointer(start: $0.levels, count: $0.level_count).first { String(cString: $0.name) == level } }
  }
}
