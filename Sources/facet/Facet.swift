import ArgumentParser
import FacetCompiler

@main struct Facet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet",
    abstract:
      "Turns trained convolutional networks into small int8 bundles that answer many attributes of an image at once.",
    discussion: """
      A first run:
        facet init model.onnx -o recipe.json   (then complete it)
        facet compile model.onnx --recipe recipe.json -o model.facet
        facet run model.facet photo.jpg
        facet verify model.facet --against model.onnx --data test/ --gate

      A bundle (.facet) is a compiled network. An attribute is one of its named answers. A recipe (JSON) says how images become the input, \
      and what the outputs mean. A target is a kind of board.

      Exit status: 0 done, 1 failed, 2 a budget was missed (the result is written), 64 wrong usage.
      Completions: facet --generate-completion-script bash, zsh or fish (docs/completions.md).
      """,
    version: BuildDescription.text,
    subcommands: [
      InitCommand.self, InspectCommand.self, CompileCommand.self, RunCommand.self, VerifyCommand.self, SensitivityCommand.self,
      PlanCommand.self,
      ReplaceCommand.self, DiffCommand.self, PatchCommand.self, BenchmarkCommand.self, TargetsCommand.self, ExplainCommand.self,
    ])
}
