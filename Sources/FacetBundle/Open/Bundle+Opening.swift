import FacetDiagnostics
import FacetFiles
import FacetRuntime

extension Bundle {
  /// Opens a bundle from an array, which is copied.
  package static func opening(_ bytes: [UInt8]) throws(BundleError) -> Bundle {
    try bytes.withUnsafeBytes { raw in Result { () throws(BundleError) in try Bundle(copying: raw) } }.get()
  }
}

extension Bundle {
  /// Refuses a session whose arena the machine cannot have: it is had page by page, and its end is no error then.
  package func checkMemory(plan: Int = 0, file: String) throws(FacetError) {
    try AvailableMemory.check(arenaBytes(plan: plan) ?? 0, for: "the network's activations", file: file)
  }
}

extension Session {
  package static func make(_ bundle: Bundle, threads: Int) throws(SessionError) -> Session {
    try Session(bundle: bundle, threads: threads, isa: KernelLevel.ofCompiler)
  }
}
