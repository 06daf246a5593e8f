import ArgumentParser
import FacetBundle
import FacetCompiler

/// What the shells' completions offer for values that are known.
extension CompletionKind {
  static var targets: CompletionKind { .list(Target.acceptedNames) }
  /// The kernel levels of this machine.
  static var kernelLevels: CompletionKind { .list(KernelLevel.available) }
  static var models: CompletionKind { .file(extensions: ["onnx"]) }
  static var bundles: CompletionKind { .file(extensions: ["facet"]) }
  static var recipes: CompletionKind { .file(extensions: ["json"]) }
}
