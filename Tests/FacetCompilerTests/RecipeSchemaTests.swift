import FacetBundle
import FacetDiagnostics
import FacetFiles
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetMetrics
@testable import FacetRecipe

/// Files of the repository, found from this file's place in it.
private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

private func object(_ value: Any?) -> [String: Any] { value as? [String: Any] ?? [:] }

@Suite struct RecipeSchemaTests {
  let schema: [String: Any]

  init() throws {
    let data = try Data(contentsOf: repository.appendingPathComponent("Formats/recipe.schema.json"))
    schema = object(try JSONSerialization.jsonObject(with: data))
  }

  private func properties(_ node: [String: Any]) -> [String: Any] { object(node["properties"]) }

  @Test func theSchemaHasTheKeysOfTheParser() {
    let root = properties(schema)
    let attribute = object(object(root["attributes"])["additionalProperties"])
    #expect(Set(root.keys) == Set(RecipeKey.allCases.map(\.rawValue)))
    #expect(Set(properties(object(root["input"])).keys) == Set(RecipeInputKey.allCases.map(\.rawValue)))
    #expect(Set(properties(attribute).keys) == Set(RecipeAttributeKey.allCases.map(\.rawValue)))
    let value = properties(object(properties(attribute)["value"]))
    #expect(Set(value.keys) == Set(RecipeValueKey.allCases.map(\.rawValue)))
    let bins = (object(value["bins"])["anyOf"] as? [Any] ?? []).compactMap { object($0)["properties"] }.map(object)
    #expect(bins.map { Set($0.keys) } == [Set(RecipeBinsKey.allCases.map(\.rawValue))])
    let budget = properties(object(properties(attribute)["budget"]))
    #expect(Set(budget.keys) == Set(RecipeBudgetKey.allCases.map(\.rawValue)))
    // Those of groups are the same, and have no groups themselves.
    let ofGroups = properties(object(object(budget["subgroups"])["additionalProperties"]))
    #expect(NSDictionary(dictionary: ofGroups) == NSDictionary(dictionary: budget.filter { $0.key != "subgroups" }))
    #expect(Set(ofGroups.keys) == Set(Metric.allCases.map(\.rawValue)))
  }

  @Test func theSchemaHasTheChoicesOfTheParser() {
    let input = properties(object(properties(schema)["input"]))
    let attribute = properties(object(object(properties(schema)["attributes"])["additionalProperties"]))
    func choices(_ node: Any?) -> [String]? { object(node)["enum"] as? [String] }
    #expect(choices(input["layout"]) == Recipe.Layout.allCases.map(\.rawValue))
    #expect(choices(input["color"]) == Recipe.Color.allCases.map(\.rawValue))
    #expect(choices(input["resize"]) == Recipe.Resize.allCases.map(\.rawValue))
    #expect(choices(attribute["confidence"]) == Recipe.Confidence.allCases.map(\.rawValue))
  }

  @Test func everyFieldIsDescribedAndEveryObjectClosed() {
    var fields = 0
    func check(_ node: [String: Any], _ path: String) {
      if let properties = node["properties"] as? [String: Any] {
        #expect(node["additionalProperties"] as? Bool == false, "\(path) allows other keys")
        #expect(object(node["patternProperties"]).keys.sorted() == ["^//"], "\(path) has no comments")
        for (key, value) in properties {
          fields += 1
          #expect((object(value)["description"] as? String)?.isEmpty == false, "\(path).\(key) has no description")
          check(object(value), "\(path).\(key)")
        }
      }
      check(additional: node, path)
    }
    func check(additional node: [String: Any], _ path: String) {
      if let additional = node["additionalProperties"] as? [String: Any] { check(additional, "\(path).*") }
    }
    check(schema, "")
    #expect(fields == 51)
  }

  @Test func everyFieldStatesItsDefaultOrIsRequired() {
    func check(_ node: [String: Any], _ path: String) {
      let required = node["required"] as? [String] ?? []
      for (key, value) in properties(node) where key != "$schema" {
        let field = object(value)
        let says = (field["description"] as? String)?.contains("Default:") == true || field["default"] != nil
        #expect(says || required.contains(key), "\(path).\(key) has no default")
        check(field, "\(path).\(key)")
        check(object(field["additionalProperties"]), "\(path).\(key).*")
      }
    }
    check(schema, "")
  }
}

@Suite struct SchemaFileTests {
  /// Readers of JSON take the last of two without a word.
  @Test func noSchemaHasAKeyTwice() throws {
    let folder = repository.appendingPathComponent("Formats")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    #expect(files.count >= 3)
    func check(_ node: JSONNode, _ path: String) {
      switch node.value {
      case .object(let members):
        #expect(Set(members.map(\.key)).count == members.count, "\(path) has a key twice")
        for member in members { check(member.node, "\(path).\(member.key)") }
      case .array(let elements): for element in elements { check(element, path) }
      default: break
      }
    }
    for file in files { check(try JSONParser.parse(Array(Data(contentsOf: folder.appendingPathComponent(file)))), file) }
  }
}

