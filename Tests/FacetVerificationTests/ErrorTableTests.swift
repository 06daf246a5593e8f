import FacetData
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetEvaluation
@testable import FacetRecipe
@testable import FacetVerification

/// What is done wrong, the code of the error, and a part of what it says.
struct Provocation: CustomTestStringConvertible {
  var testDescription: String
  var code: String
  var says: String
  var provoke: @Sendable (Folder) throws -> Void

  init(_ description: String, _ code: String, _ says: String, _ provoke: @escaping @Sendable (Folder) throws -> Void) {
    testDescription = description
    self.code = code
    self.says = says
    self.provoke = provoke
  }
}

@Suite struct ErrorTableTests {
  private static func parse(_ recipe: String) throws { _ = try Recipe.parse(Array(recipe.utf8), file: "r.json") }

  private static func run(_ folder: Folder, attributes: [String]? = nil, isa: String? = "scalar", input: String = "x.npy") throws {
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
    try folder.write("x.npy", channels: [1, 0, 0])
    try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: [folder.path + "/" + input], options: EvaluationOptions(attributes: attributes),
      threads: 1,
      isa: isa
    ).run { _ in }
  }

  private static func start(_ folder: Folder, from fork: String, attributes: [String]? = nil) throws {
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], attributes: ["kind", "size", "peak"]))
    try folder.write("x.npy", channels: [1, 0, 0])
    var options = EvaluationOptions(attributes: attributes)
    options.starts = [EvaluationOptions.Start("\(fork)=\(folder.path)/x.npy")].compactMap(\.self)
    try BundleRun(BundleFile(folder.path + "/m.facet"), inputs: [], options: options, threads: 1, isa: "scalar").run { _ in }
  }

  private static func verify(_ folder: Folder, labels: String, reference: [String] = ["kind", "size"], recipe: String = TinyNetwork.recipe)
    throws
  {
    try folder.write("a.npy", channels: [1, 0, 0])
    try folder.write("labels.csv", labels)
    _ = try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], recipe: TinyNetwork.recipe)), bundleFile: "m.facet",
      reference: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], attributes: reference)), data: Dataset.open(path: folder.path),
      recipes: [Recipe.parse(Array(recipe.utf8), file: "r.json")], threads: 1, isa: "scalar", progress: nil
    ).run()
  }

  static let commands: [Provocation] = [
    .init("init on top of a recipe", "init.exists", "--force") {
      try $0.write("r.json", "{}")
      try RecipeFile.write("{}", to: $0.path + "/r.json", replacing: false)
    },
    .init("no such bundle", "bundle.unreadable", "No such file") { _ = try BundleFile($0.path + "/none.facet") },
    .init("a folder as bundle", "bundle.unreadable", "not a regular file") { _ = try BundleFile($0.path) },
    .init("a mistyped attribute", "run.attribute", "Did you mean 'kind'?") { try run($0, attributes: ["kimd"]) },
    .init("kernels that do not exist", "run.isa", "scalar") { try run($0, isa: "avx3") },
    .init("an image for tensors", "data.input.pixels", "takes only normalized tensors") {
      try $0.write("x.ppm", "P6 1 1 255 abc")
      try run($0, input: "x.ppm")
    },
    .init("a sample with NaN", "data.input.not-finite", "element 0, 0, 0") {
      try $0.write("n.npy", channels: [.nan, 0, 0])
      try run($0, input: "n.npy")
    },
    .init("no model", "compile.models", "No model was given") { _ in
      _ = try Compiler.compile(CompileRequest(models: [], target: Target.named(Target.defaultName)))
    },
    .init("a profile that does not exist", "run.profile", "--profile NAME=a,b") { folder in
      try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
      var options = EvaluationOptions()
      options.profile = "door"
      _ = try BundleRun(BundleFile(folder.path + "/m.facet"), inputs: [], options: options, threads: 1, isa: nil)
    },
    .init("a fork that does not exist", "run.fork", "Did you mean 'mean'?") { try start($0, from: "maen") },
    .init("a fork of another shape", "run.from", "has the shape [1, 3, 1, 1]") { try start($0, from: "mean") },
    .init("an attribute before the fork", "run.reach", "the forks given do not lead to it") {
      try start($0, from: "mean", attributes: ["kind", "peak"])
    },
    .init("a text as costs", "costs.file", "This is not JSON") {
      try $0.write("c.json", "no costs at all")
      _ = try MeasuredCosts.load($0.path + "/c.json")
    },
    .init("costs of another bundle", "costs.other", "other programs or weights") {
      try $0.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
      let bundle = try BundleFile($0.path + "/m.facet").bundle
      let costs = MeasuredCosts(programs: "ab", isa: "scalar", threads: 1, iterations: 1, fragments: [], attributes: [])
      try costs.set(on: Session(bundle: bundle), file: "c.json")
    },
    .init("a model that is missing", "import.file.unreadable", "a.onnx") {
      _ = try Compiler.compile(CompileRequest(models: [$0.path + "/a.onnx"], target: Target.named(Target.defaultName)))
    },
    .init("a text as model", "import.onnx.malformed", "not an ONNX model") {
      try $0.write("a.onnx", "no model at all")
      _ = try Compiler.compile(CompileRequest(models: [$0.path + "/a.onnx"], target: Target.named(Target.defaultName)))
    },
    .init("a bundle as model", "import.onnx.malformed", "is a Facet bundle") {
      try $0.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1]))
      _ = try Compiler.compile(CompileRequest(models: [$0.path + "/m.facet"], target: Target.named(Target.defaultName)))
    },
    .init("int8 without data", "compile.calibration.missing", "--calibration DATA") { _ in
      _ = try Compiler.compile(convolution(), CompileRequest(models: ["m.onnx"], target: Target.named(Target.defaultName)))
    },
    .init("a negative variance", "compile.batch-norm", "cannot be computed") { _ in _ = try normalized(variance: -1) },
    .init("images without the recipe", "verify.recipe", "--recipe recipe.json") {
      try $0.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: #"{"version": 1, "input": {"width": 2, "height": 2}}"#))
      try $0.write("a.npy", channels: [1, 0, 0])
      _ = try VerifyJob(
        bundle: $0.path + "/m.facet", against: ["a.onnx"], data: $0.path, recipes: [], threads: 1, isa: nil, progress: nil
      ).run()
    },
    .init("a label that is none", "verify.label", "Did you mean 'cat'?") { try verify($0, labels: "file,kind\na.npy,cap\n") },
    .init("a model without the attribute", "verify.attribute", "no such result") {
      try verify($0, labels: "file,kind\na.npy,cat\n", reference: ["sort", "size"])
    },
    .init("a subgroup that is no column", "verify.subgroup", "no such column") {
      try verify($0, labels: "file,kind\na.npy,cat\n", recipe: #"{"version": 1, "subgroups": ["light"]}"#)
    },
    .init("the operators of a float32 bundle", "verify.layers", "computes in float32") { folder in
      let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples/face-attributes")
        .path
      let recipe = try Recipe.load(example + "/recipe.json")
      let request = CompileRequest(
        models: [example + "/face-attributes.onnx"], recipes: [recipe], target: try Target.named(Target.defaultName), precision: .float32)
      try folder.write("f.facet", Compiler.compile(request).bytes)
      try FileManager.default.copyItem(atPath: example + "/calibration/00000.jpg", toPath: folder.path + "/00000.jpg")
      var job = VerifyJob(
        bundle: folder.path + "/f.facet", against: request.models, data: folder.path + "/00000.jpg", recipes: [], threads: 1, isa: nil,
        progress: nil)
      job.layerSamples = 1
      _ = try job.run()
    },
    .init("a recipe beyond all sizes", "recipe.too-large", "not the model") { _ in
      try parse(String(repeating: " ", count: Recipe.maximumBytes + 1))
    },
    .init("an empty text", "recipe.string", "is empty") { _ in try parse(#"{"version": 1, "attributes": {"a": {"output": ""}}}"#) },
    .init("no labels in the list", "recipe.empty", "leave the key out") { _ in
      try parse(#"{"version": 1, "attributes": {"a": {"labels": []}}}"#)
    },
    .init("a name that no file can have", "data.file.unreadable", "name too long") {
      _ = try Dataset.open(path: $0.path + "/" + String(repeating: "n", count: 300))
    },
    .init("a .npy file of the future", "data.npy.version", "format version 9.0") {
      try $0.write("x.npy", [0x93] + Array("NUMPY".utf8) + [9, 0, 0, 0, 0, 0])
      _ = try Dataset.open(path: $0.path + "/x.npy")
    },
  ]

  private static func prepared(_ graph: Graph) throws -> PreparedModel {
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 17, producer: "", name: "")
    return try PreparedModel(ImportedModel(graph: graph, source: source, notes: []), recipe: nil, stopAfter: nil)
  }

  private static func convolution() throws -> PreparedModel {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 3, 4, 4])
    let weights = graph.addConstant(name: "w", Tensor(shape: [2, 3, 1, 1], repeating: 0.5))
    let bias = graph.addConstant(name: "b", Tensor(shape: [2], repeating: 0))
    let first = try graph.addNode(name: "conv", Convolution(), [input, weights, bias])
    let result = try graph.addNode(name: "pool", MaxPool(kernel: [2, 2], strides: [2, 2]), [first])
    graph.outputs = [GraphOutput(name: "y", value: result)]
    return try prepared(graph)
  }

  private static func normalized(variance: Float) throws -> PreparedModel {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 1, 2, 2])
    let values = [1, 0, 0, variance].enumerated().map { graph.addConstant(name: "c\($0)", Tensor(shape: [1], elements: [$1])) }
    let result = try graph.addNode(name: "norm", BatchNormalization(epsilon: 1e-5), [input] + values)
    graph.outputs = [GraphOutput(name: "y", value: result)]
    return try prepared(graph)
  }

  @Test(arguments: ErrorTableTests.commands) func everyMistakeHasItsCodeAndSaysWhatToDo(_ provocation: Provocation) throws {
    let folder = try Folder()
    var failure: FacetError?
    do {
      try provocation.provoke(folder)
    } catch let error as FacetError {
      failure = error
    }
    let found = try #require(failure, "nothing was refused")
    #expect(found.diagnostics.map(\.code) == [provocation.code])
    #expect(found.rendered.localizedCaseInsensitiveContains(provocation.says), "\(found.rendered)")
  }
}
