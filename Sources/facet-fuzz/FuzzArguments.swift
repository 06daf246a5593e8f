import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetRecipe

struct UsageError: Error {
  var message: String
}

/// The command line.
struct FuzzArguments {
  var kind: FuzzKind?
  var file: String?
  /// Variants of each kind.
  var count = 1000
  /// The same seed gives the same variants.
  var seed = UInt64.random(in: 1...999_999_999)

  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    func number<Number: FixedWidthInteger>(_ option: String, _ range: ClosedRange<Number>) throws(UsageError) -> Number {
      guard let text = rest.popFirst(), let number = Number(text), range.contains(number) else {
        throw UsageError(message: "\(option) takes a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    var names: [String] = []
    while let argument = rest.popFirst() {
      switch argument {
      case "--count": count = try number(argument, 1...10_000_000)
      case "--seed": seed = try number(argument, 0...UInt64.max)
      case _ where argument.hasPrefix("-"): throw UsageError(message: "there is no option \(argument)")
      default: names.append(argument)
      }
    }
    guard !names.isEmpty else { return }
    guard names.count == 2 else { throw UsageError(message: "KIND and FILE go together") }
    guard let kind = FuzzKind(rawValue: names[0]) else {
      let known = FuzzKind.allCases.map(\.rawValue)
      throw UsageError(message: "there is no kind '\(names[0])'. \(didYouMean(names[0], among: known))")
    }
    self.kind = kind
    file = names[1]
  }

  /// What is damaged.
  func subjects() throws -> [FuzzSubject] {
    if let kind, let file { return [FuzzSubject(kind: kind, name: file, bytes: try readFile(file, limit: 1 << 30))] }
    let folder = "Examples/face-attributes/"
    func subject(_ kind: FuzzKind, _ name: String) throws -> FuzzSubject {
      FuzzSubject(kind: kind, name: folder + name, bytes: try readFile(folder + name, limit: 1 << 30))
    }
    let tests = "Tests/FacetFilesTests/Cases/"
    let tensor = NPYArray(shape: [2, 3, 4, 5], elements: .float32((0..<120).map { Float($0) / 7 }))
    let recipe = try gated(subject(.recipe, "recipe.json"))
    // In the styles of five producers of ONNX files.
    let producers = try ["pytorch", "dynamo", "keras", "caffe2", "qdq"].map { producer in
      let name = "Tests/FuzzModels/\(producer).onnx"
      return FuzzSubject(kind: .model, name: name, bytes: try readFile(name, limit: 1 << 20))
    }
    return try producers + [
      subject(.model, "face-attributes.onnx"), recipe, subject(.image, "test/00000.jpg"),
      FuzzSubject(kind: .bundle, name: "bundle of the example", bytes: exampleBundle(folder, recipe)),
      FuzzSubject(kind: .npy, name: "tensor of 2x3x4x5", bytes: tensor?.serialized() ?? []),
      FuzzSubject(kind: .npz, name: tests + "deflated.npz", bytes: readFile(tests + "deflated.npz", limit: 1 << 30)),
      subject(.labels, "test/labels.csv"), FuzzSubject.delta(packed: false), FuzzSubject.delta(packed: true),
    ]
  }

  /// The example's recipe with a gate, so that gates are damaged too.
  private func gated(_ recipe: FuzzSubject) throws -> FuzzSubject {
    let gate = #""emotion": { "priority": 1, "when": "eyewear == none && age.confidence > 0.6 || !(skin_tone.score['type_1'] <= 0)","#
    let text = String(decoding: recipe.bytes, as: UTF8.self)
    let gated = text.replacing(#""emotion": {"#, with: gate)
    guard gated != text else { throw UsageError(message: "\(recipe.name) has no attribute 'emotion'") }
    return FuzzSubject(kind: .recipe, name: recipe.name, bytes: Array(gated.utf8))
  }

  private func exampleBundle(_ folder: String, _ recipe: FuzzSubject) throws -> [UInt8] {
    try Compiler.compile(
      CompileRequest(
        models: [folder + "face-attributes.onnx"], recipes: [Recipe.parse(recipe.bytes, file: recipe.name)],
        target: Target.named(Target.defaultName))
    ).bytes
  }
}
