import FacetCompiler
import FacetData
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetEvaluation
@testable import FacetRecipe
@testable import FacetVerification

/// What a comparison is worth: the model that was compiled, and samples that int8 was not fitted to.
@Suite struct OriginTests {
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path

  /// A model, a recipe, eight calibration images and six others, of which the first is one of the eight.
  private final class Project {
    let folder: Folder
    var path: String { folder.path }

    init() throws {
      folder = try Folder()
      try FileManager.default.copyItem(atPath: OriginTests.example + "/face-attributes.onnx", toPath: path + "/model.onnx")
      for name in ["calibration", "test"] {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
      }
      for index in 0..<8 { try copy("calibration/0000\(index).jpg", to: "calibration/\(index).jpg") }
      try copy("calibration/00003.jpg", to: "test/0.jpg")
      for index in 1..<6 { try copy("test/0000\(index).jpg", to: "test/\(index).jpg") }
      try FileManager.default.copyItem(atPath: OriginTests.example + "/recipe.json", toPath: path + "/recipe.json")
    }

    func copy(_ from: String, to: String) throws {
      try FileManager.default.copyItem(atPath: "\(OriginTests.example)/\(from)", toPath: "\(path)/\(to)")
    }

    func compile(
      recipe: String = "recipe.json", calibration: String? = nil, reading: DatasetOptions = DatasetOptions()
    ) throws -> CompileReport {
      var request = try CompileRequest(
        models: [path + "/model.onnx"], recipes: [Recipe.load("\(path)/\(recipe)")], target: Target.named(Target.defaultName),
        calibration: calibration.map { "\(path)/\($0)" })
      request.reading = reading
      let result = try Compiler.compile(request)
      try folder.write("m.facet", result.bytes)
      return result.report
    }

    func verify(
      _ data: String, against: [String] = ["model.onnx"], recipes: [String] = [], allowsOtherModels: Bool = false,
      reading: DatasetOptions = DatasetOptions()
    ) throws -> VerificationReport {
      var job = VerifyJob(
        bundle: path + "/m.facet", against: against.map { "\(path)/\($0)" }, data: "\(path)/\(data)",
        recipes: recipes.map { "\(path)/\($0)" }, allowsOtherModels: allowsOtherModels, threads: 1, isa: nil, progress: nil)
      job.reading = reading
      return try job.run()
    }
  }

