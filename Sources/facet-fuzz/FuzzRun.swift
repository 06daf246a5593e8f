import FacetEvaluation
import FacetFiles
import FacetVerification
import Glibc

/// All variants of one file.
struct FuzzRun {
  var subject: FuzzSubject
  var count: Int
  var seed: UInt64

  /// A variant that takes longer has failed; one that takes `FuzzWatch.hangSeconds` ends the program.
  static let slowSeconds = 10

  /// - Returns: a variant passed when it ended in a result or an error in time; memory beyond the limit fails once more.
  func run() -> (passed: Int, failed: Int) {
    print("\(subject.kind.rawValue) \(terminalText(subject.name)), \(subject.bytes.count) bytes: \(count) variants, seed \(seed)")
    fflush(nil)
    var mutator = Mutator(
      subject.bytes, hot: subject.hotRanges, tokens: subject.kind.tokens, isProtobuf: subject.kind == .model, seed: seed)
    var counts: [FuzzOutcome: Int] = [:]
    var failed = 0
    for index in 0..<count {
      let variant = mutator.variant()
      FuzzWatch.begin(subject.kind, seed: seed, variant: index)
      let start = ContinuousClock.now
      let outcome = subject.kind.feed(variant, alternative: index)
      FuzzWatch.end()
      counts[outcome, default: 0] += 1
      if ContinuousClock.now - start > .seconds(Self.slowSeconds) {
        failed += 1
        print("  variant \(index) of seed \(seed) took \(ContinuousClock.now - start)")
      }
    }
    let peak = Machine.peakMemory
    let limit = subject.kind.memoryLimit * (FuzzWatch.isSanitized ? 3 : 1)
    if peak > limit { failed += 1 }
    print(
      "  \(counts[.refused] ?? 0) refused, \(counts[.accepted] ?? 0) accepted, \(counts[.ran] ?? 0) of these run; "
        + "peak memory \(peak >> 20) MiB, limit \(limit >> 20) MiB\(peak > limit ? ": EXCEEDED" : "")")
    return (count - min(failed, count), failed)
  }
}
