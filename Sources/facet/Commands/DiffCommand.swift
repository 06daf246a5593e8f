import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetEvaluation
import FacetVerification

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show where two bundles differ, or write a delta that makes one from the other.",
    discussion: """
      The exit status is 0 whether they differ or not; --json has "is_equal". A delta holds what the new bundle has and the old one does not: \
      'facet patch OLD DELTA -o NEW' makes the new bundle from it, and refuses any file other than OLD.
      """)

  @Argument(help: "The old bundle.", completion: .bundles) var old: String
  @Argument(help: "The new bundle.", completion: .bundles) var new: String
  @Option(help: ArgumentHelp("Write the delta from the old to the new bundle.", valueName: "delta"), completion: .file()) var emit: String?
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws { try quiet.check(json: json, without: emit == nil ? "--emit" : nil) }

  func run() throws {
    try Console.reporting(json: json, quiet: quiet.isOn) {
      if let emit { try OutputFile.check(emit, notOneOf: [old, new]) }
      let (before, after) = (try BundleFile(old).bundle, try BundleFile(new).bundle)
      var report = BundleDifference(before, after)
      let delta = try emit.map { (path: $0, bytes: try makeBundleDelta(from: before, to: after, names: (old, new))) }
      report.deltaBytes = delta?.bytes.count
      try Console.finish(
        json ? Console.json(report) : DifferenceText(report, old: old, new: new, delta: emit).text,
        writing: [delta].compactMap(\.self))
    }
  }
}
