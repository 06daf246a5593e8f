import FacetDiagnostics
import FacetKernels
import FacetRuntime

/// The kernel levels of this build and CPU by name: what `--isa` takes.
package enum KernelLevel {
  /// Names of the levels of this build, the lowest first: those of its CPU's kind, whether or not this very CPU has them.
  package static let known: [String] = {
    var names: [String] = []
    while let name = facet_level_name(facet_isa(UInt32(names.count))) { names.append(String(cString: name)) }
    return names
  }()

  /// The level of the compiler's own runs (calibration, checks, self-tests); the best where nil. For tests: bundles do not depend on it.
  @TaskLocal package static var ofCompiler: facet_isa?

  /// Names of the levels that run here, the best first.
  package static var available: [String] {
    levels.map(\.name)
  }

  private static var levels: [(name: String, isa: facet_isa)] {
    known.indices.reversed().compactMap { number in
      let level = facet_level_of(facet_isa(UInt32(number)))
      return level.name.map { (String(cString: $0), level.isa) }
    }
  }

  package static func name(of isa: facet_isa) -> String {
    known.indices.contains(Int(isa.rawValue)) ? known[Int(isa.rawValue)] : "level \(isa.rawValue)"
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