  @Test func calibrationSamplesAmongThoseVerifiedAreCounted() throws {
    let project = try Project()
    _ = try project.compile()
    let some = try project.verify("test")
    #expect(some.calibrationSamples == 1)
    #expect(some.warnings?.count == 1 && some.warnings?.first?.hasPrefix("1 of 6 verification samples are calibration samples") == true)
    let all = try project.verify("calibration")
    #expect(all.calibrationSamples == 8 && all.warnings?.first?.hasPrefix("8 of 8 verification samples are calibration samples") == true)
    // Without the folder, the provenance's hash still tells that all of it is there, but not that some is.
    try FileManager.default.moveItem(atPath: project.path + "/calibration", toPath: project.path + "/elsewhere")
    #expect(try project.verify("elsewhere").calibrationSamples == 8)
    let unknown = try project.verify("test")
    #expect(unknown.calibrationSamples == nil && unknown.warnings == nil)
    // A recipe elsewhere says where its data lie.
    let text = try String(contentsOfFile: project.path + "/recipe.json", encoding: .utf8)
    try FileManager.default.createDirectory(atPath: project.path + "/r", withIntermediateDirectories: true)
    try project.folder.write("r/recipe.json", text.replacing(#""calibration": "calibration""#, with: #""calibration": "../elsewhere""#))
    #expect(try project.verify("test", recipes: ["r/recipe.json"]).calibrationSamples == 1)
  }

  @Test func dataThatTheRecipeNamesButThatWereNotUsedAreCalledSo() throws {
    let project = try Project()
    _ = try project.compile()
    try project.copy("calibration/00010.jpg", to: "calibration/more.jpg")
    let report = try project.verify("test")
    #expect(report.calibrationSamples == nil)
    let expected = "1 of 6 verification samples are in '\(project.path)/calibration', which the recipe names"
    #expect(report.warnings?.first?.hasPrefix(expected) == true)
  }

  @Test func calibrationSamplesAreFoundInFoldersAndAmongFilesThatCannotBeRead() throws {
    let project = try Project()
    try FileManager.default.createDirectory(atPath: project.path + "/calibration/more", withIntermediateDirectories: true)
    for index in 4..<8 {
      try FileManager.default.moveItem(
        atPath: "\(project.path)/calibration/\(index).jpg", toPath: "\(project.path)/calibration/more/\(index).jpg")
    }
    try project.copy("calibration/00006.jpg", to: "test/6.jpg")
    try project.folder.write("calibration/cut.jpg", [0xff, 0xd8, 0xff, 0xe0])
    var reading = DatasetOptions()
    (reading.skipsUnreadable, reading.isRecursive) = (true, true)
    _ = try project.compile(reading: reading)
    // Whatever the verification's own data need; both a file of the folder and one of the folder in it are found.
    #expect(try project.verify("test").calibrationSamples == 2)
    #expect(try project.verify("test", reading: reading).calibrationSamples == 2)
    #expect(try project.verify("calibration", reading: reading).calibrationSamples == 8)
    // Without the folder, the hash of those that can be read tells.
    try FileManager.default.moveItem(atPath: project.path + "/calibration", toPath: project.path + "/elsewhere")
    #expect(try project.verify("elsewhere", reading: reading).calibrationSamples == 8)
  }

  @Test func aCalibrationFileThatCanNoLongerBeReadIsPassedOver() throws {
    let project = try Project()
    _ = try project.compile()
    try project.folder.write("calibration/7.jpg", [0xff, 0xd8, 0xff, 0xe0])
    let report = try project.verify("test")
    #expect(report.calibrationSamples == nil && report.warnings?.first?.hasPrefix("1 of 6 verification samples are in '") == true)
  }

  @Test func samplesThatWereSetAsideGiveNoWarning() throws {
    let project = try Project()
    _ = try project.compile()
    try FileManager.default.removeItem(atPath: project.path + "/test/0.jpg")
    let report = try project.verify("test")
    #expect(report.calibrationSamples == 0 && report.warnings == nil && report.gate.otherModels == nil)
  }

  @Test func aModelThatWasNotCompiledIsNamedAndFailsTheGateUnlessItIsMeant() throws {
    let project = try Project()
    _ = try project.compile()
    // Another file of the same network: who knows.
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: project.path + "/model.onnx")))
    // ModelProto.doc_string is field 6.
    bytes += [0x32, 1, 0x78]
    try project.folder.write("other.onnx", bytes)
    let other = try project.verify("test", against: ["other.onnx"])
    #expect(other.gate.otherModels == ["\(project.path)/other.onnx"] && !other.gate.passed)
    let warning = try #require(other.warnings?.first)
    #expect(warning.contains("is not the model that was compiled") && warning.contains("'model.onnx'"))
    let meant = try project.verify("test", against: ["other.onnx"], allowsOtherModels: true)
    #expect(meant.gate.otherModels == nil && meant.warnings?.count == other.warnings?.count)
    #expect(try project.verify("test").gate.otherModels == nil)
  }

  @Test func imagesThatAreTakenWholeAgainstTheRecipeAreNamed() throws {
    let project = try Project()
    let text = try String(contentsOfFile: project.path + "/recipe.json", encoding: .utf8)
    try project.folder.write("roi.json", text.replacing(#""input": {"#, with: #""input": { "roi": ["x", "y", "w", "h"],"#))
    let report = try project.compile(recipe: "roi.json")
    #expect(report.warnings.count == 1 && report.warnings.first?.contains("'\(project.path)/calibration' has no labels.csv") == true)
    let verified = try project.verify("test")
    #expect(verified.warnings?.contains { $0.contains("'\(project.path)/test' has no labels.csv") } == true)
    func run(_ input: String, roi: String? = nil) throws -> [String] {
      var options = EvaluationOptions()
      options.roi = roi.flatMap { BundleRun.region($0).region }
      return try BundleRun(
        BundleFile(project.path + "/m.facet"), inputs: ["\(project.path)/\(input)"], options: options, threads: 1, isa: nil
      ).warnings
    }
    #expect(try run("test/1.jpg").first?.contains("Give --roi x,y,w,h") == true)
    #expect(try run("test/1.jpg", roi: "0,0,40,40").isEmpty)
    // With the columns, and without any in the recipe, there is nothing to say.
    let rows = (0..<8).map { "\($0).jpg,0,0,64,64" }.joined(separator: "\n")
    try project.folder.write("calibration/labels.csv", "file,x,y,w,h\n\(rows)\n")
    #expect(try project.compile(recipe: "roi.json").warnings.isEmpty)
    #expect(try project.compile().warnings.isEmpty)
  }

  /// The same tally over the same samples.
  @Test func compilingSaysWhatVerifyingTheCalibrationSamplesSays() throws {
    let project = try Project()
    let compiled = try #require(try project.compile().quantization)
    let verified = try project.verify("calibration")
    #expect(compiled.samples == 8 && !compiled.setAside && compiled.attributes.map(\.name) == verified.attributeNames)
    for attribute in compiled.attributes {
      let found = try #require(verified.attributes[attribute.name]).difference
      #expect(attribute.sqnrDb == found.sqnrDb && attribute.agreement == found.agreement && attribute.notFinite == found.notFinite)
    }
  }
}
