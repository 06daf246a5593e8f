import FacetBundle
import FacetRuntime

extension Target {
  /// The levels of kernels that a bundle may meet: those of a board's cores, of a kind of CPU all.
  var levels: [KernelLevelName] {
    var names: [String] = []
    // Orders of instructions of in-order cores take the scratch of their plain levels.
    let all = like.isEmpty ? isa.filter { !$0.hasSuffix("_in_order") } : clusters.map(\.level)
    for name in all where !names.contains(name) { names.append(name) }
    return names.map { KernelLevelName(cpu: architecture, level: $0) }
  }

  /// Bytes of scratch that each thread needs.
  ///
  /// - Parameter level: nil for that of its first kind of core.
  func scratchBytes(_ bundle: Bundle, on level: KernelLevelName?) -> Int {
    let level = level ?? clusters.first.map { KernelLevelName(cpu: architecture, level: $0.level) }
    return level.flatMap { bundle.scratchBytes(on: $0) } ?? 0
  }
}
