import FacetBundle
import FacetRuntime

extension CompileResult {
  /// Says how much memory the board needs, and warns where that is much of what it has.
  mutating func addMemory(on target: Target) {
    guard let bundle = try? Bundle.opening(bytes) else { return }
    report.scratch = target.levels.compactMap { level in
      bundle.scratchBytes(on: level).flatMap { $0 > 0 ? CompileReport.Scratch(level: level.level, bytes: $0) : nil }
    }
    let needed = bytes.count + report.arenaBytes + (report.scratch.map(\.bytes).max() ?? 0)
    guard needed > target.ram / 2 else { return }
    report.warnings.append(
      "Bundle and arena take \(needed >> 20) MiB, more than half of the \(target.ram >> 20) MiB that the smallest board of \(target.name) is taken to have."
    )
  }
}
