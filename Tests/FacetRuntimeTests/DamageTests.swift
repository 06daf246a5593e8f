import FacetFiles
import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

/// Damaged bundles give an error or run; with the address sanitizer (`swift test --sanitize=address`) no access lies outside.
@Suite struct DamageTests {
  /// Opens and, where it opens, runs everything once.
  private func attempt(_ bytes: [UInt8], run: Bool = true) -> BundleFault? {
    do throws(BundleError) {
      let bundle = try open(bytes)
      // A damaged plan or shape may ask for an arena of gigabytes, rightly: that costs memory and shows nothing.
      guard run, let arena = bundle.arenaBytes(plan: 0), arena < 1 << 24 else { return nil }
      do throws(SessionError) {
        let session = try Session(bundle: bundle)
        if bundle.takesPixels {
          try session.set(pixels: [UInt8](repeating: 77, count: bundle.inputHeight * bundle.inputWidth * bundle.inputChannels))
        } else {
          let values = [Float](repeating: 1, count: bundle.inputHeight * bundle.inputWidth * bundle.inputChannels)
          let result = values.withUnsafeBufferPointer { v in
            Result<Void, SessionError> { () throws(SessionError) in try session.setTensor(v) }
          }
          try result.get()
        }
        try session.evaluate(attributes: bundle.allAttributes, budget: .max - 1)
        try session.evaluate(attributes: bundle.allAttributes, ignoringGates: true)
        for fork in 0..<bundle.forkCount { try session.set(fork: fork, try session.read(fork: fork)) }
        try session.evaluate(attributes: session.available(ignoringGates: true), ignoringGates: true)
        for sample in 0..<min(bundle.selfTestCount, 4) { _ = try session.passesSelfTest(sample) }
        for attribute in 0..<bundle.attributeCount {
          var values = [Float](repeating: 0, count: bundle.scoreCount(attribute: attribute))
          let result = values.withUnsafeMutableBufferPointer { v in
            Result<Void, SessionError> { () throws(SessionError) in try session.confidences(attribute: attribute, into: v) }
          }
          try result.get()
          _ = bundle.attributes[attribute].label(0)
        }
      } catch {}
      return nil
    } catch {
      return error.fault
    }
  }

