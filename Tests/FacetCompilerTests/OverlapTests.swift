import FacetBundle
import FacetFormat
import FacetIR
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetQuantization
@testable import FacetRecipe

/// An arena in which every byte knows which tensor wrote it last. It knows nothing of lifetimes or of the planner: instructions are
/// replayed from their records, and what one reads must still be what its producer left.
private struct MarkedArena {
  private let program: LoweredProgram
  /// By storage of all fragments; nil where the plan does not hold it.
  private let offsets: [Int?]
  private var owner: [Int32]
  private var numbers: [TensorKey: Int32] = [:]
  private(set) var hasRun: Set<Int> = []
  /// The first read of something overwritten.
  private(set) var fault: String?

  init(_ program: LoweredProgram, offsets: [Int?], arenaBytes: Int) {
    self.program = program
    self.offsets = offsets
    owner = [Int32](repeating: 0, count: arenaBytes)
    write(0, program.inputTensor)
  }

  /// The bytes of a tensor's pixels, border included.
  private func pixels(_ fragment: Int, _ tensor: UInt32) -> [Range<Int>] {
    let source = program.fragments[fragment]
    if Int(tensor) < source.imports.count {
      let record = source.imports[Int(tensor)]
      return pixels(Int(record.fragment), record.tensor)
    }
    let record = source.tensors[Int(tensor)]
    let first = program.fragments[..<fragment].reduce(0) { $0 + $1.storageSizes.count }
    guard let offset = offsets[first + Int(record.storage)] else { return [] }
    let bytes = Int(record.channels) * Int(record.type.size)
    return (-Int(record.borderTop)..<Int(record.height) + Int(record.borderBottom)).flatMap { y in
      (-Int(record.borderLeft)..<Int(record.width) + Int(record.borderRight)).map { x in
        let start = offset + Int(record.offset) + y * Int(record.rowStride) + x * Int(record.pixelStride)
        return start..<start + bytes
      }
    }
  }

  private mutating func write(_ fragment: Int, _ tensor: UInt32) {
    let key = program.fragments[fragment].keys[Int(tensor)]
    let number = numbers[key] ?? Int32(numbers.count + 1)
    numbers[key] = number
    for range in pixels(fragment, tensor) { for byte in range { owner[byte] = number } }
  }

  /// Whether a tensor is as it was written.
  func isWhole(_ fragment: Int, _ tensor: UInt32) -> Bool {
    guard let number = numbers[program.fragments[fragment].keys[Int(tensor)]] else { return false }
    let pixels = pixels(fragment, tensor)
    return !pixels.isEmpty && pixels.allSatisfy { owner[$0].allSatisfy { $0 == number } }
  }

  /// Runs what an attribute needs and has not run.
  mutating func evaluate(_ attribute: Int) {
    for (index, fragment) in program.fragments.enumerated()
    where fragment.attributes.contains(attribute) && hasRun.insert(index).inserted {
      for (place, instruction) in fragment.instructions.enumerated() {
        for tensor in instruction.reads where !isWhole(index, tensor) {
          fault = fault ?? "fragment \(index), instruction \(place) reads tensor \(tensor), which was written over"
        }
        for tensor in instruction.writes { write(index, tensor) }
      }
    }
  }
}

