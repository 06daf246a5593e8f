import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetFormat
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetVerification
import Glibc

extension FuzzKind {
  /// Gives a file to the code that the commands give it to. Only errors that it declares come back here.
  ///
  /// - Parameter alternative: a number that varies how it is used.
  func feed(_ bytes: [UInt8], alternative: Int) -> FuzzOutcome {
    do {
      switch self {
      case .model: return try feedModel(bytes)
      case .recipe: _ = try Recipe.parse(bytes, file: "recipe.json")
      case .image: try feedImage(bytes, alternative)
      case .bundle: return try feedBundle(bytes, alternative)
      case .npy: _ = try NPYArray.parse(bytes, name: "tensor.npy")
      case .npz: try feedArrays(bytes)
      case .delta: _ = try applyDelta(bytes, to: FuzzSubject.deltaParent, names: (delta: "delta", parent: "parent"))
      case .labels: _ = try LabelTable(parsing: bytes, name: "labels.csv")
      }
      return .accepted
    } catch let failure as FacetError {
      // What a terminal would show is made too.
      return failure.rendered.isEmpty ? .accepted : .refused
    } catch {
      return .refused
    }
  }

  /// Import, folding and lowering; what converts is compiled to float32 and run.
  private func feedModel(_ bytes: [UInt8]) throws -> FuzzOutcome {
    // Without a name, gone when closed.
    guard let file = tmpfile() else { return .refused }
    defer { fclose(file) }
    let descriptor = fileno(file)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written) }
      guard count > 0 else { return .refused }
      written += count
    }
    let target = try Target.named(Target.defaultName)
    let result = try Compiler.compile(
      CompileRequest(models: ["/proc/self/fd/\(descriptor)"], target: target, precision: .float32))
    return try feedBundle(result.bytes, 0)
  }

  private func feedImage(_ bytes: [UInt8], _ alternative: Int) throws {
    let frame = try ImageDecoder.decode(bytes, name: "image")
    let rules: [ResizeRule] = [.stretch, .crop, .letterbox]
    let colors: [ColorOrder] = [.rgb, .bgr, .gray]
    _ = try frame.resized(width: 64, height: 48, rule: rules[alternative % 3], color: colors[alternative / 3 % 3])
  }

  /// Every array, though one may be refused.
  private func feedArrays(_ bytes: [UInt8]) throws {
    let file = try NPZFile(bytes: bytes, name: "outputs.npz")
    var refused: FacetError?
    for name in file.names {
      do { _ = try file.array(name, limit: 256 << 20) } catch { refused = error }
    }
    if let refused { throw refused }
  }

  /// Opens it as a command does, describes it, and runs it where that is little work.
  private func feedBundle(_ bytes: [UInt8], _ alternative: Int) throws -> FuzzOutcome {
    let bundle: Bundle
    do {
      bundle = try Bundle.opening(bytes)
    } catch {
      throw FacetError(error, file: "bundle")
    }
    _ = BundleDescription(bundle)
    _ = BundleDifference(bundle, bundle)
    _ = bundle.embeddedRecipe
    guard bundle.isLittleWork else { return .accepted }
    let levels = KernelLevel.available
    let session = try Session.open(bundle, file: "bundle", threads: 1 + alternative / 2 % 2, isa: levels[alternative % levels.count])
    try NetworkInput.random(for: bundle, file: "bundle", seed: UInt64(alternative)).set(on: session)
    try session.evaluate(attributes: bundle.allAttributes, budget: alternative % 2 == 0 ? nil : .max - 1)
    try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
    for (index, attribute) in bundle.attributeDescriptions.enumerated() {
      var confidences = [Float](repeating: 0, count: attribute.scores)
      try confidences.withUnsafeMutableBufferPointer { try session.confidences(attribute: index, into: $0) }
      withExtendedLifetime(session) { _ = attribute.top(session.scores(attribute: index)) }
    }
    for (index, fork) in bundle.forkDescriptions.prefix(4).enumerated() {
      var values = [Float](repeating: 0, count: fork.shape.reduce(1, *))
      try values.withUnsafeMutableBufferPointer { try session.readFork(index, into: $0) }
      try values.withUnsafeBufferPointer { try session.setFork(index, $0) }
      try session.evaluate(attributes: session.available(ignoringGates: true), ignoringGates: true)
    }
    if bundle.selfTestCount > 0 { _ = try session.passesSelfTest(0) }
    return .ran
  }
}

extension Bundle {
  /// Whether running it takes less than about a second and 256 MiB: a damaged bundle can ask for hours.
  fileprivate var isLittleWork: Bool {
    guard let arena = arenaBytes(plan: 0), arena <= 256 << 20 else { return false }
    // Steps as opening counted them.
    return work < 1_000_000_000
  }
}