  /// The sample bundle with a gate, a fork and a self-test of a tile: `mask` where `age` is not the last class, and surely so.
  private func guardedBundle(float: Bool = true) -> BundleBuilder {
    var builder = sampleBundle(float: float)
    builder.order = [0, 1]
    builder.gates = [1: [.answer(0, 4), .not, .confidence(0, .greater, 0.1), .and]]
    builder.forks = [(0, builder.fragments[1].imports[0].tensor, "gated")]
    builder.selfTestForm.kind = SelfTestRecord.numberTile
    (builder.selfTestForm.tile.channels, builder.selfTestForm.tile.height, builder.selfTestForm.tile.width) = (3, 5, 7)
    builder.selfTest = [(hash: SHA256.hash(UnsafeRawBufferPointer(start: nil, count: 0)), bytes: [UInt8](repeating: 9, count: 105))]
    return builder
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = guardedBundle().bytes()
    #expect(attempt(bytes) == nil)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(attempt(Array(bytes[..<length])) != nil, "\(length) bytes")
    }
    #expect(attempt(Array(bytes[..<(bytes.count - 1)])) == .wrongFileSize)
    #expect(attempt(bytes + [0]) == .wrongFileSize)
  }

  /// Every byte of header, section table, records, programs and plans takes two other values.
  @Test func everyByteOfTheStructureMayBeDamaged() throws {
    let bytes = guardedBundle().bytes()
    let bundle = try open(bytes)
    var places = Array(0..<(64 + 64 * bundle.sections.count))
    let structural: [SectionKind] = [.input, .attributes, .program, .plan, .evaluation, .forks, .selfTest]
    for section in bundle.sections where structural.contains(where: { $0.rawValue == section.kind }) {
      // The input's table and the self-test's codes are data, most of which is left out.
      let isData = section.kind == SectionKind.input.rawValue || section.kind == SectionKind.selfTest.rawValue
      let length = isData ? min(section.length, 120) : section.length
      places += Int(section.offset)..<Int(section.offset + length)
    }
    var refused = 0
    for place in places {
      for change: UInt8 in [0x01, 0x80] {
        var damaged = bytes
        damaged[place] ^= change
        if attempt(damaged) != nil { refused += 1 }
      }
    }
    // Most bytes matter; names, scales, zeros and hashes that opening does not compare do not.
    #expect(refused > places.count / 2)
  }

  @Test func randomDamageNeverEndsTheProcess() throws {
    let seed: UInt64 = 20_261_123
    var random = SplitMix64(seed: seed)
    let bytes = guardedBundle(float: random.below(2) == 0).bytes()
    let numbers: [UInt8] = [0, 1, 2, 3, 4, 8, 16, 64, 127, 128, 129, 254, 255]
    for round in 0..<3000 {
      var damaged = bytes
      for _ in 0...random.below(4) {
        let place = random.below(3) == 0 ? random.below(damaged.count) : random.below(min(12_000, damaged.count))
        damaged[place] = numbers[random.below(numbers.count)]
      }
      _ = attempt(damaged)
      if round == 0 { print("DamageTests: seed \(seed)") }
    }
  }

  /// A field of an instruction or tensor changed on purpose, with the fault that must be named.
  @Test func faultsAreNamedWithTheirPlace() throws {
    func fault(_ change: (inout BundleBuilder) -> Void) -> BundleError? {
      var builder = guardedBundle()
      change(&builder)
      do throws(BundleError) {
        _ = try open(builder.bytes())
        return nil
      } catch { return error }
    }
    func convolution(_ instruction: Int, _ change: (inout ConvolutionRecord) -> Void) -> BundleError? {
      fault { builder in
        guard case .convolution(var r)? = builder.fragments[0].instructions[instruction].decoded else { return }
        change(&r)
        builder.fragments[0].instructions[instruction] = r.instruction
      }
    }
    #expect(fault { _ in } == nil)
    let cases: [(BundleError?, BundleFault, Int32)] = [
      (convolution(0) { $0.padTop = 2 }, .windowOutside, 0),
      (
        convolution(0) {
          $0.padLeft = 0
          $0.kernelWidth = 4
        }, .windowOutside, 0
      ),
      (convolution(0) { $0.strideY = 0 }, .badGeometry, 0),
      (
        convolution(0) {
          $0.dilationX = 2
          $0.kernelWidth = 2
        }, .rowSegmentsNotAllowed, 0
      ),
      (
        convolution(0) {
          $0.rowSegments = 0
          $0.groups = 2
        }, .badGeometry, 0
      ),
      (convolution(0) { $0.weights = 1 << 30 }, .weightsOutside, 0),
      (convolution(0) { $0.weights = 32 }, .weightsOutside, 0),
      (convolution(0) { $0.initial = 1 << 30 }, .constantsOutside, 0),
      (convolution(0) { $0.multiplier = $0.initial }, .badMultiplier, 0),
      (convolution(0) { $0.low = 128 }, .badClamp, 0),
      (
        convolution(0) {
          $0.low = 5
          $0.high = 4
        }, .badClamp, 0
      ),
      (convolution(0) { $0.outputChannels = 39 }, .shapeMismatch, 0),
      (convolution(0) { $0.input = 1000 }, .noSuchTensor, 0),
      (convolution(0) { $0.output = BundleFormat.none }, .noSuchTensor, 0),
      (convolution(0) { $0.scores = $0.output }, .typeMismatch, 0),
      (convolution(0) { $0.input = 2 }, .readBeforeWritten, 0),
      (convolution(1) { $0.residualMultiplier = .nan }, .badMultiplier, 1),
      (convolution(1) { $0.residual = 0 }, .shapeMismatch, 1),
      (convolution(2) { $0.groups = 39 }, .badGeometry, 2),
      (fault { $0.fragments[0].instructions[0].words[0] = 99 }, .unknownOpcode, 0),
      (fault { $0.fragments[0].weights = ByteWriter() }, .weightsOutside, 0),
      (fault { $0.fragments[0].tensors[1].rowStride = 439 }, .badTensor, -1),
      (fault { $0.fragments[0].tensors[1].offset += 1 }, .tensorOutsideStorage, -1),
      (fault { $0.fragments[0].tensors[1].zeroPoint = 128 }, .badTensor, -1),
      (fault { $0.fragments[1].tensors[0].zeroPoint += 1 }, .badImport, -1),
      (fault { $0.fragments[1].imports[0].fragment = 1 }, .badImport, -1),
      (fault { $0.fragments[1].attributes = 4 }, .badAttributeMask, -1),
      (fault { $0.fragments[1].attributes = 2 }, .badAttribute, -1),
      (fault { $0.attributes[1].name = "age" }, .nameTwice, -1),
      (fault { $0.attributes[1].name = "a\u{1B}[31m" }, .badName, -1),
      (fault { $0.attributes[0].labels[2] = "\n" }, .badName, -1),
      (fault { $0.attributes[0].dimensions = [1, 4] }, .badAttribute, -1),
      (fault { $0.inputTable.removeLast() }, .badInput, -1),
      (fault { $0.order = [0, 0] }, .badEvaluation, -1),
      (fault { $0.order = [0, 2] }, .badEvaluation, -1),
      (fault { $0.order = [0] }, .badEvaluation, -1),
      (fault { $0.order = [1, 0] }, .badEvaluation, -1),
      (fault { $0.requiredFeatures = 0 }, .badEvaluation, -1),
      (fault { $0.requiredFeatures = 9 }, .unknownFeature, -1),
      // A gate that reads itself, what is no attribute, a label that there is not, a map of places, no number.
      (fault { $0.gates[1] = [.answer(1, 0)] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.answer(2, 0)] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.answer(500, 0)] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.answer(0, 5)] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.answer(0, BundleFormat.none)] }, .badEvaluation, -1),
      (
        fault {
          $0.order = [1, 0]
          $0.gates = [0: [.score(1, 0, .less, 0)]]
        }, .badEvaluation, -1
      ),
      (fault { $0.gates[1] = [.confidence(0, .less, .nan)] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.score(0, .less, 0)] }, .badEvaluation, -1),
      (fault { $0.attributes[0].confidence = .none }, .badEvaluation, -1),
      // Stacks that are empty, left with two values, or too deep.
      (fault { $0.gates[1] = [.not] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.answer(0, 0), .and] }, .badEvaluation, -1),
      (fault { $0.gates[1] = [.answer(0, 0), .answer(0, 1)] }, .badEvaluation, -1),
      (
        fault {
          let deep = [GateOperation](repeating: .answer(0, 0), count: 65)
          $0.gates[1] = deep + [GateOperation](repeating: .and, count: 64)
        }, .badEvaluation, -1
      ),
      (fault { $0.forks[0].fragment = 3 }, .badFork, -1),
      (fault { $0.forks[0].tensor = 1000 }, .badFork, -1),
      (fault { $0.forks[0] = (1, 0, "imported") }, .badFork, -1),
      (fault { $0.forks.append($0.forks[0]) }, .badFork, -1),
      (fault { $0.forks[0].name = "" }, .badName, -1),
      (fault { $0.forks[0].name = "\u{1B}[2J" }, .badName, -1),
      (fault { $0.morePlans = [(attributes: 1, offsets: [], arena: 64)] }, .badPlan, -1),
    ]
    for (index, entry) in cases.enumerated() {
      #expect(entry.0?.fault == entry.1, "case \(index)")
      #expect(entry.0?.instruction == entry.2, "case \(index)")
    }
  }

  @Test func aWeightOfTheForbiddenValueIsRefused() throws {
    var bytes = sampleBundle().bytes()
    let bundle = try open(bytes)
    let section = try #require(bundle.sections.first { $0.kind == SectionKind.weights.rawValue })
    bytes[Int(section.offset) + 3] = 0x80
    #expect(attempt(bytes) == .weightMinimum)
  }

  @Test func anEmptyPoolingWindowIsRefused() throws {
    for (pad, kernel, dilation, stride, accepted): (UInt32, UInt32, UInt32, UInt32, Bool) in [
      (1, 3, 1, 2, true), (3, 3, 1, 2, false), (2, 2, 2, 2, true), (1, 2, 14, 2, false), (0, 1, 1, 3, false),
    ] {
      var builder = sampleBundle()
      let index = try #require(builder.fragments[0].instructions.firstIndex { $0.opcode == .maxPool })
      guard case .pool(var r)? = builder.fragments[0].instructions[index].decoded else { return }
      (r.padTop, r.kernelHeight, r.dilationY, r.strideY) = (pad, kernel, dilation, stride)
      builder.fragments[0].instructions[index] = r.instruction
      #expect((attempt(builder.bytes()) == nil) == accepted, "pad \(pad) kernel \(kernel) dilation \(dilation) stride \(stride)")
    }
  }

  @Test func weightsNamedByTooManyInstructionsAreRefused() throws {
    var builder = sampleBundle()
    let first = builder.fragments[0].instructions[1]
    builder.fragments[0].instructions += [Instruction](repeating: first, count: 40)
    #expect(attempt(builder.bytes()) == .weightsOutside)
  }

  /// Multipliers are looked at one by one: naming the same ones again and again must not make opening slow.
  @Test func constantsNamedByTooManyInstructionsAreRefused() throws {
    var builder = sampleBundle()
    let index = try #require(builder.fragments[0].instructions.firstIndex { $0.opcode == .table })
    let table = builder.fragments[0].instructions[index]
    let fitting = Int(8 * builder.fragments[0].constants.bytes.count / 256)
    builder.fragments[0].instructions += [Instruction](repeating: table, count: fitting / 2)
    #expect(attempt(builder.bytes()) == nil)
    builder.fragments[0].instructions += [Instruction](repeating: table, count: fitting)
    #expect(attempt(builder.bytes()) == .constantsOutside)
  }

  /// Filling a border of 2 GB around one pixel is work as well.
  @Test func bordersCountAsWork() throws {
    func fault(instructions: Int) -> BundleFault? {
      var builder = BundleBuilder()
      var trunk = FragmentBuilder(attributes: 1)
      builder.inputTensor = trunk.tensor(1, 1, 3, zero: -128)
      builder.inputTable = identityTable(channels: 3)
      let wide = trunk.tensor(1, 1, 3, border: 13_000)
      let scores = trunk.tensor(1, 1, 3, type: .float32)
      let table = trunk.constant(bytes: [UInt8](repeating: 0, count: 256))
      for _ in 0..<instructions {
        trunk.unary(.table, builder.inputTensor, wide, table: table)
        // Other constants, so that only the work is too much.
        _ = trunk.constant(bytes: [UInt8](repeating: 0, count: 256))
      }
      trunk.unary(.dequantize, wide, scores)
      builder.fragments = [trunk]
      builder.attributes = [AttributeSpecification(name: "a", fragment: 0, tensor: scores, dimensions: [1, 3])]
      return attempt(builder.bytes(), run: false)
    }
    #expect(fault(instructions: 1) == nil)
    #expect(fault(instructions: 600) == .tooMuchWork)
  }

  @Test func dependencyOnAnotherTrunkIsRefused() throws {
    var bytes = sampleBundle().bytes()
    let bundle = try open(bytes)
    // The stated hash of the trunk's weights: what a trunk of other weights would have.
    let index = try #require(bundle.sections.firstIndex { $0.kind == SectionKind.weights.rawValue && $0.index == 0 })
    bytes[64 + 64 * index + 24] ^= 1
    #expect(attempt(bytes) == .dependencyMismatch)
  }
}
