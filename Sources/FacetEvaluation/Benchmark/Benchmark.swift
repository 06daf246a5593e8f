import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetRuntime

/// Times single inferences: input into its tensor, and what the attributes need. Reading and resizing images is not in it. Gates are
/// ignored: what is timed is the most that an input can take.
package struct Benchmark {
  package struct Result: Encodable, Sendable {
    /// Of each inference, in order.
    package var ns: [Int64]
    /// Peak resident memory of the process, in MiB.
    package var rssMb: Double
    package var arenaBytes: Int
    /// Of mapping and checking the bundle, several times, the file being in the page cache.
    package var openNs: [Int64]
    /// The level whose kernels ran.
    package var isa: String
    package var threads: Int
    /// Where they were asked for.
    package var byAttribute: ByAttribute?
    package var deadlines: [Deadline]?

    package var minimum: Int64 { ns.min() ?? 0 }

    package var median: Int64 { Benchmark.median(ns) }

    package var openMedian: Int64 { Benchmark.median(openNs) }
  }

  package static func median(_ values: [Int64]) -> Int64 {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static let openings = 20

  private static let epoch = ContinuousClock.now

  /// Nanoseconds of a clock that never goes back.
  static func clock() -> Int64 { nanoseconds(since: epoch) }

  package let session: Session
  /// The attributes that are timed.
  let set: AttributeSet
  let file: String
  let input: NetworkInput

  /// The input is pseudo-random and always the same.
  package init(
    _ bundleFile: BundleFile, attributes: [String]?, profile: String? = nil, threads: Int, isa: String?
  ) throws(FacetError) {
    file = bundleFile.path
    let bundle = bundleFile.bundle
    let plan = try bundle.plan(profile: profile, file: file)
    set = try bundle.attributeSet(attributes, plan: plan, file: file)
    session = try Session.open(bundle, file: file, plan: plan, threads: threads, isa: isa)
    input = try .random(for: bundle, file: file, seed: 1)
  }

  /// - Parameter warmUp: inferences before the first that is timed.
  package func run(iterations: Int, warmUp: Int) throws(FacetError) -> Result {
    var ns: [Int64] = []
    ns.reserveCapacity(iterations)
    do {
      for index in 0..<(warmUp + iterations) {
        let start = ContinuousClock.now
        try input.set(on: session)
        try session.evaluate(attributes: set, ignoringGates: true)
        if index >= warmUp { ns.append(nanoseconds(since: start)) }
      }
    } catch {
      throw FacetError(error, file: file)
    }
    let peak = Machine.peakMemory
    var openNs: [Int64] = []
    for _ in 0..<Self.openings {
      let start = ContinuousClock.now
      _ = try BundleFile(file)
      openNs.append(nanoseconds(since: start))
    }
    return Result(
      ns: ns, rssMb: Double(peak) / 1_048_576, arenaBytes: session.arenaBytes, openNs: openNs, isa: session.isaName,
      threads: session.threads)
  }
}

private func nanoseconds(since start: ContinuousClock.Instant) -> Int64 {
  let (seconds, attoseconds) = (ContinuousClock.now - start).components
  return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
}

extension NetworkInput {
  /// Pseudo-random pixels, or floats in -1 ..< 1 where the bundle takes tensors; equal for equal seeds.
  package static func random(for bundle: Bundle, file: String, seed: UInt64) throws(FacetError) -> NetworkInput {
    var generator = SplitMix64(seed: seed)
    let (width, height) = (bundle.inputWidth, bundle.inputHeight)
    let sample: Sample
    if bundle.takesPixels {
      let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      guard let frame = Frame(width: width, height: height, pixels: pixels) else {
        throw FacetError(
          Diagnostic(
            code: RunErrorCode.bundleInput, file: file, message: "it takes images of \(width) x \(height) pixels, which are too large",
            remedy: "Compile it for a smaller input."))
      }
      sample = .frame(frame, name: "random")
    } else {
      let shape = [1, bundle.inputChannels, height, width]
      let values = (0..<shape.reduce(1, *)).map { _ in Float(Int32(truncatingIfNeeded: generator.next())) / 2_147_483_648 }
      sample = .tensor(values, shape: shape, name: "random")
    }
    return try NetworkInput(sample, for: bundle, data: file)
  }
}
