import FacetDiagnostics
import FacetImport
import FacetKernels
import FacetRuntime

/// The kernel levels of this build and CPU by name: what `--isa` takes.
package enum KernelLevel {
  /// Names of the levels that run here, the best first.
  package static var available: [String] {
    levels.map(\.name)
  }

  private static var levels: [(name: String, isa: facet_isa)] {
    (0..<16 as Range<UInt32>).reversed().compactMap { value in
      guard let name = facet_level_of(facet_isa(value)).name else { return nil }
      return (String(cString: name), facet_isa(value))
    }
  }

  package static func name(of isa: facet_isa) -> String {
    levels.first { $0.isa == isa }?.name ?? "level \(isa.rawValue)"
  }

  fileprivate static func named(_ name: String) throws(FacetError) -> facet_isa {
    let levels = levels
    if let level = levels.first(where: { $0.name == name }) { return level.isa }
    let names = levels.map(\.name)
    throw FacetError([
      Diagnostic(
        code: RunErrorCode.isa, file: "--isa", message: "This CPU or build has no kernels \(quoted(name)).",
        remedy: [didYouMean(name, among: names), "It has \(names.joined(separator: ", "))."]
          .filter { !$0.isEmpty }.joined(separator: " "))
    ])
  }
}

extension Session {
  /// A session for commands: `isa` is a level's name, the best when nil.
  package static func open(
    _ bundle: Bundle, file: String, plan: Int = 0, threads: Int, isa: String? = nil
  ) throws(FacetError) -> Session {
    var level: facet_isa?
    if let isa { level = try KernelLevel.named(isa) }
    try bundle.checkMemory(plan: plan, file: file)
    do {
      return try Session(bundle: bundle, plan: plan, threads: threads, isa: level)
    } catch {
      throw FacetError(error, file: file)
    }
  }

  /// Name of the level whose kernels run.
  package var isaName: String { KernelLevel.name(of: isa) }
}
