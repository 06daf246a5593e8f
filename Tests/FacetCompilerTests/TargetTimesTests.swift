import FacetDiagnostics
import FacetQuantization
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

/// Which rates plans go by, and what they say of it.
@Suite struct TargetTimesTests {
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path

  private func request(_ target: Target, _ precision: Precision) throws -> CompileRequest {
    CompileRequest(
      models: [Self.example + "/face-attributes.onnx"], recipes: [try Recipe.load(Self.example + "/recipe.json")], target: target,
      precision: precision)
  }

  private func rates(_ kernels: String..., level: String = "neon") -> CostModel {
    CostModel(
      level: KernelLevelName(cpu: "aarch64", level: level), unit: .nanoseconds, source: "my board",
      rates: Dictionary(uniqueKeysWithValues: kernels.map { ($0, KernelRate(perWork: 1)) }))
  }

  @Test func ratesSayHowFarTheyReach() throws {
    var request = try request(Target.named("pi4"), .int8)
    let carried = try Compiler.plan(request)
    request.rates = rates("conv_s8_2x16_neon")
    let some = try Compiler.plan(request)
    // Winograd's kernels and the pools are left.
    let note = try #require(some.notes.first { $0.contains(" instructions have no rate of this file (their kernels: ") })
    let numbers = note.split(separator: " ").prefix(3).compactMap { Int($0) }
    try #require(numbers.count == 2)
    let (unrated, total) = (numbers[0], numbers[1])
    #expect(note.contains("average_pool_s8_32_neon (4)") && note.hasSuffix("estimated from the rates that facet carries."))
    #expect(some.timesFrom == "pi4, by rates fitted on my board, \(total - unrated) of \(total) instructions")
    // Of no kernel of the network: the times, and what is said of them, are those that facet carries.
    request.rates = rates("add_f32_neon")
    let none = try Compiler.plan(request)
    let prefix = "\(total) of \(total) instructions have no rate of this file"
    #expect(none.notes.contains { $0.hasPrefix(prefix) } && none.timesFrom == carried.timesFrom)
    #expect(none.merged == carried.merged && carried.notes.allSatisfy { !$0.contains("of this file") })
  }

  @Test func ratesOfALowerLevelThanTheBoardRunsAreSaidToBeThat() throws {
    var request = try request(Target.named("pi5"), .int8)
    request.rates = rates("conv_s8_2x16_neon")
    #expect(try Compiler.plan(request).notes.contains("The rates are of neon; by default pi5 runs the kernels of dotprod."))
    request.rates = rates("conv_s8_5x16_dotprod", level: "dotprod")
    #expect(try Compiler.plan(request).notes.allSatisfy { !$0.contains("by default") })
  }

  /// `pi2` is a name of a kind of CPU.
  @Test(arguments: ["pi2", "stm32mp1"]) func aBundleThatTakesMuchOfTheMemoryIsWarnedOf(_ name: String) throws {
    var target = try Target.named(name)
    target.ram = 1 << 20
    let warnings = try Compiler.compile(request(target, .float32)).report.warnings
    #expect(warnings.contains { $0.contains("more than half of the 1 MiB that the smallest board of \(target.name)") })
    target.ram = 1 << 30
    #expect(try Compiler.compile(request(target, .float32)).report.warnings.isEmpty)
  }
}
