import ArgumentParser
import FacetCompiler
import FacetDiagnostics
import FacetFiles
import FacetVerification
import Foundation

/// The word after `facet`: where it is no command, what was probably meant.
enum CommandName {
  /// Words of other tools, and of people, for what a command does.
  private static let usualWords = [
    "convert": "compile", "build": "compile", "quantize": "compile", "quantise": "compile", "merge": "compile", "infer": "run",
    "predict": "run", "exec": "run", "execute": "run", "eval": "verify", "evaluate": "verify", "test": "verify", "check": "verify",
    "validate": "verify", "bench": "benchmark", "time": "benchmark", "profile": "benchmark", "info": "inspect", "show": "inspect",
    "summary": "inspect", "describe": "inspect", "recipe": "init", "new": "init", "boards": "targets", "devices": "targets",
    "compare": "diff", "delta": "diff", "update": "patch", "apply": "patch", "swap": "replace", "errors": "explain", "graph": "plan",
    "cost": "plan", "costs": "plan",
  ]

  /// What is wrong with the command's name in these arguments; nil where nothing is, or there is none.
  static func problem(_ arguments: [String], commands: [String]) -> String? {
    guard let first = arguments.first, !first.isEmpty, !first.hasPrefix("-") else { return nil }
    let name = first == "help" ? arguments.dropFirst().first ?? first : first
    guard !name.hasPrefix("-"), name != "help", !commands.contains(name) else { return nil }
    let none = "There is no command '\(terminalText(name))'."
    if first != "help", name.contains("."), FileName.withBytes(name, { access($0, F_OK) }) == 0 {
      let isRead = name.hasSuffix(".onnx") || name.hasSuffix(".facet")
      return
        "\(none) It is a file: put a command before it, such as 'facet \(isRead ? "inspect" : "run BUNDLE") \(terminalText(name))'."
    }
    if name == "version" { return "\(none) 'facet --version' prints it." }
    let guess = usualWords[name.lowercased()].map { "Did you mean '\($0)'?" } ?? didYouMean(name, among: commands)
    return "\(none) \(guess.isEmpty ? "Commands are \(commands.joined(separator: ", "))." : guess)"
  }
}