@Suite struct RecipeTargetTests {
  @Test func theBinaryCarriesTheBoardsAsTheyStandInTheRepository() throws {
    let folder = repository.appendingPathComponent("Targets")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    #expect(files.count == Target.all.count && Target.embedded.count == Target.all.count)
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(Target.embedded.contains(text.trimmingCharacters(in: .newlines)), "run Targets/embed: \(file) differs")
      #expect(Target.all.contains { $0.name + ".json" == file })
    }
  }

  @Test func theBinaryCarriesTheRatesAsTheyStandInTheRepository() throws {
    let folder = repository.appendingPathComponent("Targets/Rates")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count == KernelRates.all.count && KernelRates.embedded.count == files.count)
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(KernelRates.embedded.contains(text.trimmingCharacters(in: .newlines)), "run Targets/embed: \(file) differs")
      let model = try CostModel.parse(Array(text.utf8), file: file)
      #expect("\(model.level.cpu)-\(model.level.level).json" == file)
      let table = try #require(KernelTable.all.first { $0.cpu == model.level.cpu })
      #expect(Set(model.rates.keys).isSubset(of: table.kernels.map(\.name)))
      #expect(model.text == text)
    }
  }

  @Test func theDefaultIsTheFirst() throws {
    #expect(Target.all.filter(\.like.isEmpty).map(\.name) == ["x86-64-vnni", "x86-64", "x86-64-musl", "aarch64", "armv7", "riscv64"])
    #expect(Target.all.first?.name == Target.defaultName)
    let target = try Target.named("armv7")
    #expect(target.triple == "armv7-none-none-eabi" && target.clangTarget == "armv7-linux-gnueabihf")
    #expect(target.isa == ["neon", "scalar"] && !target.storedUnsigned && target.clusters.map(\.l2) == [524_288])
  }

  @Test func anUnknownBoardIsAnErrorThatSuggests() {
    let failure = #expect(throws: FacetError.self) { try Target.named("arch64") }
    #expect(failure?.diagnostics.map(\.code) == ["target.unknown"])
    #expect(
      failure?.diagnostics.first.map { $0.message + " " + $0.remedy }
        == "There is no target 'arch64'. Did you mean 'aarch64'? Targets are x86-64-vnni, x86-64, x86-64-musl, aarch64, armv7, riscv64, imx8mp, "
        + "k1, orin-nano, pi3, pi4, pi5, rk3566, rk3588, stm32mp1, visionfive2, zero2w; "
        + "usual names of boards, such as pi4, are accepted as well: 'facet targets' lists them."
    )
  }

  @Test(arguments: [
    ("pi4", "pi4"), ("Raspberry Pi 4", "pi4"), ("rpi5", "pi5"), ("zero2w", "zero2w"), ("RK3588", "rk3588"), ("rk3568", "rk3566"),
    ("jetson-nano", "aarch64"), ("Jetson Orin Nano", "orin-nano"), ("beaglebone", "armv7"), ("stm32mp157", "stm32mp1"),
    ("visionfive2", "visionfive2"), ("bananapi-f3", "k1"), ("x86_64", "x86-64"),
    ("ARM64", "aarch64"),
  ]) func aBoardsUsualNameIsTheTargetOfItsKind(_ name: String, _ target: String) throws {
    #expect(try Target.named(name).name == target)
  }

  /// A board has what builds its engine of its kind, and says which cores it has.
  @Test func aBoardIsLikeItsKind() throws {
    let (board, kind) = (try Target.named("rk3588"), try Target.named("aarch64"))
    #expect(board.like == kind.name && board.triple == kind.triple && board.isa == kind.isa && board.cFlags == kind.cFlags)
    #expect(board.clusters.map(\.cpu) == ["cortex-a76", "cortex-a55"] && board.clusters.map(\.level) == ["dotprod", "dotprod"])
    let failure = #expect(throws: FacetError.self) { try Target.parse(Array(#"{"like": "mips"}"#.utf8), file: "t.json", known: [kind]) }
    #expect(failure?.diagnostics.first?.message == "There is no kind 'mips'.")
  }

  @Test func coresRunLevelsThatTheirKindHas() {
    for target in Target.all {
      #expect(!target.clusters.isEmpty && target.clusters.allSatisfy { target.isa.contains($0.level) }, "\(target.name)")
    }
  }

  @Test func noTwoTargetsHaveOneName() {
    let names = Target.all.map { $0.name.filter { $0 != "-" } } + Target.all.flatMap(\.aliases)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) } })
  }

  /// A Raspberry Pi 1 or Zero has no target; another board is no guess.
  @Test(arguments: ["pi0", "pi1", "pi6"]) func aBoardThatDiffersInADigitIsNotSuggested(_ name: String) {
    let failure = #expect(throws: FacetError.self) { try Target.named(name) }
    #expect(failure?.description.contains("Did you mean") == false)
  }

  @Test(arguments: [
    ("pi", "pi2, pi3, pi4, pi5, zero2w"), ("rpi", "rpi2, pi3, pi4, pi5, zero2w"), ("Raspberry Pi", "raspberrypi2, pi3, pi4, pi5, zero2w"),
    ("pizero", "zero2w"), ("pi44", "pi2, pi3, pi4, pi5, zero2w"), ("NVIDIA", "orin-nano"), ("rk3567", "rk3399, rk3566, rk3588"),
  ]) func aNameThatBeginsLikeOthersLeadsToThem(_ name: String, _ boards: String) {
    let failure = #expect(throws: FacetError.self) { try Target.named(name) }
    #expect(failure?.diagnostics.first?.remedy.hasPrefix("Boards of such a name are \(boards). Targets are") == true)
  }

  @Test func aMistypedBoardIsSuggested() {
    let failure = #expect(throws: FacetError.self) { try Target.named("visionfvie2") }
    #expect(failure?.description.contains("Did you mean 'visionfive2'?") == true)
  }

  @Test func aTargetWithAMissingOrMistypedKeyIsRefused() {
    let failure = #expect(throws: FacetError.self) {
      try Target.parse(Array(#"{"nam": "x"}"#.utf8), file: "t.json")
    }
    #expect(failure?.diagnostics.first?.remedy == "Did you mean 'name'?")
    // All keys but `like`.
    #expect(failure?.diagnostics.count == TargetKey.allCases.count)
  }
}
