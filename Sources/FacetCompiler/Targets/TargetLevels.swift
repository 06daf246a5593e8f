import FacetBundle

extension Target {
  /// Arm's cores that run instructions in their order, as `FacetPlatform/in_order_cores.inc` has them by number.
  static let inOrderCores: Set<String> = ["cortex-a35", "cortex-a53", "cortex-a55", "cortex-a510", "cortex-a520"]

  static func architecture(_ clangTarget: String) -> String { String(clangTarget.prefix { $0 != "-" }) }

  /// The levels that an engine for a kind of CPU has, best first.
  static func levels(of clangTarget: String) -> [String] {
    KernelTable.all.first { $0.cpu == architecture(clangTarget) }?.levels.map(\.name).reversed() ?? []
  }

  /// The levels of kernels that its cores have, best first: of a kind of CPU all, of a board those that one of its kinds of cores runs by default, those
  /// below it, and the orders of instructions of in-order cores.
  package var runnableLevels: [String] {
    guard !like.isEmpty else { return isa }
    return isa.filter { name in
      clusters.contains { cluster in
        KernelLevelName(cpu: architecture, level: name)
          .runs(on: KernelLevelName(cpu: architecture, level: cluster.level), isInOrder: Self.inOrderCores.contains(cluster.cpu))
      }
    }
  }
}