/// The plans of the example against replays: every attribute alone, every pair, every profile, in every order of asking.
@Suite struct OverlapTests {
  private static func program(_ precision: Precision) throws -> LoweredProgram {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Examples/face-attributes")
    let model = try PreparedModel(
      CompileRequest(
        models: [folder.appendingPathComponent("face-attributes.onnx").path],
        recipes: [try Recipe.load(folder.appendingPathComponent("recipe.json").path)], target: try Target.named(Target.defaultName)))
    if precision == .float32 { return try Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false) }
    // Ranges do not matter to where tensors lie.
    let types = NumberTypes(int8: GivenQuantizations(model.graph))
    let decisions = QuantizationDecisions(types, measured: Measurements(), inputRange: model.input.pixels?.range)
    return try Pipeline.lower(decisions, model, storedUnsigned: true)
  }

  private static func orders(_ rest: [Int]) -> [[Int]] {
    rest.isEmpty ? [[]] : rest.flatMap { first in orders(rest.filter { $0 != first }).map { [first] + $0 } }
  }

  /// Replays one order: after each attribute its result, those before it, and, where forks are kept, these are whole.
  private func replay(_ program: LoweredProgram, _ offsets: [Int?], _ arenaBytes: Int, _ order: [Int], keepsForks: Bool) {
    var arena = MarkedArena(program, offsets: offsets, arenaBytes: arenaBytes)
    for (count, attribute) in order.enumerated() {
      arena.evaluate(attribute)
      for earlier in order[...count] {
        let result = program.results[earlier]
        #expect(arena.isWhole(Int(result.fragment), result.tensor), "\(order): the result of \(earlier) after \(attribute)")
      }
      for fork in keepsForks ? program.fragments.flatMap(\.imports) : [] where arena.hasRun.contains(Int(fork.fragment)) {
        #expect(arena.isWhole(Int(fork.fragment), fork.tensor), "\(order): a fork after \(attribute)")
      }
    }
    #expect(arena.fault == nil, "\(order): \(arena.fault ?? "")")
  }

  @Test(arguments: [Precision.int8, .float32]) func nothingIsWrittenOverBeforeItIsRead(precision: Precision) throws {
    let program = try Self.program(precision)
    #expect(program.results.count == 4)
    // Shorter sequences are the beginnings of these.
    for order in Self.orders([0, 1, 2, 3]) {
      replay(program, program.storageOffsets.map(Optional.some), program.arenaBytes, order, keepsForks: true)
    }
    for set in (UInt64(1)...15).map({ AttributeSet($0) }) {
      let plan = program.plan(for: set)
      for order in Self.orders((0..<4).filter { set.contains($0) }) {
        replay(program, plan.offsets, plan.arenaBytes, order, keepsForks: false)
      }
    }
  }

  /// The oracle finds what it is for: all storages at the start of the arena, and one result on top of another.
  @Test func aWrongPlanIsFound() throws {
    let program = try Self.program(.int8)
    var arena = MarkedArena(program, offsets: program.storageOffsets.map { _ in 0 }, arenaBytes: program.arenaBytes)
    arena.evaluate(0)
    #expect(arena.fault != nil)
    var offsets = program.storageOffsets
    let results = program.results.map { result in
      program.fragments[..<Int(result.fragment)].reduce(0) { $0 + $1.storageSizes.count }
        + Int(program.fragments[Int(result.fragment)].tensors[Int(result.tensor)].storage)
    }
    offsets[results[1]] = offsets[results[0]]
    arena = MarkedArena(program, offsets: offsets, arenaBytes: program.arenaBytes)
    for attribute in 0..<2 { arena.evaluate(attribute) }
    #expect(arena.fault == nil && !arena.isWhole(Int(program.results[0].fragment), program.results[0].tensor))
  }

  /// Branches that threads may run side by side write nothing that another one reads or writes: in the plan of all, and in every profile's.
  @Test(arguments: [Precision.int8, .float32]) func branchesHaveMemoryOfTheirOwn(precision: Precision) throws {
    let program = try Self.program(precision)
    let first = program.fragments.indices.map { index in program.fragments[..<index].reduce(0) { $0 + $1.storageSizes.count } }
    // One for each attribute.
    let branches = program.fragments.indices.filter { program.fragments[$0].attributes.count == 1 }
    #expect(branches.count == 4)
    let plans = [program.storageOffsets.map(Optional.some)] + (UInt64(1)...15).map { program.plan(for: AttributeSet($0)).offsets }
    for offsets in plans {
      func bytes(_ fragment: Int, _ storage: Int) -> Range<Int>? {
        offsets[first[fragment] + storage].map { $0..<$0 + program.fragments[fragment].storageSizes[storage] }
      }
      for branch in branches {
        let own = program.fragments[branch].storageSizes.indices.compactMap { bytes(branch, $0) }
        for other in branches where other != branch {
          let imported = program.fragments[other].imports.compactMap { record in
            bytes(Int(record.fragment), Int(program.fragments[Int(record.fragment)].tensors[Int(record.tensor)].storage))
          }
          let others = program.fragments[other].storageSizes.indices.compactMap { bytes(other, $0) }
          #expect(own.allSatisfy { range in (others + imported).allSatisfy { !$0.overlaps(range) } })
        }
      }
    }
  }

  /// The most bytes that are in use at one time in any order, counted along each: what is printed as the bound, and no plan is below it.
  @Test(arguments: [Precision.int8, .float32]) func thePrintedBoundIsTheLargestLiveSetOfAllOrders(precision: Precision) throws {
    let program = try Self.program(precision)
    #expect(largestLiveSet(program, 15) == program.arenaLowerBound && program.arenaBytes >= program.arenaLowerBound)
    for set in (UInt64(1)...15).map({ AttributeSet($0) }) {
      let plan = program.plan(for: set)
      #expect(largestLiveSet(program, set) == plan.lowerBound && plan.arenaBytes >= plan.lowerBound, "\(set)")
      #expect(plan.arenaBytes <= program.arenaBytes)
    }
  }

  private func largestLiveSet(_ program: LoweredProgram, _ set: AttributeSet) -> Int {
    let fragments = program.fragments
    let inPlan = fragments.indices.filter { !fragments[$0].attributes.isDisjoint(with: set) }
    func storage(_ fragment: Int, _ tensor: UInt32) -> [Int] {
      if Int(tensor) < fragments[fragment].imports.count {
        let record = fragments[fragment].imports[Int(tensor)]
        return storage(Int(record.fragment), record.tensor)
      }
      return [fragment, Int(fragments[fragment].tensors[Int(tensor)].storage)]
    }
    // Read by the caller or by other parts that the plan serves: these stay until the next input.
    var stays = Set(program.results.enumerated().filter { set.contains($0.offset) }.map { storage(Int($1.fragment), $1.tensor) })
    for index in inPlan { for tensor in fragments[index].imports.indices { stays.insert(storage(index, UInt32(tensor))) } }
    var largest = 0
    for order in Self.orders((0..<4).filter { set.contains($0) }) {
      var ran: Set<Int> = []
      var uses: [[Int]: ClosedRange<Int>] = [storage(0, program.inputTensor): 0...0]
      var time = 0
      for attribute in order {
        for index in inPlan where fragments[index].attributes.contains(attribute) && ran.insert(index).inserted {
          for instruction in fragments[index].instructions {
            time += 1
            for tensor in instruction.reads + instruction.writes {
              let place = storage(index, tensor)
              uses[place] = (uses[place]?.lowerBound ?? time)...time
            }
          }
        }
      }
      for now in 0...time {
        let live = uses.reduce(0) { sum, use in
          let isLive = use.value.contains(now) || stays.contains(use.key) && use.value.lowerBound <= now
          return isLive ? sum + (fragments[use.key[0]].storageSizes[use.key[1]] + 63) / 64 * 64 : sum
        }
        largest = max(largest, live)
      }
    }
    return largest
  }
}
