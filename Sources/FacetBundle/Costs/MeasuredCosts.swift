import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetRuntime

/// What each part of a bundle took on one machine: the file that `facet benchmark --write-costs` and `facet-run --write-costs` write
/// and `--costs` reads. It holds for every bundle with the same programs and weights, run with the same kernels and threads.
package struct MeasuredCosts: Equatable, Sendable {
  /// The file format's version, and the oldest that is read: version 2 says nothing of instructions.
  package static let version = 3
  static let oldestVersion = 2
  static let maximumBytes = 16 << 20

  /// Of several inferences, in nanoseconds.
  package struct Time: Equatable, Sendable {
    package var minimum: Int
    package var median: Int
    /// The 95th percentile: what deadlines count with. The median would be too little every second time.
    package var high: Int

    package init(minimum: Int, median: Int, high: Int) {
      (self.minimum, self.median, self.high) = (minimum, median, high)
    }
  }

  /// `alone`: all that the attribute needs. `marginal`: what only it needs, so what leaving it out saves.
  package struct Attribute: Equatable, Sendable {
    package var name: String
    package var alone: Time
    package var marginal: Time

    package init(name: String, alone: Time, marginal: Time) {
      self.name = name
      self.alone = alone
      self.marginal = marginal
    }
  }

  /// An instruction, the kernel that ran it, and what it took: what rates of kernels are fitted from (`CostFit`).
  package struct Instruction: Equatable, Sendable {
    package var use: KernelUse
    package var time: Time

    package init(use: KernelUse, time: Time) { (self.use, self.time) = (use, time) }
  }

  /// SHA-256 of the bundle's programs and weights, in hexadecimal.
  package var programs: String
  package var isa: String
  package var threads: Int
  package var iterations: Int
  package var fragments: [Time]
  package var attributes: [Attribute]
  /// Of all fragments; empty where they were not measured.
  package var instructions: [Instruction]

  package init(
    programs: String, isa: String, threads: Int, iterations: Int, fragments: [Time], attributes: [Attribute],
    instructions: [Instruction] = []
  ) {
    self.programs = programs
    self.isa = isa
    self.threads = threads
    self.iterations = iterations
    self.fragments = fragments
    self.attributes = attributes
    self.instructions = instructions
  }

  /// The file's text: JSON, a line for each fragment, attribute and instruction.
  package var text: String {
    func time(_ time: Time) -> String { "\"minimum_ns\": \(time.minimum), \"median_ns\": \(time.median), \"p95_ns\": \(time.high)" }
    let fragments = fragments.map { "    { \(time($0)) }" }
    let attributes = attributes.map {
      "    \(jsonString($0.name)): { \"alone\": { \(time($0.alone)) }, \"marginal\": { \(time($0.marginal)) } }"
    }
    let instructions = instructions.map {
      let use = $0.use
      return "    { \"fragment\": \(use.fragment), \"instruction\": \(use.instruction), \"kernel\": \(jsonString(use.kernel)), "
        + "\"input\": \(use.shape.input), \"output\": \(use.shape.output), \"work\": \(use.shape.work), \"time\": { \(time($0.time)) } }"
    }
    return """
      {
        "version": \(Self.version),
        "programs": "\(programs)",
        "isa": "\(isa)",
        "threads": \(threads),
        "iterations": \(iterations),
        "fragments": [
      \(fragments.joined(separator: ",\n"))
        ],
        "attributes": {
      \(attributes.joined(separator: ",\n"))
        },
        "instructions": [
      \(instructions.joined(separator: ",\n"))
        ]
      }

      """
  }

  /// Gives a session the 95th percentile of each fragment.
  ///
  /// - Throws: where they were measured on other programs, kernels or threads.
  package func set(on session: Session, file: String) throws(FacetError) {
    try check(isOf: session.bundle, file: file)
    let (found, wanted): (String, String)
    if isa != session.isaName {
      (found, wanted) = ("with the kernels \(isa), but \(session.isaName) runs", " with --isa \(session.isaName)")
    } else if threads != session.threads {
      (found, wanted) = (
        "with \(threads) \(threads == 1 ? "thread" : "threads"), but \(session.threads) run", " with --threads \(session.threads)"
      )
    } else {
      let values = fragments.map { UInt64(clamping: $0.high) }
      do {
        try values.withUnsafeBufferPointer { values in Result { () throws(SessionError) in try session.setCosts(values) } }.get()
      } catch {
        throw FacetError(error, file: file)
      }
      return
    }
    throw Self.failure(file, found: found, wanted: wanted)
  }

  /// - Throws: where they were measured on other programs or weights.
  package func check(isOf bundle: Bundle, file: String) throws(FacetError) {
    guard programs != bundle.programsHashText || fragments.count != bundle.fragments.count else { return }
    throw Self.failure(file, found: "on a bundle with other programs or weights", wanted: "")
  }

  private static func failure(_ file: String, found: String, wanted: String) -> FacetError {
    FacetError([
      Diagnostic(
        code: RunErrorCode.otherCosts, file: file, message: "The costs were measured \(found).",
        remedy: "Measure them again\(wanted): facet benchmark FILE.facet --write-costs \(file).")
    ])
  }
}

extension Bundle {
  /// In hexadecimal.
  package var programsHashText: String { String(decoding: programsHash().hexadecimal, as: UTF8.self) }
}
