import ArgumentParser
import FacetCompiler
import FacetDiagnostics
import FacetEvaluation
import FacetFiles
import FacetRecipe
import FacetVerification
import Foundation

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a recipe to start from: a model's input and outputs, to be completed.",
    discussion: "Several models get one recipe, for the network that they are merged into ('facet compile A B --recipe R').")

  @Argument(help: "An ONNX file, or several that are to be merged.", completion: .models) var models: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The recipe to write.", valueName: "recipe.json"), completion: .recipes) var output:
    String
  @OptionGroup var modelFile: ModelFileOptions
  @Flag(help: "Replace a recipe that exists.") var force = false
  @OptionGroup var quiet: QuietOption

  func run() throws {
    try Console.reporting(quiet: quiet.isOn) {
      let options = try modelFile.options
      try OutputFile.check(output, notOneOf: models + options.files)
      let (report, owners) = try Compiler.inspect(models: models, options: options)
      try OutputFile.check(output, notOneOf: report.externalFiles)
      let (text, advice) = Recipe.template(
        for: report, model: models.map(pathFromRecipe).joined(separator: ", "), options: named(options), owners: owners)
      let lines = ["\(output) is written. Before compiling:"] + advice.map { "  - \($0)" }
      try RecipeFile.write(text, to: output, replacing: force) { () throws(FacetError) in
        if !quiet.isOn { try Console.announce(lines.map(terminalText).joined(separator: "\n"), beside: [output]) }
      }
    }
  }

  /// The options as the recipe's folder sees them.
  private func named(_ options: ModelOptions) -> ModelOptions {
    var options = options
    options.constants = options.constants.mapValues { constant in
      guard case .file(let path) = constant else { return constant }
      return .file(pathFromRecipe(path))
    }
    return options
  }

  /// A file as the recipe's folder sees it, where it lies in or below that; otherwise its name.
  private func pathFromRecipe(_ model: String) -> String {
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().standardizedFileURL.path + "/"
    let file = URL(fileURLWithPath: model).standardizedFileURL.path
    return file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : (model as NSString).lastPathComponent
  }
}
