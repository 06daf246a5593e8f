import ArgumentParser
import FacetBundle
import FacetCompiler
import FacetEvaluation
import FacetFiles
import FacetVerification

struct PatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patch", abstract: "Make the new bundle from the old one and a delta.",
    discussion: """
      The old file must be the one from which the delta was made, to the byte. The result is checked against the hash in the delta and opened \
      before it is written; at any time, the output is either the whole old or the whole new file, so it may have the old bundle's name.
      """)

  @Argument(help: "The old bundle.", completion: .bundles) var old: String
  @Argument(help: "What 'facet diff OLD NEW --emit' wrote.", completion: .file()) var delta: String
  @Option(name: .shortAndLong, help: ArgumentHelp("The bundle to write.", valueName: "new.facet"), completion: .bundles) var output: String
  @Flag(help: "Print JSON.") var json = false
  @OptionGroup var quiet: QuietOption

  func validate() throws { try quiet.check(json: json) }

  func run() throws {
    try Console.reporting(json: json, quiet: quiet.isOn) {
      try OutputFile.check(output, notOneOf: [delta])
      let result = try patchedBundle(old, delta: delta)
      try Console.finish(
        json ? Console.json(["bytes": result.count]) : "\(terminalText(output)): \(bytes(result.count))", writing: [(output, result)])
    }
  }
}
